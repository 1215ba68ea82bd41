"""What came of an import: every order that was chosen is counted, and each one left out can be put right from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.order_import import ImportReport, Skipped
from varejoforte_desktop.application.order_questions import OrderRow
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.orders.choices import Deed, choice
from varejoforte_desktop.ui.orders.pieces import choice_button, words
from varejoforte_desktop.ui.orders.words import LEFT_ASIDE, skipped_words
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

#: More are counted, not shown: repairing these first shows the next ones.
_SHOWN: Final = 60
#: What helps an order that was left out.
REPAIRS: Final = {
    Obstacle.UNKNOWN_PRODUCT.value: Deed.REPAIR,
    Obstacle.STATUS_UNMAPPED.value: Deed.EXPLAIN,
    Obstacle.CANCELLED.value: Deed.DISMISS,
    Obstacle.NO_GOODS.value: Deed.DISMISS,
    Obstacle.UNREADABLE.value: Deed.LOOK,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A person wants to put this right: the order that was left out, and how."""

    skipped: Skipped
    deed: Deed


def summary_words(report: ImportReport) -> str:
    """The whole import in a line whose figures add up: "Encontrados 50: 45 novos, 2 atualizados, 3 não importados"."""
    head = f"{'Encontrado' if report.found == 1 else 'Encontrados'} {formats.count(report.found)}"
    parts = (
        formats.counted(len(report.new), "novo", "novos"),
        formats.counted(len(report.updated), "atualizado", "atualizados"),
        formats.counted(len(report.skipped), "não importado", "não importados"),
    )
    return f"{head}: {', '.join(parts)}"


def short_words(report: ImportReport) -> str:
    """An import that left nothing to put right, for the foot of the window."""
    taken = (*report.new, *report.updated)
    if len(taken) == 1:
        return f"Pedido {taken[0]} importado." if report.new else f"Alteração do pedido {taken[0]} aceita."
    return summary_words(report) + "."


def without(report: ImportReport, order_ids: Sequence[int]) -> ImportReport:
    """The report without these left-out orders, because they are tried again."""
    gone = set(order_ids)
    return replace(report, skipped=tuple(each for each in report.skipped if each.order_id not in gone))


