"""Product lists that arrive as or leave for a spreadsheet."""
