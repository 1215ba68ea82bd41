"""The questions asked over a screen, answered once."""
