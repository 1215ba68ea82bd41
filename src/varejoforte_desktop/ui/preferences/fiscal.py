"""Settings › Fiscal: what the shop is to SEFAZ, its certificate, series and taxes, and whether it could issue now."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.fiscal_setup.certificate import CertificateSection
from varejoforte_desktop.ui.fiscal_setup.checkup import CheckUpSection
from varejoforte_desktop.ui.fiscal_setup.company import CompanySection
from varejoforte_desktop.ui.fiscal_setup.emission import EmissionSection
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow, FiscalTools, fiscal_now, standings
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.series import SeriesSection
from varejoforte_desktop.ui.fiscal_setup.taxes import TaxesSection
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import OwnPage, refusal, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_log = logging.getLogger(__name__)
_TICK_MS: Final = 15_000


class FiscalPage(OwnPage):
    """Six parts, one in sight; a button for each shows by a drawing how it stands. Only an administrator changes."""

    def __init__(self, session: Session, desk: FiscalDesk | None, tools: FiscalTools) -> None:
        super().__init__("fiscal_page")
        self.title = self.tr("Fiscal")
        restyle(self.verticalScrollBar(), on="page")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._session = session
        self.now: FiscalNow | None = None
        self._reading = TaskScope(self, self._not_read)
        self._look = Debounced(self, self._reading, self._read)
        self.company = CompanySection(session)
        self.certificate = CertificateSection(session, desk, tools)
        self.emission = EmissionSection(session, desk)
        self.series = SeriesSection(session)
        self.taxes = TaxesSection(session, tools)
        parts = (self.company, self.certificate, self.emission, self.series, self.taxes)
        self.checkup = CheckUpSection(session, desk, {part.name: part.title for part in parts})
        self.sections: dict[str, FiscalSection] = {part.name: part for part in (self.checkup, *parts)}
        self.buttons: dict[str, QPushButton] = {}
        self._across = 0
        self._tabs = QWidget()
        self._places = QGridLayout(self._tabs)
        self.refusal = words("", "muted")
        parts_in_sight = (
            QWidget()
        )  # they stand in the column themselves; only loading and trouble are shown here
        parts_in_sight.setObjectName("fiscal_parts")
        self.states = ListStates(parts_in_sight, EmptyState("fiscal_nothing", "invoices", ""))
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._build()
        self._connect()
        self.go("checkup")

    def _build(self) -> None:
        self._places.setContentsMargins(0, 0, 0, 0)
        self._places.setSpacing(Space.XS)
        for name, part in self.sections.items():
            button = QPushButton(part.title)
            button.setObjectName(f"fiscal_go_{name}")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            restyle(button, kind="segment")
            button.clicked.connect(lambda _checked=False, name=name: self.go(name))
            self.buttons[name] = button
        self.states.setObjectName("fiscal_states")
        self.states.setMinimumHeight(Theme.current().px(320))
        self.refusal.setObjectName("fiscal_refusal")
        self.refusal.hide()
        self.column.addWidget(self._tabs)
        self.column.addWidget(self.refusal)
        self.column.addWidget(self.states)
        for part in self.sections.values():
            part.hide()
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._tabs.hide()
        Theme.current().changed.connect(self._arrange)
        self._arrange()

    def _connect(self) -> None:
        for part in self.sections.values():
            part.wrote.connect(self._wrote)
            part.went.connect(self.go)
            part.reached.connect(self._reach)
        self.states.retried.connect(self.refresh)
        self._tick.timeout.connect(self._time_passed)
        context = self.tr("Configurações › {page}").format(page=self.title)
        keys = self._session.services.shortcuts
        keys.bind(
            self, Shortcut("F10", self.tr("Salvar ou fazer o principal da parte"), context), self._press
        )
        keys.bind(self, Shortcut("F6", self.tr("Conferir se está pronto"), context), self._check)

    # -- the parts ------------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Show a part: "checkup", "company", "certificate", "emission", "series" or "taxes"."""
        self.buttons[name].setChecked(True)
        for each, part in self.sections.items():
            part.setVisible(each == name and self.now is not None)
        self._chosen = name
        self.verticalScrollBar().setValue(0)
        self.sections[name].opened()

    @property
    def part(self) -> FiscalSection:
        """The part in sight."""
        return self.sections[self._chosen]

    def _press(self) -> None:
        if self.now is not None:
            self.part.press()

    def _check(self) -> None:
        if self.now is not None:
            self.go("checkup")
            self.checkup.look()

    def _reach(self, widget: QWidget) -> None:
        self.ensureWidgetVisible(widget, 0, Theme.current().px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand in one line where there is room for it, else in two."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        buttons = list(self.buttons.values())
        widest = max(button.sizeHint().width() for button in buttons) + Space.XS
        room = min(self.viewport().width(), Theme.current().px(760)) - Space.L
        across = len(buttons) if widest * len(buttons) <= room else 3
        if across == self._across:
            return
        self._across = across
        for place, button in enumerate(buttons):
            self._places.removeWidget(button)
            self._places.addWidget(button, place // across, place % across)

    # -- reading --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the books again; what is shown stays until the answer is here."""
        if self.now is None:
            self.states.show()
            self.states.show_loading()
        self._look()
        self._look.flush()

    async def _read(self) -> None:
        actor = self._session.actor

        def question(reader: Reader) -> FiscalNow:
            return fiscal_now(reader, actor)

        self.now = now = await self._session.services.backend.read(question)
        why = refusal(now.myself, Permission.CHANGE_SETTINGS)
        for part in self.sections.values():
            part.show_now(now, why)
        self.refusal.setText(why)
        self.refusal.setVisible(bool(why))
        self.states.hide()
        self._tabs.show()
        self.part.show()
        self._show_standings()

    def _show_standings(self) -> None:
        """Each button tells by its drawing and in its accessible name whether something is missing there."""
        now = self.now
        if now is None:
            return
        found = standings(now, self._session.services.clock(), self._session.actor.station)
        said = {
            Tone.GOOD: self.tr("em ordem"),
            Tone.WARN: self.tr("atenção"),
            Tone.BAD: self.tr("falta completar"),
        }
        for name, tone in found.items():
            button = self.buttons[name]
            bind_icon(button, tone.icon, tone.role)
            button.setAccessibleName(f"{self.sections[name].title}: {said[tone]}")
            button.setToolTip(said[tone].capitalize())
        self._arrange()

    def _wrote(self, said: str) -> None:
        self.done.emit(said)
        self.refresh()

    def _time_passed(self) -> None:
        self.certificate.tick()
        self.checkup.tick()
        self._show_standings()

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("how the shop issues could not be read", exc_info=error)
        if self.now is not None:
            self.failed.emit(error)
        else:
            self.states.show_error(said.text, said.remedy)

    # -- its life -------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Days and ages go on while somebody looks."""
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._tick.stop()

    async def aclose(self) -> None:
        """End what runs."""
        self._tick.stop()
        self._look.cancel()
        self._reading.close()
        await self._reading.settled()
        for part in self.sections.values():
            await part.aclose()
