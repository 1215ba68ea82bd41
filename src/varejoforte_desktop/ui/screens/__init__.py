"""The places of the main window, one screen a module."""
