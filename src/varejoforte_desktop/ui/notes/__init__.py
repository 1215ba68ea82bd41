"""The shop's fiscal documents: their list, one of them whole, what can be done with it, and the month's archive."""
