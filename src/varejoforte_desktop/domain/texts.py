"""Texts as books can keep them: without the few signs that some database or the wire cannot carry."""

from __future__ import annotations

import re
from typing import Final

_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """The text without NUL (PostgreSQL refuses it) and halves of characters (UTF-8 has no form for them)."""
    return _UNKEEPABLE.sub("", text)
