"""What a fiscal document says, field by field in the official layout 4.00."""