def left_aside(report: ImportReport, order_id: int) -> ImportReport:
    """The report after somebody left one of its orders aside: still counted, nothing more to do."""
    skipped = tuple(
        replace(each, why=LEFT_ASIDE) if each.order_id == order_id else each for each in report.skipped
    )
    return replace(report, skipped=skipped)


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What the sheet tells besides the report: who buys in the orders that were left out, and their status."""

    report: ImportReport
    rows: Mapping[int, OrderRow]
    asked: int  # how many were chosen; more than were found when somebody stopped it


async def show_result(session: Session, parent: QWidget, report: ImportReport, asked: int) -> Wish | None:
    """Show the sheet and wait; what the person wants to put right, None when it was closed."""
    ids = [each.order_id for each in report.skipped]
    rows = await session.services.backend.read(lambda reader: reader.orders.rows(ids)) if ids else []
    facts = ResultFacts(report, {row.id: row for row in rows}, asked)
    sheet = ResultSheet(facts, session.actor, parent)
    try:
        await ask(sheet)
        return sheet.wish
    finally:
        sheet.deleteLater()


class ResultSheet(QDialog):
    """One line for each order that was left out, with why and the button that puts it right."""

    def __init__(self, facts: ResultFacts, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_result")
        self.setWindowTitle(self.tr("Importar pedidos"))
        self.setModal(True)
        self._facts = facts
        self._actor = actor
        #: What the person wants to put right; None while nothing.
        self.wish: Wish | None = None
        self.close_button = QPushButton(self.tr("Concluir (Esc)"))
        self.close_button.setObjectName("import_result_close")
        restyle(self.close_button, kind="primary")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        self._build()

    def _build(self) -> None:
        report = self._facts.report
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        tone = Tone.WARN if report.skipped else Tone.GOOD
        head.addWidget(IconLabel("warning" if report.skipped else "done", tone.role, 24))
        summary = words(summary_words(report), "heading", name="import_summary")
        head.addWidget(summary, 1)
        column.addLayout(head)
        for note in self._notes():
            column.addWidget(note)
        if report.skipped:
            column.addWidget(self._list(report.skipped), 1)
        else:
            column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        theme = Theme.current()
        first = next(iter(self.findChildren(QPushButton, QRegularExpression("^import_repair_"))), None)
        if first is not None and first.isEnabled():
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.resize(theme.px(640), theme.px(520) if report.skipped else self.sizeHint().height())

    def _notes(self) -> list[QWidget]:
        report, asked = self._facts.report, self._facts.asked
        notes: list[QWidget] = []
        if asked > report.found:
            text = self.tr("Parado por você: {left} não foram tentados e continuam marcados.")
            left = formats.count(asked - report.found)
            notes.append(Banner("import_stopped", text.format(left=left), Tone.INFO))
        if report.divergent:
            number = formats.counted(len(report.divergent), "pedido importado tem", "pedidos importados têm")
            text = self.tr("{number} valores que não fecham: alguém precisa aceitar antes de registrar.")
            notes.append(Banner("import_divergent", text.format(number=number), Tone.WARN))
        return notes

    def _list(self, skipped: Sequence[Skipped]) -> QScrollArea:
        area = QScrollArea()
        area.setObjectName("import_skipped")
        area.setAccessibleName(self.tr("Pedidos não importados"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        restyle(area.verticalScrollBar(), on="page")
        page = QWidget()
        page.setProperty("page", True)
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.XS, Space.XS, Space.S, Space.XS)
        column.setSpacing(Space.S)
        # What can be put right first.
        ordered = sorted(skipped, key=lambda each: each.why not in REPAIRS)
        for each in ordered[:_SHOWN]:
            column.addWidget(self._line(each))
        if len(ordered) > _SHOWN:
            more = self.tr("Mostrando {shown} de {total}.")
            shown = more.format(shown=_SHOWN, total=formats.count(len(ordered)))
            column.addWidget(words(shown, "muted"))
        column.addStretch(1)
        area.setWidget(page)
        return area

    def _line(self, skipped: Skipped) -> QFrame:
        row = self._facts.rows.get(skipped.order_id)
        deed = REPAIRS.get(skipped.why)
        said, remedy = skipped_words(skipped.why, row.status if row is not None else "")
        frame = QFrame()
        frame.setObjectName(f"import_skipped_{skipped.remote_id}")
        restyle(frame, card=True)
        line = QHBoxLayout(frame)
        line.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        line.setSpacing(Space.M)
        tone = Tone.NEUTRAL if deed is None else Tone.BAD
        icon = "info" if deed is None else "error"
        line.addWidget(IconLabel(icon, Role.TEXT_MUTED if deed is None else tone.role, 18))
        told = QVBoxLayout()
        told.setSpacing(0)
        number = self.tr("Pedido {number}").format(number=skipped.remote_id or "—")
        told.addWidget(
            words(" · ".join(each for each in (number, row.buyer if row else "") if each), "strong")
        )
        told.addWidget(words(f"{said} {remedy}".strip(), "muted"))
        line.addLayout(told, 1)
        if deed is not None:
            line.addWidget(self._repair(skipped, deed))
        return frame

    def _repair(self, skipped: Skipped, deed: Deed) -> QPushButton:
        button = choice_button(choice(self._actor, deed), with_key=False)
        button.setObjectName(f"import_repair_{skipped.remote_id}")
        button.setAutoDefault(False)
        name = self.tr("{what}: pedido {number}")
        button.setAccessibleName(name.format(what=button.text(), number=skipped.remote_id))
        button.clicked.connect(lambda: self._want(Wish(skipped, deed)))
        return button

    def _want(self, wish: Wish) -> None:
        self.wish = wish
        self.accept()
