"""The end of a count: what it found is shown and asked about before any number in the books changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import CountLineRow, CountRow
from varejoforte_desktop.application.stock_count import CountReceipt, abandon_count, close_count
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.columns import Tally, signed_money, tally
from varejoforte_desktop.ui.counts.dialog import CountDialog
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

#: How many products that nobody counted are added up; beyond that the person is told "more than".
MOST_ADDED: Final = 5_000


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What the question shows: the lines of the count, and what nobody counted."""

    count: CountRow
    counted: tuple[CountLineRow, ...]
    missing: tuple[CountLineRow, ...]


def closing_facts(reader: Reader, count: CountRow) -> ClosingFacts:
    """Ask the books all of it at once."""
    return ClosingFacts(
        count=count,
        counted=tuple(reader.tills.count_lines(count.id)),
        missing=tuple(reader.tills.uncounted(count.id, limit=MOST_ADDED + 1)),
    )


async def end_count(session: Session, parent: QWidget, count: CountRow) -> CountReceipt | None:
    """Show what was found and close the count; None when the person goes on counting."""
    facts = await session.services.backend.read(lambda reader: closing_facts(reader, count))
    dialog = ClosingDialog(session, facts, parent)
    await answered(dialog)
    return dialog.receipt


async def give_up(session: Session, parent: QWidget, count: CountRow) -> bool:
    """Ask, and give the count up; False when the person goes on counting."""
    return await answered(GiveUpDialog(session, count, parent))


