"""Keeps the keys of the store out of everything that is written down or shown."""

from __future__ import annotations

import logging
import re
from typing import Final

#: What stands where a secret stood.
HIDDEN: Final = "***"

# A key begins a word; %3F and %26 are the ? and & of an address inside an address.
_BEGINS: Final = r"(?:(?<![A-Za-z0-9_-])|(?<=%3F)|(?<=%26))"
_NAMES: Final = r"(?:access_token|refresh_token|consumer_secret|consumer_key|code|senha|password)"
# A value in quotes; what was cut off before its closing quote is hidden to the end.
_QUOTED: Final = r"""(?:"(?:\\.|[^"\\])*(?:"|\\?$)|'(?:\\.|[^'\\])*(?:'|\\?$))"""
# key=value as in an address (%3D inside another one) or a settings line, where the value may be quoted.
_ASSIGNED: Final = re.compile(
    rf"""{_BEGINS}({_NAMES}\s*(?:=|%3D)\s*)({_QUOTED}|[^\s&"'<>]+)""", re.IGNORECASE | re.DOTALL
)
# "key": "value" as in JSON and, with ', in the text of a Python dictionary.
_MEMBER: Final = re.compile(rf"""{_BEGINS}(["']{_NAMES}["']\s*:\s*){_QUOTED}""", re.IGNORECASE | re.DOTALL)
# The same inside a JSON text, where every quote has its backslash.
_INNER_MEMBER: Final = re.compile(rf"""(\\"{_NAMES}\\"\s*:\s*\\").*?(\\"|$)""", re.IGNORECASE | re.DOTALL)
# A token or an authorisation betrays itself by its shape, whatever stands in front of it.
_SHAPE: Final = re.compile(r"APP_ID-[A-Za-z0-9_-]{16,}|(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?![0-9A-Za-z])")


def mask(text: str) -> str:
    """The same text with the value of every secret replaced by ***.

    Knows access_token, refresh_token, consumer_secret, consumer_key, code, senha and password, written as
    `key=value` or as JSON `"key": "value"`, and tokens by their shape. Never fails.
    """
    text = _ASSIGNED.sub(rf"\1{HIDDEN}", text)
    text = _INNER_MEMBER.sub(rf"\1{HIDDEN}\2", text)
    text = _MEMBER.sub(rf'\1"{HIDDEN}"', text)
    return _SHAPE.sub(HIDDEN, text)


def hide(text: str, *secrets: str) -> str:
    """`mask`, and these very secrets too, wherever the other side may have repeated them."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return mask(text)


def quiet_the_line() -> None:
    """Keep httpx and httpcore from writing addresses, which hold the token, into the log below WARNING.

    The application calls it once, before the first request.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
