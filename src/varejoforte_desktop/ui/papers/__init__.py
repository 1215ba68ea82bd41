"""Papers looked at before they are printed."""
