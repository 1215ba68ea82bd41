"""Who sits at the window: the locked screen, another person at the same till, and a session that ends."""
