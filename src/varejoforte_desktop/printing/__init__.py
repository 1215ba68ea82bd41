"""What the shop puts on paper: DANFE, coupon, label, and the printers that print them."""
