"""Puts the house together: the one room that knows every other."""
