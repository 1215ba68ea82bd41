"""Entering a shop that exists: the line is tried first, what was found is told in words, then it is remembered."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.station_setup import JoinRefused, ShopAddress, ShopFound, StationSetup
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.setup.dialog import SetupDialog
from varejoforte_desktop.ui.setup.join_form import JoinForm
from varejoforte_desktop.ui.setup.safe import open_safe
from varejoforte_desktop.ui.setup.words import found_lines
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_WIDTH = 620


class JoinDialog(SetupDialog):
    """ "Testar conexão" only looks; "Entrar na loja" looks, then keeps. `found` is the shop that was entered."""

    def __init__(self, setup: StationSetup, parent: QWidget | None = None) -> None:
        super().__init__("join", self.tr("Entrar em uma loja que já existe"), parent, width=_WIDTH)
        self.found: ShopFound | None = None
        self._setup = setup
        self._keeping = False
        self.form = JoinForm(setup.suggested_name())
        self.test = QPushButton(self.tr("Testar conexão"))
        self.test.setObjectName("join_test")
        self.go = QPushButton(self.tr("Entrar na loja"))
        self.go.setObjectName("join_save")
        restyle(self.go, kind="primary")
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self.back.setObjectName("join_back")
        self.cancel = QPushButton(self.tr("Cancelar"))
        self.cancel.setObjectName("join_cancel")
        self.results = QWidget()
        self.results.setObjectName("join_results")
        self._lines = QVBoxLayout(self.results)
        self.progress = QLabel(self.tr("Procurando a loja…"))
        self.progress.setObjectName("join_progress")
        restyle(self.progress, words="muted")
        self.bar = QProgressBar()
        self._build()
        self.show_saving(saving=False)
        self.test.clicked.connect(lambda: self._start(keep=False))
        self.go.clicked.connect(lambda: self._start(keep=True))
        self.form.entered.connect(lambda: self._start(keep=False))
        self.form.edited.connect(self._forget)
        self.back.clicked.connect(self.reject)
        self.cancel.clicked.connect(self.give_up)

    def _build(self) -> None:
        column = self.body
        column.addWidget(
            paragraph(
                self.tr(
                    "Peça estes dados a quem cuida do servidor, ou copie-os em outra estação, em "
                    "Configurações › Estações. A senha não vem junto."
                ),
                "muted",
            )
        )
        column.addWidget(self.form)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(Space.XS)
        self.results.hide()
        column.addWidget(self.banner)
        column.addWidget(self.results)
        self.bar.setObjectName("join_bar")
        self.bar.setAccessibleName(self.tr("Procurando a loja"))
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(Theme.current().px(120))
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.back)
        foot.addWidget(self.progress)
        foot.addWidget(self.bar)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.test)
        foot.addWidget(self.go)
        for button in (self.back, self.cancel, self.test, self.go):
            button.setAutoDefault(False)
        column.addStretch(1)
        self.frame(foot)

    # -- trying it -------------------------------------------------------------------------------------

    def _start(self, *, keep: bool) -> None:
        if self.saving:
            return
        address = self.form.read()
        if address is not None:
            self._forget()
            self.begin(self._enter(address, keep=keep))
            if self._task is not None:
                # Not a `finally` in the task: one that is cancelled before its first step never gets there.
                self._task.add_done_callback(lambda _task: self._ended())
        self.fit()

    def _ended(self) -> None:
        if self._saving and shiboken6.isValid(self):
            self._saving = False
            self.show_saving(saving=False)

    async def _enter(self, address: ShopAddress, *, keep: bool) -> ShopFound:
        station = self.form.name
        found = await self._setup.attempt(address, station)
        if keep and await open_safe(self._setup, self):
            self._keeping = True
            self._show_steps()
            try:
                await self._setup.keep(address, station)
            finally:
                self._keeping = False
            self.found = found
        return found

    def give_up(self) -> None:
        """Stop waiting for the server; what is already being written is not left half done."""
        if self._task is not None and not self._keeping:
            self._task.cancel()

    def reject(self) -> None:
        """Esc stops the waiting first."""
        if self.saving:
            self.give_up()
        else:
            super().reject()

    def carried_out(self, result: object) -> None:
        """Tell what was found, or close once the shop was entered."""
        if self.found is not None:
            self.accept()
        elif isinstance(result, ShopFound):
            self._show_found(result)

    def failed(self, error: BaseException) -> None:
        """Say why not, and mark the field it is about."""
        if isinstance(error, JoinRefused):
            self.form.point_at(error.why)
        super().failed(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """Every refusal is a sentence too long for the room below a field."""
        return False

    # -- what is shown ---------------------------------------------------------------------------------

    def _show_found(self, found: ShopFound) -> None:
        for text in found_lines(found, self.form.name):
            line = QHBoxLayout()
            line.setSpacing(Space.S)
            line.addWidget(IconLabel("check", Role.GOOD, 16))
            line.addWidget(paragraph(text), 1)
            self._lines.addLayout(line)
        self._lines.addWidget(
            paragraph(
                self.tr(
                    "Próximo passo: depois de entrar na loja, um administrador entra primeiro nesta estação."
                ),
                "muted",
            )
        )
        self.results.setAccessibleName(" ".join(found_lines(found, self.form.name)))
        self.results.show()
        self.fit()
        self.show_end()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.banner.hide()
        self.results.hide()
        while (item := self._lines.takeAt(0)) is not None:
            _drop(item.layout())
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def show_saving(self, *, saving: bool) -> None:
        """While it is being tried there is one button, which gives up."""
        self.form.set_enabled(enabled=not saving)
        idle: tuple[QWidget, ...] = (self.back, self.test, self.go)
        busy: tuple[QWidget, ...] = (self.cancel, self.progress, self.bar)
        # First those that go: all together they are wider than the window.
        for widget in idle if saving else busy:
            widget.hide()
        for widget in busy if saving else idle:
            widget.show()
        self._show_steps()
        if saving:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_steps(self) -> None:
        self.progress.setText(self.tr("Guardando…") if self._keeping else self.tr("Procurando a loja…"))
        self.cancel.setEnabled(not self._keeping)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the first field."""
        super().showEvent(event)
        self.form.server.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs; the password does not stay behind."""
        await super().aclose()
        self.form.wipe()


def _drop(line: object) -> None:
    """Let a line of the results go with all that stands in it."""
    if isinstance(line, QHBoxLayout):
        while (item := line.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        line.deleteLater()
