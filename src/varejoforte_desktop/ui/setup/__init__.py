"""Setting up this computer: a new shop or one that exists, and where its passwords are kept."""
