"""How to talk to Tray, in Tray's own words."""
