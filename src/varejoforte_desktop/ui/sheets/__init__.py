"""Product lists in and out as spreadsheets."""
