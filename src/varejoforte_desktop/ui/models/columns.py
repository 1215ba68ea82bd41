"""What a column of a list shows of each row: words, colour, drawing, and the tooltip that says more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import Qt

from varejoforte_desktop.ui.icons import icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme


class HasId(Protocol):
    """A record with the number it is known by."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=HasId)


class ItemRole(IntEnum):
    """Roles of our own that views and screens ask the models for."""

    ID = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2
    COLUMN = Qt.ItemDataRole.UserRole + 3


class Align(IntEnum):
    """Where the words of a column stand; numbers stand right."""

    LEFT = 1
    RIGHT = 2
    CENTRE = 3

    @property
    def flags(self) -> Qt.AlignmentFlag:
        """The same for Qt."""
        side = {
            Align.LEFT: Qt.AlignmentFlag.AlignLeft,
            Align.RIGHT: Qt.AlignmentFlag.AlignRight,
            Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
        }[self]
        return side | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column. `sample` is the longest usual text and sets the width; one column may `stretch`.

    `icon` gives the name of a drawing ("" for none), `role` the colour of words and drawing; `sort_key` makes the
    header clickable and is what the model's `sort_requested` carries. When room is short, the column that `yields`
    most leaves first (0: never), until the stretched one has the width of its own sample.
    """

    title: str
    text: Callable[[R], str]
    align: Align = Align.LEFT
    tooltip: Callable[[R], str] | None = None
    role: Callable[[R], Role] | None = None
    icon: Callable[[R], str] | None = None
    sample: str = ""
    stretch: bool = False
    sort_key: str = ""
    title_tooltip: str = ""
    yields: int = 0

    def data(self, row: R, role: int) -> object:
        """What a model answers for this column of a row."""
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return self.tooltip(row) if self.tooltip is not None else None
            case Qt.ItemDataRole.ForegroundRole:
                return Theme.current().palette.colour(self.role(row)) if self.role is not None else None
            case Qt.ItemDataRole.DecorationRole:
                name = self.icon(row) if self.icon is not None else ""
                return (
                    icon(name, self.role(row) if self.role is not None else Role.TEXT_MUTED) if name else None
                )
            case _:
                return None

    def header(self, role: int) -> object:
        """What a model answers for the column's header."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.align.flags
            case Qt.ItemDataRole.ToolTipRole:
                return self.title_tooltip or None
            case ItemRole.COLUMN:
                return self
            case _:
                return None
