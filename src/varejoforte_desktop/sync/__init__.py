"""When things are sent to the store, again, and in what order."""
