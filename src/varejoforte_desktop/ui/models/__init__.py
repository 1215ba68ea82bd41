"""The rows that long lists show, a page at a time, and the base of the screens that list a book so."""
