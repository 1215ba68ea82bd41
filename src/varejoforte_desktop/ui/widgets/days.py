"""The field for a day, typed as "30/11", "30/11/26" or picked from a calendar."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.sheet_errors import WrongDate
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.widgets.pinned import Pinned
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_SHAPE: Final = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?$")
_BARE: Final = re.compile(r"^(\d{2})(\d{2})(\d{2}|\d{4})?$")


class DayEdit(TypedEdit[date]):
    """A day, or nothing. A year left out is the current one."""

    def __init__(
        self,
        object_name: str,
        accessible_name: str,
        *,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(object_name, accessible_name, parent)
        self._today = today
        self._calendar: QWidget | None = None
        self.setPlaceholderText(self.tr("dd/mm/aaaa"))
        self.setMaxLength(10)
        self._button = QToolButton()
        self._button.setObjectName(f"{object_name}_calendar_button")
        self._button.setAccessibleName(self.tr("Abrir o calendário"))
        self._button.setToolTip(self.tr("Abrir o calendário (F4)"))
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._button.clicked.connect(self.open_calendar)
        bind_icon(self._button, "calendar", Role.TEXT_MUTED)
        Pinned(self, right=self._button)

    def parse(self, text: str) -> date:
        """Read a day as Brazilians write it."""
        found = _SHAPE.match(text) or _BARE.match(text)
        if found is None:
            raise WrongDate(text, self.objectName())
        day, month, year = found.groups()
        full = self._today().year if year is None else int(year) + (2000 if len(year) == 2 else 0)
        try:
            return date(full, int(month), int(day))
        except ValueError:
            raise WrongDate(text, self.objectName()) from None

    def written(self, value: date) -> str:
        """The whole day: "30/11/2026"."""
        return f"{value:%d/%m/}{value.year:04}"

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite um dia como 30/11/2026.")

    def open_calendar(self) -> None:
        """Lay a calendar under the field; a click takes the day."""
        if self.isReadOnly() or self._calendar is not None:
            return
        frame = QWidget(self, Qt.WindowType.Popup)
        frame.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        frame.destroyed.connect(self._forget_calendar)
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, 1)
        calendar = QCalendarWidget()
        calendar.setObjectName(f"{self.objectName()}_calendar")
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        chosen = self._today()
        with contextlib.suppress(DomainError):
            chosen = self._read() or chosen
        calendar.setSelectedDate(QDate(chosen.year, chosen.month, chosen.day))
        calendar.clicked.connect(self._take)
        calendar.activated.connect(self._take)
        column.addWidget(calendar)
        self._calendar = frame
        frame.move(self.mapToGlobal(self.rect().bottomLeft()))
        frame.show()
        calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _take(self, day: QDate) -> None:
        self.set_value(date(day.year(), day.month(), day.day()))
        if self._calendar is not None:
            self._calendar.close()

    def _forget_calendar(self) -> None:
        self._calendar = None
