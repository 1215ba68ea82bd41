"""Copies of the shop as its owner sees them: the last one, the plan, putting one back, and comparing it afterwards."""
