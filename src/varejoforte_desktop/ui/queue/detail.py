"""One line of the queue opened: why it is there, how to solve it, what changes in the store, what was tried."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.questions import FieldChange, PastPush, QueueDetail, QueueRow
from varejoforte_desktop.domain.outbox import QueueState, SubjectKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import aspect_name, field_name
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.queue.words import (
    CHOICE_CAUSES,
    Candidate,
    candidates,
    cause_of,
    outcome_words,
    past_aspects,
    past_cause,
    state_words,
    value_words,
    whole_value,
)
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner


class QueueDetailPanel(QFrame):
    """Shows a QueueDetail, or what to do while no line is chosen."""

    #: The id of the product to open.
    product_requested = Signal(int)
    #: The candidate (its id in the store) that the line's subject is.
    link_requested = Signal(str)
    #: "Voltar à fila", where the panel covers the list.
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_detail")
        restyle(self, card=True)
        self._detail: QueueDetail | None = None
        self._may_link = True
        self._busy = False
        self._age = QLabel()
        self._back = QPushButton(self.tr("Voltar à fila"))
        self._back.setObjectName("queue_back_button")
        bind_icon(self._back, "arrow-left", Role.ACCENT)
        restyle(self._back, kind="quiet")
        self._back.clicked.connect(self.left)
        self._back.hide()
        self.area = QScrollArea()
        self.area.setObjectName("queue_detail_scroll")
        self.area.setAccessibleName(self.tr("Detalhe do item da fila"))
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.trouble = Banner("queue_detail_trouble", "", Tone.BAD)
        self.trouble.hide()
        self._open = QPushButton(self.tr("Abrir produto"))
        self._open.setObjectName("open_product_button")
        bind_icon(self._open, "products")
        self._open.clicked.connect(self._ask_product)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.area, 1)
        column.addWidget(self.trouble)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, Space.XS, Space.M, Space.S)
        foot.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(foot)
        self.show_hint("")

    def _fill(self, page: QWidget) -> None:
        self.area.setWidget(page)
        # The scroll area paints its page in the window's colour; here the card is to be seen.
        page.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)

    @property
    def detail(self) -> QueueDetail | None:
        """What is shown."""
        return self._detail

    def set_covering(self, covering: bool) -> None:
        """Whether the panel covers the list, so that a way back is needed."""
        self._back.setVisible(covering)

    def set_may_link(self, allowed: bool) -> None:
        """Whether this person may say which product is meant."""
        self._may_link = allowed

    def show_hint(self, sentence: str) -> None:
        """Nothing is chosen: say what can be done."""
        self._detail = None
        self.trouble.hide()
        self._open.hide()
        page, column = _page()
        hint = _words(sentence or self.tr("Escolha um item para ver a causa e o que muda na loja."), "muted")
        hint.setObjectName("queue_detail_hint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        column.addWidget(IconLabel("queue", Role.TEXT_MUTED, 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint)
        column.addStretch(2)
        self._fill(page)

    def show_detail(self, detail: QueueDetail, now: datetime) -> None:
        """Show a line; the same one again leaves the place where one was reading."""
        if detail == self._detail:
            self.show_ages(now)
            return
        same = self._detail is not None and self._detail.row.id == detail.row.id
        place = self.area.verticalScrollBar().value() if same else 0
        if not same:
            self.trouble.hide()
        self._detail = detail
        self._open.setVisible(detail.row.subject.kind is SubjectKind.PRODUCT)
        page, column = _page()
        self._add_head(column, detail)
        self._add_cause(column, detail.row)
        self._add_candidates(column, detail.row)
        self._add_changes(column, detail)
        self._add_past(column, detail.past, now)
        column.addStretch(1)
        self._fill(page)
        self.area.verticalScrollBar().setValue(place)
        self.show_ages(now)

    def show_ages(self, now: datetime) -> None:
        """What changes by itself every second."""
        if self._detail is None:
            return
        row = self._detail.row
        parts = [self.tr("na fila {age}").format(age=formats.age(row.since, now))]
        if row.attempts:
            parts.append(formats.counted(row.attempts, "tentativa", "tentativas"))
        if row.state in {QueueState.WAITING, QueueState.OUTCOME_UNKNOWN} and not row.paused:
            parts.append(self.tr("próxima {when}").format(when=formats.until(row.due_at, now)))
        self._age.setText(" · ".join(parts))

    def show_trouble(self, sentence: str) -> None:
        """Say what went wrong with a choice made here."""
        self.trouble.set_message(sentence, Tone.BAD)
        self.trouble.show()

    def set_busy(self, busy: bool) -> None:
        """A choice is being kept; no second one meanwhile."""
        self._busy = busy
        for button in self.findChildren(QPushButton):
            if button.objectName().startswith("link_button_"):
                button.setEnabled(self._may_link and not busy)

    def _ask_product(self) -> None:
        if self._detail is not None:
            self.product_requested.emit(self._detail.row.subject.id)

    def _add_head(self, column: QVBoxLayout, detail: QueueDetail) -> None:
        row = detail.row
        title = _words(row.label or self.tr("Item sem nome"), "heading")
        title.setObjectName("queue_detail_title")
        column.addWidget(title)
        said = state_words(row)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(Badge(said.word, said.tone, said.icon))
        line.addWidget(_words(aspect_name(row.aspect), "strong"), 1)
        column.addLayout(line)
        self._age = _words("", "small")
        column.addWidget(self._age)
        if detail.remote_id is not None and row.subject.kind is SubjectKind.PRODUCT:
            known = self.tr("Produto {number} na Tray").format(number=detail.remote_id)
            column.addWidget(_words(known, "small"))

    def _add_cause(self, column: QVBoxLayout, row: QueueRow) -> None:
        text, remedy = cause_of(row)
        box = QFrame()
        box.setObjectName("queue_cause")
        halted = row.state is QueueState.HALTED
        restyle(box, banner=(Tone.BAD if halted else Tone.NEUTRAL).value)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setSpacing(Space.XS)
        cause = _words(text, "strong" if halted else "")
        cause.setObjectName("queue_cause_text")
        inside.addWidget(cause)
        if remedy:
            inside.addWidget(_words(self.tr("Como resolver"), "label"))
            solve = _words(remedy, "")
            solve.setObjectName("queue_remedy_text")
            inside.addWidget(solve)
        column.addWidget(box)

    def _add_candidates(self, column: QVBoxLayout, row: QueueRow) -> None:
        if row.cause not in CHOICE_CAUSES or row.state is not QueueState.HALTED:
            return
        column.addWidget(_words(self.tr("Qual destes é o produto?"), "label"))
        for place, each in enumerate(candidates(row.facts)):
            if place:
                column.addWidget(_rule())
            column.addLayout(self._candidate_line(each))

    def _candidate_line(self, candidate: Candidate) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        name = self.tr("{name}\nProduto {number} na Tray").format(
            name=candidate.name, number=candidate.remote_id
        )
        line.addWidget(_words(name, ""), 1)
        button = QPushButton(self.tr("Vincular"))
        button.setObjectName(f"link_button_{candidate.remote_id}")
        button.setAccessibleName(
            self.tr("Vincular ao produto {number} da Tray").format(number=candidate.remote_id)
        )
        button.setEnabled(self._may_link and not self._busy)
        bind_icon(button, "link")
        button.clicked.connect(lambda: self.link_requested.emit(candidate.remote_id))
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _add_changes(self, column: QVBoxLayout, detail: QueueDetail) -> None:
        seen = [each for each in detail.changes if not _looks_equal(each)]
        known = any(each.before is not None for each in detail.changes)
        if seen and not known:
            column.addWidget(_words(self.tr("O que vai para a loja"), "label"))
        else:
            column.addWidget(_words(self.tr("O que muda na loja"), "label"))
        if not seen:
            column.addWidget(_words(self.tr("Nada: a loja já mostra estes valores."), "muted"))
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS + 2)
        titles = [self.tr("campo"), self.tr("na loja"), self.tr("vai ficar")] if known else []
        for place, title in enumerate(titles):
            grid.addWidget(_words(title, "small"), 0, place)
        for place, share in enumerate((3, 3, 4) if known else (2, 3)):
            grid.setColumnStretch(place, share)
        for number, change in enumerate(seen, start=1):
            cells = [_words(_capital(field_name(change.field)), "muted")]
            cells += [_value(change, before=True)] if known else []
            cells.append(_value(change, before=False))
            for place, cell in enumerate(cells):
                grid.addWidget(cell, number, place, _TOP)
        column.addLayout(grid)

    def _add_past(self, column: QVBoxLayout, past: tuple[PastPush, ...], now: datetime) -> None:
        if not past:
            return
        column.addWidget(_words(self.tr("Tentativas"), "label"))
        for each in past:
            column.addLayout(_attempt(each, now))


_TOP: Final = Qt.AlignmentFlag.AlignTop


def _attempt(past: PastPush, now: datetime) -> QHBoxLayout:
    word, drawing, tone = outcome_words(past.outcome)
    line = QHBoxLayout()
    line.setSpacing(Space.S)
    line.addWidget(IconLabel(drawing, tone.role, 16), 0, _TOP)
    said = QVBoxLayout()
    said.setSpacing(0)
    first = _words(f"{word} · {past_aspects(past)}" if past.aspects else word, "")
    said.addWidget(first)
    where = f" · {past.station}" if past.station else ""
    second = _words(f"{formats.moment(past.at)}{where}", "small")
    second.setToolTip(f"{formats.full_moment(past.at)} ({formats.age(past.at, now)})")
    said.addWidget(second)
    if cause := past_cause(past):
        said.addWidget(_words(cause, "small"))
    line.addLayout(said, 1)
    return line


def _looks_equal(change: FieldChange) -> bool:
    """Nothing and an empty text are told apart by the books, not by a person."""
    return whole_value(change.field, change.before) == whole_value(change.field, change.after)


def _value(change: FieldChange, *, before: bool) -> QLabel:
    value = change.before if before else change.after
    short, whole = value_words(change.field, value), whole_value(change.field, value)
    label = _words(short, "muted" if before else "strong")
    if whole != short:
        label.setToolTip(whole)
    return label


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
    column.setSpacing(Space.S)
    return page, column


def _words(text: str, kind: str) -> QLabel:
    # A code of sixty characters without a space may break anywhere; it must not widen the panel.
    label = QLabel(formats.wrappable(text))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label, words=kind)
    return label


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("rule", True)
    return line


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
