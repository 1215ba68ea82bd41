"""Taking in many orders a handful at a time, in sight of the person who asked for it, who may stop between two parts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_import import ImportReport, import_orders
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
#: Orders in one transaction: few enough that neither other stations nor this screen wait for it.
PART: Final = 12


async def import_in_parts(session: Session, parent: QWidget, order_ids: Sequence[int]) -> ImportReport:
    """Import these orders; what came of those that were reached.

    A handful is imported at once, more under a dialog that counts and can be stopped. Raises NotAllowed, and
    BooksError only for a handful: the dialog tells it and tries again.
    """
    if len(order_ids) <= PART:
        return await session.services.backend.run(import_orders, list(order_ids), by=session.actor)
    dialog = ImportDialog(session, order_ids, parent)
    try:
        await ask(dialog)
        return dialog.report
    finally:
        await dialog.aclose()


class ImportDialog(QDialog):
    """Counts the parts as they are done, and closes itself after the last one."""

    def __init__(self, session: Session, order_ids: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(self.tr("Importar pedidos"))
        self.setModal(True)
        self.report = ImportReport()
        self._session = session
        self._ids = list(order_ids)
        self._done = 0
        self._stopping = False
        self._running = False
        self._begun = 0.0
        self._scope = TaskScope(self, self._failed)
        self.bar = QProgressBar()
        self.bar.setObjectName("import_progress")
        self.bar.setAccessibleName(self.tr("Andamento da importação"))
        self.bar.setRange(0, len(self._ids))
        self.bar.setTextVisible(False)
        self.count = QLabel()
        self.count.setObjectName("import_count")
        self.banner = Banner("import_banner", button=self.tr("Tentar de novo"))
        self.banner.hide()
        self.stop_button = QPushButton(self.tr("Cancelar (Esc)"))
        self.stop_button.setObjectName("import_stop")
        self.stop_button.setAutoDefault(False)
        self._build()

    def _build(self) -> None:
        heading = QLabel(self.tr("Importando pedidos"))
        restyle(heading, words="title")
        note = QLabel(self.tr("O que já foi importado fica importado."))
        restyle(note, words="muted")
        foot = QHBoxLayout()
        foot.addWidget(note, 1)
        foot.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        for widget in (heading, self.banner, self.count, self.bar):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(foot)
        self.stop_button.clicked.connect(self.reject)
        self.banner.acted.connect(self._go_on)
        self.resize(Theme.current().px(480), self.sizeHint().height())
        self._show_count()

    # -- working --------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        super().showEvent(event)
        if not self._done:
            self._begun = self._session.services.monotonic()
        self._go_on()

    def _go_on(self) -> None:
        if not self._running:
            self._running = True
            self.banner.hide()
            self.stop_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scope.start(self._work())

    async def _work(self) -> None:
        backend = self._session.services.backend
        try:
            while self._done < len(self._ids) and not self._stopping:
                part = self._ids[self._done : self._done + PART]
                self.report += await backend.run(import_orders, part, by=self._session.actor)
                self._done += len(part)
                self._show_count()
        finally:
            self._running = False
        self.accept()

    def _show_count(self) -> None:
        done, total = self._done, len(self._ids)
        self.bar.setValue(done)
        words = self.tr("{done} de {total}").format(done=formats.count(done), total=formats.count(total))
        if 0 < done < total:
            passed = self._session.services.monotonic() - self._begun
            left = formats.duration(max(1.0, passed / done * (total - done)))
            words = self.tr("{count} · faltam {left}").format(count=words, left=left)
        self.count.setText(words)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("orders could not be imported", exc_info=error)
        if self._stopping:
            self.accept()
            return
        self.banner.set_message(said.whole, Tone.BAD, self.tr("Tentar de novo"))
        self.banner.show()
        column = self.layout()
        if column is not None:  # a sentence of several lines needs more room than the progress
            needed = column.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))

    # -- leaving --------------------------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it before the last part."""
        return self._stopping

    def reject(self) -> None:
        """Esc, Cancelar or the cross: the part under way is finished first, for it is in the books or not at all."""
        self._stopping = True
        if not self._running:
            self.accept()
            return
        self.stop_button.setEnabled(False)
        self.stop_button.setText(self.tr("Parando…"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same for the window's cross."""
        if self._running:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        self._running = False
        if self.isVisible():
            self.accept()
        self.deleteLater()
