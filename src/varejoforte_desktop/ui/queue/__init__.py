"""The processing queue taken apart: figures, lists, one line opened, and what a person can do."""
