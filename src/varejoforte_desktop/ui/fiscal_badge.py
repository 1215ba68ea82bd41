"""The notes on the strip at the top: silent while all is well, one phrase when SEFAZ is silent or a note needs somebody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_desk import FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_questions import FiscalOverview
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import deadline_words, phase_words
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Theme, restyle

_log = logging.getLogger(__name__)
_TOPICS = frozenset({Topic.FISCAL, Topic.SALES, Topic.SETTINGS})
_GATHER_MS = 200


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """A phrase ("" for nothing to say), all that is known a line each, and how it feels."""

    text: str = ""
    story: str = ""
    tone: Tone = Tone.NEUTRAL


def badge_words(status: FiscalStatus, overview: FiscalOverview, now: datetime) -> BadgeWords:
    """ "NFC-e: em contingência desde 14:02 · 3 por transmitir"; nothing where the shop issues no notes, or all is well."""
    if status.phase is FiscalPhase.NOT_SET_UP and not overview.settings.ready:
        return BadgeWords()
    counts = [
        words
        for many, words in (
            (overview.offline, f"{formats.count(overview.offline)} por transmitir"),
            (overview.rejected, formats.counted(overview.rejected, "rejeitada", "rejeitadas")),
            (overview.owed, formats.counted(overview.owed, "venda sem nota", "vendas sem nota")),
        )
        if many
    ]
    phase = _phase(status, overview)
    late = overview.oldest_deadline is not None and overview.oldest_deadline < now
    if not phase and not counts:
        return BadgeWords()
    # The strip is short: the phase with what weighs most, the rest where the pointer rests.
    text = " · ".join([f"NFC-e: {phase}", *counts[:1]]) if phase else f"Notas: {' · '.join(counts[:2])}"
    told = phase_words(status)
    story = [f"{told.sentence} {told.remedy}".strip(), *counts]
    if overview.oldest_deadline is not None:
        story.append(f"A mais antiga em contingência: até {deadline_words(overview.oldest_deadline, now)}")
    bad = bool(late or overview.rejected or status.phase is FiscalPhase.NOT_SET_UP)
    return BadgeWords(text, "\n".join(story), Tone.BAD if bad else Tone.WARN)


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
        tone = self._words.tone
        bind_icon(self, "wifi-off" if tone is Tone.WARN else "error", tone.role)

    @staticmethod
    def _not_read(error: BaseException) -> None:
        """What is shown stays; the next change asks again."""
        _log.warning("how the notes stand could not be read", exc_info=error)
