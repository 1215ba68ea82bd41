"""The connection on which the shop's certificate is shown to SEFAZ, and SEFAZ's is proved."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from pathlib import Path
from typing import Final

import certifi
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from varejoforte_desktop.fiscal.certificate import Material

#: OpenSSL 3 refuses servers without secure renegotiation unless told; the name is in Python only since 3.12.
_OLD_SERVERS: Final = 0x4


def client_context(material: Material, extra_ca: str = "", *, weak_ciphers: bool = False) -> ssl.SSLContext:
    """What a connection to SEFAZ needs: the shop's certificate, and whom to trust.

    Trusted is what the computer trusts, what certifi lists, and the certificates in `extra_ca` (PEM text), for hosts
    below ICP-Brasil. Server and host name are always proved. `weak_ciphers` is for hosts that still need an older
    OpenSSL level. Raises ValueError for an `extra_ca` that is no PEM, ssl.SSLError for a key that OpenSSL refuses.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.load_verify_locations(cafile=certifi.where())
    if extra_ca:
        try:
            context.load_verify_locations(cadata=extra_ca)
        except ssl.SSLError as error:
            raise ValueError("no certificates in the extra bundle") from error
    # Python 3.13 asks for more than the standard's must of each certificate; public authorities' do not all have it.
    # Chain, dates and names are proved as before, and alike with every Python.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.post_handshake_auth = True  # some servers ask for the certificate only after reading the address
    if weak_ciphers:
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        context.options |= _OLD_SERVERS
    _load_key(context, material)
    return context


def _load_key(context: ssl.SSLContext, material: Material) -> None:
    """OpenSSL takes the key from a file only: it is written locked with a password that nobody else ever has, in a
    folder of ours, and is gone before this returns, whatever happens."""
    password = secrets.token_urlsafe(32)
    locked = material.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    with tempfile.TemporaryDirectory(prefix="varejoforte-") as folder:
        path = Path(folder) / "key.pem"
        # 0600 from the first moment on
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(locked + material.chain_text().encode())
            context.load_cert_chain(path, password=password)
        finally:
            path.unlink()
