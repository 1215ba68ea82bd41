"""How the shop's books are remembered, and the only room that knows SQL."""
