"""Passwords, the shop's key and the door: what must never be written down in clear."""
