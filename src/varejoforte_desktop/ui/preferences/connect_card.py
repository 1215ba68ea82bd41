"""The card of the connected store: who it is, since when, until when, and what has to be done about it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import ConnectionRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.connect_words import cnpj, connection_words
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner


class ConnectionCard(QFrame):
    """Never shows a key; hidden before the first connection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connection_card")
        restyle(self, card=True)
        self.name = _label("connection_store_name", "heading")
        self.badge = Badge("")
        self.badge.setObjectName("connection_badge")
        self.cnpj = _label("connection_cnpj")
        self.address = _label("connection_address")
        self.since = _label("connection_since")
        self.until = _label("connection_until")
        self.warning = Banner("connection_warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.name, 1)
        top.addWidget(self.badge)
        column.addLayout(top)
        facts = QFormLayout()
        facts.setHorizontalSpacing(Space.L)
        facts.setVerticalSpacing(Space.S)
        for title, label in (
            (self.tr("CNPJ"), self.cnpj),
            (self.tr("Endereço"), self.address),
            (self.tr("Conectada desde"), self.since),
            (self.tr("Autorização válida até"), self.until),
        ):
            facts.addRow(_title(title), label)
        column.addLayout(facts)
        column.addWidget(self.warning)
        self.hide()

    def show_connection(self, row: ConnectionRow | None, now: datetime) -> None:
        """Show what the books say of the connection."""
        self.setVisible(row is not None)
        if row is None:
            return
        said = connection_words(row, now)
        self.name.setText(row.store_name or self.tr("Loja {number}").format(number=row.store_id))
        self.badge.set_state(said.badge, said.tone, said.icon)
        self.cnpj.setText(cnpj(row.store_cnpj) or "—")
        self.address.setText(row.api_address.removesuffix("/web_api"))
        self.since.setText(formats.moment(row.connected_at))
        self.since.setToolTip(formats.full_moment(row.connected_at))
        self.until.setText(formats.day(row.refresh_expires_at))
        self.until.setToolTip(formats.full_moment(row.refresh_expires_at))
        self.warning.setVisible(bool(said.warning))
        self.warning.set_message(said.warning, Tone.BAD if said.tone is Tone.BAD else Tone.WARN)


def _label(name: str, kind: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    if kind:
        restyle(label, words=kind)
    return label


def _title(text: str) -> QLabel:
    label = QLabel(text)
    restyle(label, words="muted")
    return label
