"""How the shop issues its fiscal documents: the parts of that page of the settings."""
