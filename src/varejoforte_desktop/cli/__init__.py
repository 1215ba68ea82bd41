"""What a technician or a nightly job can ask of the shop without a screen."""
