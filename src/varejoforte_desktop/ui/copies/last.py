"""The card of the last copy: how old it is, where it lies, what is wrong, and the button that makes another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.facts import CopiesNow, Whereabouts
from varejoforte_desktop.ui.copies.words import (
    BOOKS_WRONG,
    SECOND_FOLDER,
    breakable,
    file_name,
    size,
    trouble_of,
)
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner

_TICK_MS = 1_000


class LastCopyCard(QFrame):
    """One look tells whether the shop would survive this computer."""

    #: "Fazer cópia agora".
    asked = Signal()

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("last_copy_card")
        restyle(self, card=True)
        self._clock = clock
        self._now: CopiesNow | None = None
        self._there: Whereabouts | None = None
        self._since: datetime | None = None
        self._refusal = ""
        self.make = QPushButton(self.tr("Fazer cópia agora (F6)"))
        self.make.setObjectName("copy_now")
        restyle(self.make, kind="primary")
        bind_icon(self.make, "copy", Role.ACCENT_TEXT)
        self.make.setEnabled(False)
        self.sign = IconLabel("clock", Role.TEXT_MUTED, 24)
        self.age = paragraph("", "title", name="last_copy_age")
        self.where = paragraph("", name="last_copy_where")
        self.folder = paragraph("", "small", name="last_copy_folder")
        self.proved = Badge(self.tr("Conferida"), Tone.GOOD)
        self.second = Badge("", Tone.GOOD)
        self.locked = Badge(self.tr("Trancada"), Tone.INFO, "lock")
        self.trouble = Banner("copy_trouble", tone=Tone.BAD)
        self.missing = Banner("copy_missing", tone=Tone.WARN)
        self.reason = paragraph("", "small", name="copy_refusal")
        self.progress = QWidget()
        self.bar = QProgressBar()
        self.running = paragraph("", "muted", name="copy_progress")
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_running)
        self._build()
        self.make.clicked.connect(self.asked)

    def _build(self) -> None:
        heading = QLabel(self.tr("Última cópia"))
        restyle(heading, words="heading")
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(heading, 1)
        top.addWidget(self.make)
        told = QVBoxLayout()
        told.setSpacing(2)
        for label in (self.age, self.where, self.folder):
            label.setMinimumWidth(1)
            told.addWidget(label)
        middle = QHBoxLayout()
        middle.setSpacing(Space.M)
        middle.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(told, 1)
        badges = QHBoxLayout()
        badges.setSpacing(Space.S)
        for name, badge in (("proved", self.proved), ("second", self.second), ("locked", self.locked)):
            badge.setObjectName(f"last_copy_{name}")
            badge.hide()
            badges.addWidget(badge)
        badges.addStretch(1)
        told.addSpacing(Space.XS)
        told.addLayout(badges)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addLayout(top)
        column.addLayout(middle)
        column.addWidget(self._make_progress())
        column.addWidget(self.missing)
        column.addWidget(self.trouble)
        column.addWidget(self.reason)
        for widget in (self.progress, self.missing, self.trouble, self.reason):
            widget.hide()

    def _make_progress(self) -> QWidget:
        self.bar.setObjectName("copy_bar")
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Fazendo a cópia"))
        column = QVBoxLayout(self.progress)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.bar)
        column.addWidget(self.running)
        return self.progress

    # -- showing --------------------------------------------------------------------------------------

    def show_copies(self, now: CopiesNow, *, refusal: str, missing: str = "") -> None:
        """Show what the books say; `refusal`: this person may make no copy, `missing`: nobody can at this computer."""
        if self._now is None or self._now.good != now.good:
            self._there = None
        self._now, self._refusal = now, missing or refusal
        self.reason.setText(refusal)
        self.reason.setVisible(bool(refusal))
        self.make.setToolTip(self._refusal)
        self.missing.set_message(missing, Tone.WARN)
        self.missing.setVisible(bool(missing))
        self._enable()
        self._show()
        self._show_trouble(now.unmended)

    def show_whereabouts(self, there: Whereabouts) -> None:
        """Say whether the file is really there."""
        self._there = there
        self._show()

    def tick(self) -> None:
        """Time has passed."""
        if self._now is not None:
            self._show()

    def say(self, said: Sentence) -> None:
        """What somebody asked for just now was not done."""
        self.trouble.set_message(said.whole, Tone.BAD)
        self.trouble.show()

    def _show(self) -> None:
        run = self._now.good if self._now is not None else None
        if self._now is None or run is None:
            self._show_never()
            return
        now = self._clock()
        gone = self._there is not None and not self._there.first
        words = self.tr("O arquivo da última cópia não está mais na pasta") if gone else _age(run, now)
        tone = Tone.BAD if gone else Tone.WARN if self._now.old(now) else Tone.GOOD
        self.sign.set_icon(tone.icon, tone.role)
        self.age.setText(words)
        self.age.setToolTip(formats.full_moment(run.at))
        station = "" if run.station == self._now.myself.station else self.tr("feita em {station}")
        age = formats.age(run.at, now) if gone else ""
        parts = (file_name(run.file), size(run.bytes), age, station.format(station=run.station))
        self.where.setText(" · ".join(breakable(part) for part in parts if part))
        self.folder.setText(breakable(run.file.removesuffix(file_name(run.file)).rstrip("/\\")))
        self.folder.setVisible(True)
        self.proved.setVisible(not gone)
        self.locked.setVisible(run.encrypted)
        self._show_second(run)

    def _show_never(self) -> None:
        self.sign.set_icon(Tone.BAD.icon, Tone.BAD.role)
        restored = self._now is not None and self._now.installation.restored_at is not None
        never, since = self.tr("Nunca foi feita uma cópia"), self.tr("Nenhuma cópia desde a restauração")
        self.age.setText(since if restored else never)
        self.age.setToolTip("")
        first = self.tr("Se este computador quebrar, a loja perde tudo. Faça a primeira cópia agora.")
        again = self.tr(
            "As de antes continuam na pasta, mas não têm o que vier agora. Faça uma depois de conferir."
        )
        self.where.setText(again if restored else first)
        self.folder.hide()
        for badge in (self.proved, self.second, self.locked):
            badge.hide()

    def _show_second(self, run: BackupRun) -> None:
        """The second folder is looked into: what was planned since does not count as done."""
        there = self._there.second if self._there is not None else None
        failed = run.cause == SECOND_FOLDER
        self.second.setVisible(failed or there is not None)
        if failed and not there:
            self.second.set_state(self.tr("Segunda pasta: falhou"), Tone.BAD)
        elif there is not None:
            words = self.tr("Segunda pasta") if there else self.tr("Não está na segunda pasta")
            self.second.set_state(words, Tone.GOOD if there else Tone.WARN)

    def _show_trouble(self, run: BackupRun | None) -> None:
        self.trouble.setVisible(run is not None)
        if run is None:
            return
        said = trouble_of(run)
        words = said.whole
        if not run.bytes:
            tried = self.tr("A última tentativa, {age}, falhou.").format(
                age=formats.age(run.at, self._clock())
            )
            words = f"{tried} {said.whole}"
        mild = run.cause in {SECOND_FOLDER, BOOKS_WRONG}
        self.trouble.set_message(words, Tone.WARN if mild else Tone.BAD)

    # -- while it runs ----------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a copy asked for here is being made."""
        return self._since is not None

    def show_busy(self, *, busy: bool) -> None:
        """A copy begins, or has ended."""
        self._since = self._clock() if busy else None
        self.progress.setVisible(busy)
        self.make.setText(self.tr("Copiando…") if busy else self.tr("Fazer cópia agora (F6)"))
        self._enable()
        if busy:
            self.trouble.hide()
            self._show_running()
            self._tick.start()
        else:
            self._tick.stop()

    def stop(self) -> None:
        """The page ends."""
        self._tick.stop()

    def _show_running(self) -> None:
        if self._since is None:
            return
        passed = formats.duration(self._clock() - self._since)
        words = self.tr(
            "Copiando e conferindo há {passed}. A loja continua vendendo; uma cópia começada não pode ser cancelada."
        )
        self.running.setText(words.format(passed=passed))

    def _enable(self) -> None:
        self.make.setEnabled(self._now is not None and not self._refusal and not self.busy)


def _age(run: BackupRun, now: datetime) -> str:
    age = formats.age(run.at, now)
    return {"agora": "Agora mesmo"}.get(age, age[:1].upper() + age[1:])
