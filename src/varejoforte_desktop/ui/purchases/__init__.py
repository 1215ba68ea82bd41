"""Taking in suppliers' notes: the list of those that entered, and the one that is being decided."""
