"""Settings › Estações: the computers of the shop, the key they share, and where this one keeps its passwords."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from varejoforte_desktop.application.people_questions import StationRow
from varejoforte_desktop.application.station_setup import SafeKind, SafeState
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import OwnPage, refusal, section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.setup.choices import fact_line
from varejoforte_desktop.ui.setup.station import change_safe
from varejoforte_desktop.ui.setup.station_acts import ChangeKeyDialog, RemoveStationDialog
from varejoforte_desktop.ui.setup.station_rows import StationRows
from varejoforte_desktop.ui.setup.words import KEPT, ServerFacts, server_facts
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Theme
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_AGES_MS = 30_000


class StationsPage(OwnPage):
    """Everybody may look; who manages stations takes one out and changes the key."""

    def __init__(self, session: Session) -> None:
        super().__init__("stations_page")
        self.title = self.tr("Estações")
        self._session = session
        self._reading = TaskScope(self, self._not_read)
        self._acts = TaskScope(self, self.failed.emit)
        self.refusal = refusal(session.actor, Permission.MANAGE_STATIONS)
        services = session.services
        self.rows = StationRows(services.station, services.version, self.refusal)
        self.states = ListStates(
            self.rows,
            EmptyState(
                "stations_empty",
                "dashboard",
                self.tr("Nenhuma estação registrada ainda"),
                self.tr("Um computador aparece aqui depois que um administrador entra nele."),
            ),
        )
        self.removed = Banner("stations_removed", "", Tone.WARN, button="x", closable=True)
        self.removed.hide()
        self.change_key = QPushButton(self.tr("Trocar a chave da loja"))
        self.change_safe = QPushButton(self.tr("Mudar"))
        self.copy = QPushButton(self.tr("Copiar os dados"))
        self._safe_told = words("")
        self._ages = QTimer(self)
        self._ages.setInterval(_AGES_MS)
        self._ages.timeout.connect(lambda: self.rows.show_ages(services.clock()))
        self._build()
        self.rows.remove_requested.connect(self._remove)
        self.removed.acted.connect(self._change_key)
        self.states.retried.connect(self.refresh)

    def _build(self) -> None:
        card, column = section(self.tr("Estações da loja"))
        self.states.setMinimumHeight(Theme.current().px(160))
        column.addWidget(self.states)
        if self.refusal:
            told = words(self.refusal, "small")
            told.setObjectName("stations_refusal")
            column.addWidget(told)
        self.column.addWidget(self.removed)
        self.column.addWidget(card)
        self._build_key()
        self._build_safe()
        facts = server_facts(self._session.services.books)
        if facts is not None:
            self._build_line(facts)
        self.column.addStretch(1)

    def _build_key(self) -> None:
        if self._session.services.keys is None:
            return
        card, column = section(self.tr("Chave da loja"))
        column.addWidget(
            words(
                self.tr(
                    "A chave tranca os acessos da Tray no banco de dados. Troque-a quando um computador da loja "
                    "for perdido ou quando um administrador sair."
                ),
                "muted",
            )
        )
        self._put(column, self.change_key, "key_change_button", "key", self._change_key)
        # The permission may be a manager's too; the key opens only with an administrator's password.
        administrator = self._session.actor.role is Role.ADMINISTRADOR
        why = "" if administrator else self.tr("Só um administrador troca a chave da loja.")
        told = words(why, "small")
        told.setObjectName("key_change_refusal")
        told.setVisible(bool(why))
        column.addWidget(told)
        self.change_key.setEnabled(not why)
        self.change_key.setToolTip(why)
        self.column.addWidget(card)

    def _build_safe(self) -> None:
        if self._session.services.setup is None:
            return
        card, column = section(self.tr("Senhas deste computador"))
        self._safe_told.setObjectName("safe_now")
        column.addWidget(self._safe_told)
        self._put(column, self.change_safe, "safe_change_button", "lock", self._change_safe)
        self.column.addWidget(card)

    def _build_line(self, facts: ServerFacts) -> None:
        card, column = section(self.tr("Incluir outro computador"))
        column.addWidget(
            words(
                self.tr(
                    "Instale o Varejo Forte nele, escolha “Entrar em uma loja que já existe” e digite estes dados "
                    "e a senha do banco. Depois um administrador entra nele uma vez."
                ),
                "muted",
            )
        )
        for name, title, text in facts.lines():
            column.addWidget(fact_line(f"line_{name}", title, text))
        self._put(column, self.copy, "line_copy", "copy", lambda: self._copy(facts))
        self.column.addWidget(card)

    def _put(
        self, column: QVBoxLayout, button: QPushButton, name: str, icon_name: str, act: Callable[[], None]
    ) -> None:
        """A button of a card, at its left."""
        button.setObjectName(name)
        bind_icon(button, icon_name)
        button.clicked.connect(act)
        line = QHBoxLayout()
        line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)

    # -- reading ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the stations and ask the safe."""
        if not self._reading.busy:
            self._reading.start(self._read())

    async def _read(self) -> None:
        services = self._session.services
        rows = await services.backend.read(lambda reader: reader.people.stations())
        self.rows.show_rows(rows, services.clock())
        self.states.show_rows(len(rows))
        if services.setup is not None:
            self._show_safe(await services.setup.safe())

    def _show_safe(self, state: SafeState) -> None:
        kind = state.kind or (SafeKind.KEYRING if state.keyring else None)
        self._safe_told.setText(KEPT[kind])

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        self.states.show_error(said.text, said.remedy)

    # -- doing ------------------------------------------------------------------------------------------

    def _act(self, errand: Coroutine[Any, Any, None]) -> None:
        """One window at a time."""
        if self._acts.busy:
            errand.close()
        else:
            self._acts.start(errand)

    def _remove(self, row: StationRow) -> None:
        self._act(self._ask_remove(row))

    async def _ask_remove(self, row: StationRow) -> None:
        dialog = RemoveStationDialog(self._session, row, self)
        if not await answered(dialog):
            return
        self.done.emit(dialog.outcome)
        if self._session.services.keys is not None:
            text = self.tr(
                "{name} foi retirada, mas ainda conhece a chave da loja. Troque a chave se a perdeu."
            )
            self.removed.set_message(text.format(name=row.name), Tone.WARN, self.tr("Trocar a chave"))
            self.removed.show()
            self.verticalScrollBar().setValue(0)
        self.refresh()

    def _change_key(self) -> None:
        self._act(self._ask_key())

    async def _ask_key(self) -> None:
        keys = self._session.services.keys
        if keys is None:
            return
        dialog = ChangeKeyDialog(self._session, keys, self)
        if await answered(dialog):
            self.removed.hide()
            self.done.emit(dialog.outcome)
            self.refresh()

    def _change_safe(self) -> None:
        self._act(self._ask_safe())

    async def _ask_safe(self) -> None:
        setup = self._session.services.setup
        if setup is not None and await change_safe(setup, self):
            self.done.emit(self.tr("Guardado: as senhas deste computador mudaram de lugar."))
            self.refresh()

    def _copy(self, facts: ServerFacts) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{title}: {text}" for _, title, text in facts.lines()))
        self.done.emit(self.tr("Dados copiados, sem a senha."))

    async def aclose(self) -> None:
        """End what runs."""
        self._ages.stop()
        for tasks in (self._reading, self._acts):
            tasks.close()
            await tasks.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """Time goes by on the page while somebody looks at it."""
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self._ages.stop()
        super().hideEvent(event)
