"""The desk from which a Brazilian shop sells at its counter and keeps its Tray store in step."""

__version__ = "0.1.0"
