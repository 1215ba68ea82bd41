"""The audit log on the screen: its list, one line of it whole, the proof that none was touched, and its way out."""
