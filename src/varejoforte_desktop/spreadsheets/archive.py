"""An XLSX is a zip of XML: looked into before it is unpacked, so that a small file cannot fill the memory."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, Final
from xml.parsers import expat

from varejoforte_desktop.domain.sheet_errors import UnreadableSheet

MAXIMUM_UNPACKED: Final = 400_000_000
MAXIMUM_PARTS: Final = 5_000
MAXIMUM_RATIO: Final = 200  # a sheet of one repeated line reaches about 60; a bomb a thousand
_SMALL_PART: Final = 1_000_000
_OLE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_CHUNK: Final = 65_536


def check_archive(file: IO[bytes]) -> bool:
    """Whether the workbook has formulas, when it is safe to open.

    Raises UnreadableSheet: "encrypted", "old_excel", "damaged", "bomb" or "entities".
    """
    _refuse_ole(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            if "[Content_Types].xml" not in archive.namelist():
                raise UnreadableSheet("damaged", detail="no [Content_Types].xml")
            for part in parts:
                with archive.open(part) as stream:
                    _refuse_doctype(stream)
            return any(_has_formula(archive, part) for part in parts if "worksheets/" in part.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise UnreadableSheet("damaged", detail=str(error)) from None


def _refuse_ole(file: IO[bytes]) -> None:
    """Excel wraps a workbook with a password in the old container that .xls also uses."""
    file.seek(0)
    if file.read(len(_OLE)) == _OLE:
        raise UnreadableSheet("encrypted" if _ENCRYPTED_STREAM in file.read() else "old_excel")
    file.seek(0)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """What the parts claim to unpack to; Python reads no byte more than that, so a lie only truncates."""
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableSheet("encrypted")
    if len(parts) > MAXIMUM_PARTS or sum(part.file_size for part in parts) > MAXIMUM_UNPACKED:
        raise UnreadableSheet("bomb")
    for part in parts:
        if part.file_size > _SMALL_PART and part.file_size > MAXIMUM_RATIO * part.compress_size:
            raise UnreadableSheet("bomb", detail=part.filename)


class _RootReached(Exception):
    """The document's first element begins: what could be declared was declared."""


def _refuse_doctype(stream: IO[bytes]) -> None:
    """No workbook declares entities; asked with the parser that reads the part later, whatever its encoding."""

    def doctype(*_: object) -> None:
        raise UnreadableSheet("entities")

    def root(*_: object) -> None:
        raise _RootReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)  # a careful expat puts off a long piece until it knows that nothing follows
    except (_RootReached, expat.ExpatError):
        return  # not XML at all: a picture, or something that will not open


def _has_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            if b"<f>" in (seen := tail + chunk) or b"<f " in seen:
                return True
            tail = chunk[-2:]
    return False
