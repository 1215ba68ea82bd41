"""Goods in and out: the form that moves them and the ledger that remembers."""
