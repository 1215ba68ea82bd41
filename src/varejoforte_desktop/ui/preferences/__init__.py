"""What a person can set, page by page."""
