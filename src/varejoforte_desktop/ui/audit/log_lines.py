"""A line of the audit log as a spreadsheet has it, the same from the screen and from a command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from varejoforte_desktop.application.people_questions import AuditRow
from varejoforte_desktop.ui.audit.facts import side_words
from varejoforte_desktop.ui.audit.words import act_words, subject_words
from varejoforte_desktop.ui.formats import SHOP_ZONE

#: What a cell may hold; an instant is on the shop's own clock.
LogCell = str | int | datetime
HEADINGS: Final = ("Registro", "Quando", "Quem", "Estação", "O quê", "Sobre", "Antes", "Depois")


def log_line(row: AuditRow) -> Sequence[LogCell]:
    """The cells under HEADINGS."""
    return (
        row.id,
        row.at.astimezone(SHOP_ZONE),
        row.operator,
        row.station,
        act_words(row.action).word,
        subject_words(row.action, row.subject),
        side_words(row.before),
        side_words(row.after),
    )
