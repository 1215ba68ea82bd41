"""The printers of this computer and what waits for them, piece by piece."""
