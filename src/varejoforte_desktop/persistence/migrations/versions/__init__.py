"""One step a release: how the books grew."""
