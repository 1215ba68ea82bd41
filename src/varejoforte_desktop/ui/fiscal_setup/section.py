"""A part of the page about fiscal documents: filled from the books, pressed by F10, saying its own trouble at its top."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)


class FiscalSection(QWidget):
    """One part. `name` is its stable word, `title` what its button says."""

    #: Something was written: the words for a toast.
    wrote = Signal(str)
    #: Another part is asked for, by its name.
    went = Signal(str)
    #: Something in it is to be seen: the widget.
    reached = Signal(object)

    name = ""
    title = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName(f"fiscal_{self.name}")
        self.session = session
        self.now: FiscalNow | None = None
        self.refusal = ""
        self.tasks = TaskScope(self, self.trouble)
        self.banner = Banner(f"fiscal_{self.name}_trouble", tone=Tone.BAD, closable=True)
        self.banner.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.banner)

    @property
    def actor(self) -> Actor:
        """Who works here."""
        return self.session.actor

    @property
    def clock(self) -> Callable[[], datetime]:
        """What time it is."""
        return self.session.services.clock

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """Show what the books say; `refusal` tells why this person may only look, "" when he may more."""
        self.now, self.refusal = now, refusal

    def press(self) -> None:
        """F10."""

    def opened(self) -> None:
        """It is being looked at."""

    def foot(self, button: QPushButton, name: str, *more: QPushButton) -> QWidget:
        """The main button of the part with others beside it, and the reason why somebody may not press it."""
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        button.setObjectName(name)
        restyle(button, kind="primary")
        button.clicked.connect(self.press)
        self.told = paragraph("", "small", name=f"{name}_refusal")
        for each in (button, *more):
            line.addWidget(each)
        line.addWidget(self.told, 1)
        return made

    def trouble(self, error: BaseException) -> None:
        """Something did not work: said at the top."""
        said = sentence(error)
        if said.bug:
            _log.error("%s could not do what was asked", self.objectName(), exc_info=error)
        self.say(said.whole, Tone.BAD if said.bug else Tone.WARN)

    def say(self, text: str, tone: Tone) -> None:
        """Something about the whole part."""
        self.banner.set_message(text, tone)
        self.banner.show()
        self.reached.emit(self.banner)

    async def aclose(self) -> None:
        """End what runs."""
        self.tasks.close()
        await self.tasks.settled()
