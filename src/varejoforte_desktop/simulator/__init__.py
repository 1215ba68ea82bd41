"""A Tray store to practise on, made of nothing but memory."""
