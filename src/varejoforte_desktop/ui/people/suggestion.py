"""A password that is easy to dictate over the counter and hard to guess: "kamidu-besiru-7348"."""

from __future__ import annotations

import secrets
from typing import Final

# No letter that sounds or looks like another one: no "c", "q" or "y", no "l" beside a "1", no "o" beside a "0".
_CONSONANTS: Final = "bdfgjkmnprstvz"
_VOWELS: Final = "aeiu"
_DIGITS: Final = "23456789"
_SYLLABLES: Final = (3, 3)
_NUMBER: Final = 4


def suggested_password() -> str:
    """A new one each time: six syllables and four digits, about forty-seven bits; it is changed at the first sign-in."""
    words = ["".join(_syllable() for _ in range(length)) for length in _SYLLABLES]
    return "-".join((*words, "".join(secrets.choice(_DIGITS) for _ in range(_NUMBER))))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
