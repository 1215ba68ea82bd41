"""Product lists that arrive as CSV, whichever program and computer wrote them."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Final

from varejoforte_desktop.application.product_sheet import known_headings
from varejoforte_desktop.domain.sheet_errors import UnreadableSheet
from varejoforte_desktop.spreadsheets.formula_shield import unshielded
from varejoforte_desktop.spreadsheets.lines import RawLine

_SEPARATORS: Final = (";", ",", "\t")


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a CSV and the encoding it was in: UTF-8 when it is that to the last byte, else Windows-1252.

    Raises UnreadableSheet ("not_text", "encoding").
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in content:
        raise UnreadableSheet("not_text")
    if content.startswith(BOM_UTF8):
        try:
            return content[len(BOM_UTF8) :].decode("utf-8"), "utf-8-sig"
        except UnicodeDecodeError as error:
            raise UnreadableSheet("encoding", detail=str(error)) from None
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet("encoding")


def separator_of(text: str) -> str:
    """The sign between the cells: the one under which most headings are known."""

    def evidence(separator: str) -> tuple[int, int]:
        headings = _first_record(text, separator)
        return known_headings(headings), len(headings)

    return max(_SEPARATORS, key=evidence)  # the first one wins a tie


def _first_record(text: str, separator: str) -> list[str]:
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(record) > 1 or any(cell.strip() for cell in record):
                return record
    except csv.Error:
        pass  # the real reading says where
    return []


def csv_lines(text: str, separator: str) -> Iterator[RawLine]:
    """The lines, numbered as Excel numbers them: a cell with line breaks is still one line.

    Raises UnreadableSheet ("quotes") where a quote is opened and never closed or closed in the middle of a cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableSheet("quotes", line=number, detail=str(error)) from None
        yield number, [unshielded(cell) for cell in record]
