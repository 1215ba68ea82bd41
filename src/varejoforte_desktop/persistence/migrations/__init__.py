"""How the books of an older release become those of this one."""
