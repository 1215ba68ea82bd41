"""What the shop does: one module per thing a person can ask of it."""
