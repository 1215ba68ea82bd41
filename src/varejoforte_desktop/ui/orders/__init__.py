"""The place for orders of the online store: seen, imported, registered as sales, or left aside."""
