"""Settings › Tray: the store this shop is connected to, and how to connect one."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton

from varejoforte_desktop.application.questions import ConnectionRow
from varejoforte_desktop.application.store import StoreInfo
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.connect_card import ConnectionCard
from varejoforte_desktop.ui.preferences.connect_form import ConnectForm
from varejoforte_desktop.ui.preferences.connect_words import cnpj, connection_words
from varejoforte_desktop.ui.preferences.page import SettingsPage
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.banner import Banner


class TrayPage(SettingsPage):
    """The form stands open until a store is connected and well; then it waits behind a button."""

    #: A store was connected: look at the books again.
    connected = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("tray_page")
        self._row: ConnectionRow | None = None
        self._opened = False
        self.success = Banner("connect_success", "", Tone.GOOD, closable=True)
        self.success.hide()
        self.card = ConnectionCard()
        self.again = QPushButton(self.tr("Conectar de novo ou outra loja"))
        self.again.setObjectName("connect_again_button")
        self.again.hide()
        bind_icon(self.again, "link")
        self.again.clicked.connect(self._open)
        self.form = ConnectForm(session)
        self.form.connected.connect(self._connected)
        # Once the sentence has made its room.
        self.form.refused.connect(lambda: QTimer.singleShot(0, self, self._show_button))
        self.column.addWidget(self.success)
        self.column.addWidget(self.card)
        self.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def show_connection(self, row: ConnectionRow | None, now: datetime) -> None:
        """Show what the books say."""
        self._row = row
        self.card.show_connection(row, now)
        well = row is not None and connection_words(row, now).tone is not Tone.BAD
        # A form that somebody is filling in does not go away under his hands.
        open_ = not well or self._opened or self.form.busy
        self.form.setVisible(open_)
        self.again.setVisible(not open_)

    async def aclose(self) -> None:
        """End what runs."""
        await self.form.aclose()

    def _open(self) -> None:
        self._opened = True
        self.success.hide()
        self.again.hide()
        self.form.show()
        self.form.address.setFocus()

    def _show_button(self) -> None:
        self.ensureWidgetVisible(self.form.button)

    def _connected(self, info: StoreInfo) -> None:
        self._opened = False
        same = self._row is not None and self._row.store_id == info.store_id
        text = self.tr("Conectado à loja {name}, CNPJ {cnpj}.").format(
            name=info.name, cnpj=cnpj(info.cnpj) or "—"
        )
        more = "" if same else self.tr(" O cadastro inteiro entrou na fila para a Tray.")
        self.success.set_message(text + more, Tone.GOOD)
        self.success.show()
        self.verticalScrollBar().setValue(0)
        self.connected.emit()
