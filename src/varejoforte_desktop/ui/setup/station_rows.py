"""The computers of the shop one below the other, each with how it stands in words and drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.people_questions import StationRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge


class StationRows(QWidget):
    """Made anew only when something but the ages changed, so that a button keeps the keyboard."""

    #: "Retirar" was pressed: the StationRow.
    remove_requested = Signal(object)

    def __init__(self, station: str, version: str, refusal: str, parent: QWidget | None = None) -> None:
        """`station` is this computer, `version` this program's; `refusal` says why nobody is taken out here."""
        super().__init__(parent)
        self.setObjectName("stations_list")
        self.setAccessibleName(self.tr("Estações da loja"))
        self._station = station
        self._version = version
        self._refusal = refusal
        self._rows: tuple[StationRow, ...] = ()
        self._told: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)

    def show_rows(self, rows: Sequence[StationRow], now: datetime) -> None:
        """Show what the books say."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._fill()
        self.show_ages(now)

    def show_ages(self, now: datetime) -> None:
        """Time went by."""
        for row in self._rows:
            self._told[row.name].setText(self._about(row, now))
            self._told[row.name].setToolTip(formats.full_moment(row.seen_at))

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._told.clear()
        for place, row in enumerate(self._rows):
            if place:
                rule = QFrame()
                restyle(rule, rule=True)
                self._column.addWidget(rule)
            self._column.addWidget(self._line(place, row))
        self._column.addStretch(1)

    def _line(self, place: int, row: StationRow) -> QWidget:
        made = QWidget()
        made.setObjectName(f"station_row_{place}")
        grid = QGridLayout(made)
        grid.setContentsMargins(0, Space.XS, 0, Space.XS)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        name = paragraph(row.name, "muted" if row.removed_at else "strong")
        badges = QHBoxLayout()
        badges.setSpacing(Space.S)
        for badge in self._badges(place, row):
            badges.addWidget(badge)
        badges.addStretch(1)
        told = paragraph("", "small", name=f"station_row_{place}_about")
        self._told[row.name] = told
        grid.addWidget(name, 0, 0)
        grid.addLayout(badges, 1, 0)
        grid.addWidget(told, 2, 0)
        if row.removed_at is None and row.name != self._station:
            grid.addWidget(self._button(place, row), 0, 1, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _button(self, place: int, row: StationRow) -> QPushButton:
        button = QPushButton(self.tr("Retirar"))
        button.setObjectName(f"station_row_{place}_remove")
        button.setAccessibleName(self.tr("Retirar {name}").format(name=row.name))
        button.setToolTip(self._refusal)
        button.setEnabled(not self._refusal)
        button.clicked.connect(lambda: self.remove_requested.emit(row))
        return button

    def _badges(self, place: int, row: StationRow) -> list[Badge]:
        made = []
        if row.name == self._station:
            made.append(Badge(self.tr("Este computador"), Tone.INFO, "dashboard"))
        if row.removed_at is not None:
            made.append(Badge(self.tr("Retirada"), Tone.NEUTRAL, "minus"))
        else:
            if row.has_key:
                made.append(Badge(self.tr("Tem a chave"), Tone.GOOD, "key"))
            else:
                made.append(Badge(self.tr("Espera um administrador"), Tone.WARN, "key"))
            if row.sends:
                made.append(Badge(self.tr("Envia para a Tray agora"), Tone.INFO, "sync"))
        for number, badge in enumerate(made):
            badge.setObjectName(f"station_row_{place}_badge_{number}")
        return made

    def _about(self, row: StationRow, now: datetime) -> str:
        version = self.tr("versão {version}").format(version=row.version)
        if row.removed_at is not None:
            gone = formats.age(row.removed_at, now)
            return " · ".join((self.tr("retirada {age}").format(age=gone), version))
        if row.version != self._version:
            version += self.tr(" (diferente desta)")
        seen = self.tr("vista {age}").format(age=formats.age(row.seen_at, now))
        since = self.tr("na loja desde {day}").format(day=formats.day(row.joined_at))
        return " · ".join((seen, version, since))
