"""Who works at the shop and what each role may, as an administrator sees and changes it."""
