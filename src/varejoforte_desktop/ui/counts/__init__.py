"""Counting the shelves with the scanner while the shop goes on selling."""
