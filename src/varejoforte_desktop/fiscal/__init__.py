"""How the shop's fiscal documents are written, signed and handed to SEFAZ."""
