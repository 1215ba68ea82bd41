"""Texts as books can keep and compare them: without signs that cannot be carried, or without accents."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """The text without NUL (PostgreSQL refuses it) and halves of characters (UTF-8 has no form for them)."""
    return _UNKEEPABLE.sub("", text)


def folded(text: str) -> str:
    """Lower case, without accents: two names that fold to the same are the same. Folding twice changes nothing."""
    plain = unicodedata.normalize("NFKD", keepable(text))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKD", bare.casefold())
