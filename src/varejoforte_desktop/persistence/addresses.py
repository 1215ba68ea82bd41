"""Addresses of the books taken apart: who is asked, with what password, and whether the way there is guarded."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from varejoforte_desktop.domain.access_errors import AddressInClear

_GUARDED: Final = frozenset({"require", "verify-ca", "verify-full"})
#: Where libpq looks for whoever signed the server's certificate, when nothing else is said.
_USUAL_AUTHORITY: Final = Path.home() / ".postgresql" / "root.crt"


def is_postgresql(url: str) -> bool:
    """Whether these books are kept by a server."""
    return urlsplit(url).scheme.partition("+")[0] in {"postgresql", "postgres"}


def bare_address(url: str) -> str:
    """What names the books and nothing else: no password, no driver, no options."""
    if not is_postgresql(url):
        return url
    parts = urlsplit(url)
    return f"postgresql://{_without_password(parts.netloc)}{parts.path}"


def password_of(url: str) -> str:
    """The password that stands in an address, "" when there is none."""
    return unquote(urlsplit(url).password or "") if is_postgresql(url) else ""


def without_password(url: str) -> str:
    """The same address as it may be written down."""
    parts = urlsplit(url)
    return _joined(parts, netloc=_without_password(parts.netloc))


def with_password(url: str, password: str) -> str:
    """The address with a password put in."""
    parts = urlsplit(url)
    who, _, where = _without_password(parts.netloc).rpartition("@")
    return _joined(parts, netloc=f"{who}:{quote(password, safe='')}@{where}")


def _joined(parts: SplitResult, *, netloc: str) -> str:
    """The parts as one address; two slashes also where no server is named."""
    return f"{parts.scheme}://{netloc}{parts.path}{'?' if parts.query else ''}{parts.query}"


def _without_password(netloc: str) -> str:
    who, found, where = netloc.rpartition("@")
    return f"{who.partition(':')[0]}{found}{where}"


def guarded(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address so that nobody on the way can read along or stand in for the server.

    On this computer nothing is added. To another one the line is encrypted and the server proves who it is (against
    `sslrootcert`, else whoever this computer trusts already), unless the address itself asks for less: `require`
    only encrypts. Raises AddressInClear when it asks for a line that may be in clear.
    """
    if not is_postgresql(url):
        return url
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    told = options.get("hostaddr") or options.get("host") or parts.hostname or environment.get("PGHOST", "")
    if all(on_this_computer(host) for host in told.split(",")):
        return url
    mode = options.get("sslmode", "verify-full")
    if mode not in _GUARDED:
        raise AddressInClear(told)
    more = {} if "sslmode" in options else {"sslmode": mode}
    if mode == "verify-full" and "sslrootcert" not in options and not _USUAL_AUTHORITY.exists():
        more["sslrootcert"] = "system"
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return _joined(parts._replace(query=query), netloc=parts.netloc)


def on_this_computer(host: str) -> bool:
    """Whether a server of that name is this very computer; "" and a folder mean its socket."""
    if not host or host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
