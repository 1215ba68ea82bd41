"""The finished sales: their list, one of them whole, and taking one back."""
