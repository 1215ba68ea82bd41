"""What a shop is, in plain Python."""
