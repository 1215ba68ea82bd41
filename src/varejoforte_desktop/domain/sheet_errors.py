"""What can be wrong with a spreadsheet that is taken in or written, as facts."""

from __future__ import annotations

from varejoforte_desktop.domain.errors import DomainError


class SpreadsheetError(DomainError):
    """A whole spreadsheet cannot be taken in or written."""


class FileTooLarge(SpreadsheetError):
    """The file is larger than we read; the limit is in megabytes."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(megabytes)
        self.megabytes = megabytes


class TooManyRows(SpreadsheetError):
    """The spreadsheet has more lines than we read at once."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class TooManyColumns(SpreadsheetError):
    """The spreadsheet has more columns than we read."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class UnreadableSheet(SpreadsheetError):
    """The file is no spreadsheet we can read.

    `why` is a stable word: not_found, not_a_file, no_access (also: open in Excel), unknown_kind (neither .csv nor
    .xlsx), empty, encrypted (has a password), old_excel (.xls inside), damaged, not_text, encoding, quotes (`line`
    says where), bomb (unpacks to something enormous), entities (declares a DOCTYPE). `detail` is for the log.
    """

    def __init__(self, why: str, *, line: int | None = None, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.line = line
        self.detail = detail


class UnknownColumns(SpreadsheetError):
    """The heading has columns that nobody knows, as they were written."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(*columns)
        self.columns = columns


class MissingColumns(SpreadsheetError):
    """The heading lacks columns without which no line can be understood."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(*columns)
        self.columns = columns


class DuplicateColumn(SpreadsheetError):
    """Two columns have the same heading."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


class SheetNotWritten(SpreadsheetError):
    """The file could not be written; an older file of that name is untouched.

    `why`: locked (open in another program or no permission), no_folder, disk_full or failed.
    """

    def __init__(self, why: str, *, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


class CellWithoutColumn(DomainError):
    """A line has something in a column that has no heading: often a separator inside a text without quotes."""

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text, place)
        self.text = text
        self.place = place  # the column's letter, "Z"


class BrokenFormula(DomainError):
    """A cell holds a formula that gave an error (`text` is "#N/D"…) or was never calculated (`text` is "")."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class ForbiddenCharacter(DomainError):
    """A text holds a character that cannot be kept (the zero byte)."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class WrongDate(DomainError):
    """A text that should be a day ("31/12/2026" or "2026-12-31") is not one."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class NotYesOrNo(DomainError):
    """A text that should say yes or no ("sim", "não", "s", "n", "1", "0") does not."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class RoundedBarcode(DomainError):
    """Excel shortened a barcode to "7,89E+12" and its digits are lost: the column has to be text, and typed again."""

    field = "barcode"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class RepeatedInSheet(DomainError):
    """The same reference or barcode stands on an earlier line of the same spreadsheet."""

    def __init__(self, field: str, text: str, first_line: int) -> None:
        super().__init__(field, text, first_line)
        self.field = field
        self.text = text
        self.first_line = first_line
