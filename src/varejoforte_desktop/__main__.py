"""Starts the program, or does one of its commands without a screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks (`sys.argv` when None); gives the exit code."""
    from varejoforte_desktop.cli.command import run

    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
