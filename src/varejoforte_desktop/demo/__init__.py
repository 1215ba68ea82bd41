"""A practice shop to click through, and the guided tour that photographs it."""
