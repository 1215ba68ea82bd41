"""How fast the program is, told as ratios against the same work done plainly in the same run; never a test."""
