"""Tills that die at any moment while SEFAZ misbehaves: `python -m tests.fiscal_chaos` prints what came of it."""
