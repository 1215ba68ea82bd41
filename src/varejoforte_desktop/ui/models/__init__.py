"""The rows that long lists show, a page at a time."""
