"""The notes on the strip at the top: silent while all is well, one phrase when SEFAZ is silent or a note needs somebody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_desk import FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_questions import FiscalOverview
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import (
    deadline_words,
    disputed_words,
    elsewhere_words,
    phase_words,
    taxes_until,
    uncancelled_words,
)
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Theme, restyle

_log = logging.getLogger(__name__)
_TOPICS = frozenset({Topic.FISCAL, Topic.SALES, Topic.SETTINGS})
_GATHER_MS = 200
#: What notes need is spoken of when so many days are left, and in red when so few.
_NEAR_DAYS, _URGENT_DAYS = 15, 5


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """A phrase ("" for nothing to say), all that is known a line each, and how it feels."""

    text: str = ""
    story: str = ""
    tone: Tone = Tone.NEUTRAL
    icon: str = "wifi-off"


class Ending(NamedTuple):
    """Something that notes need and that ends soon, or has: a few words, a sentence, whether it presses."""

    short: str
    whole: str
    urgent: bool


def ending(overview: FiscalOverview, now: datetime) -> list[Ending]:
    """The certificate and the tax table, once they end within a fortnight."""
    found: list[Ending] = []
    if overview.certificate is not None and (left := overview.certificate.days_left(now)) <= _NEAR_DAYS:
        last = formats.day(overview.certificate.not_after)
        word = f"certificado até {last[:5]}" if left >= 0 else "certificado vencido"
        told = f"O certificado digital vale até {last}." if left >= 0 else f"O certificado venceu em {last}."
        found.append(Ending(word, f"{told} Instale o novo em Configurações › Fiscal.", left <= _URGENT_DAYS))
    today = now.astimezone(formats.SHOP_ZONE).date()
    end = overview.taxes_end(today)
    if end is not None and (left := (end - today).days) <= _NEAR_DAYS:
        word = f"impostos até {end:%d/%m}" if left >= 0 else "tabela de impostos vencida"
        told = f"Tabela de impostos: {taxes_until(end, over=left < 0).lower()}"
        found.append(Ending(word, f"{told} Peça a nova ao contador.", left <= _URGENT_DAYS))
    return found


def badge_words(status: FiscalStatus, overview: FiscalOverview, now: datetime) -> BadgeWords:
    """ "NFC-e: em contingência desde 14:02 · 3 por transmitir"; nothing where the shop issues no notes, or all is well."""
    if status.phase is FiscalPhase.NOT_SET_UP and not overview.settings.ready:
        return BadgeWords()
    counts = [
        words
        for many, words in (
            (overview.uncancelled, uncancelled_words(overview, now)),
            (overview.disputed, disputed_words(overview)),
            (overview.offline, f"{formats.count(overview.offline)} por transmitir"),
            (overview.rejected, formats.counted(overview.rejected, "rejeitada", "rejeitadas")),
            (overview.owed, formats.counted(overview.owed, "venda sem nota", "vendas sem nota")),
            (overview.elsewhere, elsewhere_words(overview)),
        )
        if many
    ]
    phase = _phase(status, overview)
    late = overview.oldest_deadline is not None and overview.oldest_deadline < now
    ends = ending(overview, now)
    if not phase and not counts and not ends:
        return BadgeWords()
    # The strip is short: the phase with what weighs most, the rest where the pointer rests.
    short = [*counts, *(each.short for each in ends)]
    text = " · ".join([f"NFC-e: {phase}", *short[:1]]) if phase else f"Notas: {' · '.join(short[:2])}"
    told = phase_words(status)
    story = [f"{told.sentence} {told.remedy}".strip(), *counts, *(each.whole for each in ends)]
    if overview.oldest_deadline is not None:
        story.append(f"A mais antiga em contingência: até {deadline_words(overview.oldest_deadline, now)}")
    doubled = overview.uncancelled or overview.disputed
    bad = late or doubled or overview.rejected or any(each.urgent for each in ends)
    bad = bad or status.phase is FiscalPhase.NOT_SET_UP
    calm = "wifi-off" if phase or counts else "clock"
    return BadgeWords(text, "\n".join(story), Tone.BAD if bad else Tone.WARN, "error" if bad else calm)


def _phase(status: FiscalStatus, overview: FiscalOverview) -> str:
    """How the line is, when that is worth a word."""
    if status.phase is FiscalPhase.OFFLINE:
        since = f" desde {formats.hour(status.since)}" if status.since is not None else ""
        return f"em contingência{since}"
    if status.phase is FiscalPhase.PAUSED:
        until = overview.paused_until
        return f"pausada até {formats.hour(until)}" if until is not None else "pausada"
    return "não emite" if status.phase is FiscalPhase.NOT_SET_UP and status.cause else ""


class FiscalBadge(QPushButton):
    """Hidden while there is nothing to say; a click leads to the notes."""

    #: The notes are to be shown.
    notes_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fiscal_badge")
        restyle(self, kind="quiet")
        self._services = session.services
        self._words = BadgeWords()
        self._scope = TaskScope(self, self._not_read)
        self._look = Debounced(self, self._scope, self._read, delay_ms=_GATHER_MS)
        self.clicked.connect(self.notes_requested)
        Theme.current().changed.connect(self._dress)
        self.hide()
        desk = self._services.fiscal
        self._quit = [] if desk is None else [desk.subscribe(lambda _status: self._look())]
        if desk is not None:
            self._quit.append(self._services.changes.subscribe(self._heard))
            self._look()

    @property
    def words(self) -> BadgeWords:
        """What is said now."""
        return self._words

    def refresh(self) -> None:
        """Look again: a deadline may have passed by itself."""
        if self._services.fiscal is not None:
            self._look()

    async def aclose(self) -> None:
        """Follow nothing more."""
        for leave in self._quit:
            leave()
        self._quit = []
        self._look.cancel()
        self._scope.close()
        await self._scope.settled()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self._look()

    async def _read(self) -> None:
        desk = self._services.fiscal
        if desk is None:
            return
        overview = await self._services.backend.read(lambda reader: reader.fiscal.overview())
        self._show(badge_words(desk.status, overview, self._services.clock()))

    def _show(self, words: BadgeWords) -> None:
        self.setVisible(bool(words.text))
        if words == self._words:
            return
        self._words = words
        self.setText(words.text)
        self.setAccessibleName(words.text)
        self.setAccessibleDescription(words.story)
        self.setToolTip(words.story)
        self._dress()

    def _dress(self) -> None:
        bind_icon(self, self._words.icon, self._words.tone.role)

    @staticmethod
    def _not_read(error: BaseException) -> None:
        """What is shown stays; the next change asks again."""
        _log.warning("how the notes stand could not be read", exc_info=error)
