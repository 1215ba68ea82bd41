"""Finding products by what people remember of them: without accents, by the beginnings of words."""

from __future__ import annotations

import re
from typing import Final

from varejoforte_desktop.domain.texts import folded

_WORD: Final = re.compile(r"[a-z0-9]+")


def reference_key(reference: str) -> str:
    """What makes a reference the same as another: "pan-1" and "PAN-1" are one. Some signs fold into many letters."""
    return folded(reference.strip())[:60]


def search_text(reference: str, name: str, barcode: str) -> str:
    """The words a product is found by; the reference also as one word, so that "pan1001" finds PAN-1001."""
    code = _WORD.findall(folded(reference))
    joined = ["".join(code)] if len(code) > 1 else []
    return " ".join([*code, *joined, *_WORD.findall(folded(name)), *([barcode] if barcode else [])])


def search_words(typed: str) -> list[str]:
    """The words looked for, at most eight."""
    return _WORD.findall(folded(typed))[:8]


def fts_query(words: list[str]) -> str:
    """All words, each as the beginning of a word, in SQLite's full-text language (words are only a-z0-9)."""
    return " AND ".join(f'"{word}"*' for word in words)