class ClosingDialog(CountDialog):
    """No button is taken by Enter: somebody may still be scanning."""

    def __init__(self, session: Session, facts: ClosingFacts, parent: QWidget | None = None) -> None:
        super().__init__(
            "count_closing",
            self.tr("Encerrar inventário"),
            "",
            self.tr("Continuar contando (Esc)"),
            width=560,
            parent=parent,
        )
        self.receipt: CountReceipt | None = None
        self._session = session
        self._facts = facts
        self._token = str(uuid4())
        self.tally = tally(facts.counted)
        self.yes.setDefault(False)
        self.zero = QCheckBox(self._zero_words())
        self.zero.setObjectName("count_zero")
        self.zero.setAccessibleName(self.zero.text())
        self.zero.toggled.connect(self._say_what_happens)
        self._zero_hint = paragraph("", "small", name="count_zero_hint")
        self._zero_hint.setContentsMargins(Space.XL + Space.XS, 0, 0, 0)
        self._happens = paragraph("", "muted", name="count_happens")
        self._result = _figure("", "count_result", "")
        moved = self._moved_banner()
        self.fill(
            paragraph(facts.count.name, "strong"),
            self._sums(self.tally),
            moved,
            self._zeroing(),
            self._happens,
        )
        moved.setVisible(bool(self.tally.moved))
        self._say_what_happens()
        key = Shortcut("F10", self.tr("Encerrar e corrigir o estoque"), self.tr("Encerrar inventário"))
        session.services.shortcuts.bind(self, key, self.go)

    def _sums(self, found: Tally) -> QFrame:
        card = QFrame()
        restyle(card, card=True)
        grid = QGridLayout(card)
        grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(0, 1)
        lines = (
            (self.tr("Produtos contados"), formats.count(found.products), "count_products", ""),
            (self.tr("Com diferença"), formats.count(found.differences), "count_differences", ""),
            (self.tr("Sobras, a custo"), signed_money(found.surplus), "count_surplus", "good"),
            (self.tr("Faltas, a custo"), signed_money(found.shortage), "count_shortage", "bad"),
        )
        for place, (name, value, object_name, tone) in enumerate(lines):
            grid.addWidget(paragraph(name, "muted"), place, 0)
            grid.addWidget(
                _figure(value, object_name, tone if value != formats.money(ZERO) else ""), place, 1
            )
        result = paragraph(self.tr("Resultado, a custo"), "heading")
        grid.addWidget(result, len(lines), 0)
        restyle(self._result, words="heading")
        grid.addWidget(self._result, len(lines), 1)
        return card

    def _zeroing(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.zero)
        column.addWidget(self._zero_hint)
        part.setVisible(bool(self._facts.missing))
        return part

    def _moved_banner(self) -> Banner:
        many = formats.counted(self.tally.moved, "produto foi vendido", "produtos foram vendidos")
        said = self.tr(
            "{many} ou movimentado enquanto era contado. Conte de novo o que está marcado “Recontar”."
        )
        if self.tally.moved != 1:
            said = self.tr(
                "{many} ou movimentados enquanto eram contados. Conte de novo o que está marcado “Recontar”."
            )
        return Banner("count_moved_banner", said.format(many=many), Tone.WARN)

    # -- what nobody counted ---------------------------------------------------------------------------

    def _missing_words(self) -> str:
        missing = len(self._facts.missing)
        if missing > MOST_ADDED:
            return self.tr("mais de {most} produtos").format(most=formats.count(MOST_ADDED))
        return formats.counted(missing, "produto", "produtos")

    def _zero_words(self) -> str:
        one = len(self._facts.missing) == 1
        said = self.tr("Zerar {many} não contado") if one else self.tr("Zerar {many} não contados")
        return said.format(many=self._missing_words())

    def _say_what_happens(self) -> None:
        zeroed = self.zero.isChecked() and bool(self._facts.missing)
        cost = sum((row.cost.times(row.difference) for row in self._facts.missing), ZERO)
        more = len(self._facts.missing) > MOST_ADDED
        hint = self.tr("Tinham estoque e ninguém os encontrou: {cost} a custo")
        if more:
            hint = self.tr("Tinham estoque e ninguém os encontrou: pelo menos {cost} a custo")
        self._zero_hint.setText(hint.format(cost=signed_money(cost)))
        result = self.tally.result + (cost if zeroed else ZERO)
        self._result.setText(signed_money(result))
        restyle(self._result, tone=_tone_of(result))
        restyle(self.yes, kind="danger" if zeroed else "primary")
        if zeroed:
            self.yes.setText(self.tr("Encerrar e zerar (F10)"))
            said = self.tr("O estoque de {many} não contados vai a zero; o que entrou desde o início fica.")
            if len(self._facts.missing) == 1:
                said = self.tr(
                    "O estoque de {many} não contado vai a zero; o que entrou desde o início fica."
                )
            self._happens.setText(said.format(many=self._missing_words()))
        elif self.tally.differences:
            self.yes.setText(self.tr("Encerrar e corrigir (F10)"))
            self._happens.setText(
                self.tr(
                    "As vendas feitas durante a contagem continuam valendo, e a loja recebe os novos números."
                )
            )
        else:
            self.yes.setText(self.tr("Encerrar (F10)"))
            said = self.tr("Tudo o que foi contado confere: nada muda no estoque.")
            self._happens.setText(said if self.tally.products else self.tr("Nada foi contado: nada muda."))

    # -- doing it --------------------------------------------------------------------------------------

    def go(self) -> None:
        """Close the count; a try whose answer was lost is repeated under the same token."""
        self.begin(self._close())

    async def _close(self) -> None:
        # Not to be chosen anew: the answer of this try may only have been lost.
        self.zero.setEnabled(False)
        self.receipt = await self._session.services.backend.run(
            close_count,
            by=self._session.actor,
            token=self._token,
            count_id=self._facts.count.id,
            zero_uncounted=self.zero.isChecked(),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """The focus stands where nothing happens by a scanner's Enter."""
        super().showEvent(event)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)


class GiveUpDialog(CountDialog):
    """Hours of counting are not thrown away by one key."""

    def __init__(self, session: Session, count: CountRow, parent: QWidget | None = None) -> None:
        super().__init__(
            "count_give_up",
            self.tr("Desistir do inventário?"),
            self.tr("Desistir"),
            self.tr("Continuar contando (Esc)"),
            width=460,
            parent=parent,
        )
        self._session = session
        self.yes.setDefault(False)
        restyle(self.yes, kind="danger")
        said = self.tr("Nada muda no estoque, e o que foi contado em “{name}” não será usado.")
        self.fill(paragraph(said.format(name=count.name)))

    def go(self) -> None:
        """Give it up."""
        self.begin(self._session.services.backend.run(abandon_count, by=self._session.actor))

    def showEvent(self, event: QShowEvent) -> None:
        """The focus stands where nothing happens by a scanner's Enter."""
        super().showEvent(event)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)


def _tone_of(value: Money) -> str:
    return "good" if value > ZERO else "bad" if value < ZERO else ""


def _figure(text: str, name: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    restyle(label, words="strong", tone=tone)
    return label
