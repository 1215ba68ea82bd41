"""After a copy was put back: what has to be compared is shown, and one button compares it and lets the shop sell."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QScrollArea, QWidget

from varejoforte_desktop.application.backup_desk import BackupDesk, RecheckFacts
from varejoforte_desktop.application.recheck import LOOK_BACK, SPARE_NUMBERS
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.words import restoring_refused, when
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_WIDE: Final = 600
_MOST_LINES: Final = 6


def restored_words(restored_at: datetime, now: datetime) -> str:
    """What everybody has to know until it is compared."""
    at = when(restored_at, now)
    return f"A loja foi restaurada de uma cópia em {at}; ninguém vende até a conferência."


class RecheckDialog(DecisionDialog):
    """Reads the facts when it is shown; afterwards it says in words what was done."""

    def __init__(
        self, session: Session, desk: BackupDesk, actor: Actor, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            session,
            "recheck",
            self.tr("Conferir a loja restaurada"),
            self.tr("Conferir e liberar a venda"),
            parent,
        )
        self._desk = desk
        self._actor = actor
        self.facts: RecheckFacts | None = None
        self.busy_words = self.tr("Conferindo…")
        self.bar = QProgressBar()
        self.bar.setObjectName("recheck_bar")
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Lendo o que falta conferir"))
        self.body.addWidget(self.bar)
        self.size_to(_WIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask what has to be compared."""
        super().showEvent(event)
        if self.facts is None and not self.over:
            self.begin(self._look())

    async def _look(self) -> str:
        facts = await self._desk.recheck_facts()
        if facts is None:
            self.end(self.tr("A loja já foi conferida e pode vender."), Tone.GOOD)
            return ""
        self.facts = facts
        self._show(facts)
        return ""

    def _show(self, facts: RecheckFacts) -> None:
        self.bar.hide()
        self.body.addWidget(
            paragraph(restored_words(facts.restored_at, self.session.services.clock()), name="recheck_told")
        )
        if facts.numbers:
            self.body.addWidget(_heading(self.tr("Números das vendas")))
            self.body.addWidget(
                paragraph(
                    self.tr(
                        "Um número que já saiu em um comprovante não se repete: cada estação recomeça acima."
                    ),
                    "small",
                )
            )
            self.body.addWidget(_numbers(facts))
        self.body.addSpacing(Space.XS)
        self.body.addWidget(_heading(self.tr("Loja virtual")))
        for name, text in (
            ("recheck_products", self._products(facts)),
            ("recheck_orders", self._orders(facts)),
        ):
            if text:
                self.body.addWidget(paragraph(text, name=name))
        self.body.addStretch(1)
        self.body.activate()
        self.size_to(_WIDE)

    def _products(self, facts: RecheckFacts) -> str:
        if not facts.connected:
            return self.tr("Nenhuma loja virtual conectada: só os números são conferidos.")
        if not facts.linked_products:
            return self.tr("Nenhum produto vinculado para comparar com a Tray.")
        many = formats.counted(facts.linked_products, "produto será comparado", "produtos serão comparados")
        return self.tr("{many} com a Tray, um a um, pela fila de processamento.").format(many=many)

    def _orders(self, facts: RecheckFacts) -> str:
        if not facts.connected:
            return ""
        if not facts.open_orders:
            none = self.tr(
                "Nenhum pedido aberto; os pedidos dos últimos {days} dias são procurados outra vez."
            )
            return none.format(days=LOOK_BACK.days)
        many = formats.counted(facts.open_orders, "pedido aberto será lido", "pedidos abertos serão lidos")
        told = self.tr("{many} de novo, e os pedidos dos últimos {days} dias são procurados outra vez.")
        return told.format(many=many, days=LOOK_BACK.days)

    # -- doing it -------------------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Compare, once it is known what."""
        return self._recheck(self.facts) if self.facts is not None else None

    def carried_out(self, result: object) -> None:
        """The keyboard waits on the button that does it."""
        super().carried_out(result)
        if not self.over:
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _recheck(self, facts: RecheckFacts) -> str:
        await self._desk.recheck(by=self._actor)
        self.outcome = self.tr("Loja conferida: já pode vender.")
        rest = self.tr("A comparação com a Tray continua na fila, enquanto a sincronização está ligada.")
        self.end(f"{self.outcome} {rest}" if facts.connected else self.outcome, Tone.GOOD)
        return ""

    def failed(self, error: BaseException) -> None:
        """What could not be read leaves only the way out."""
        super().failed(error)
        if self.facts is None:
            self.end(self.said(error).whole)

    def said(self, error: BaseException) -> Sentence:
        """In the words of copies."""
        return restoring_refused(error)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    restyle(label, words="strong")
    return label


def _numbers(facts: RecheckFacts) -> QScrollArea:
    """A line a station: the last number in the copy, the last one really used, and where it goes on."""
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 0, Space.M, 0)
    grid.setHorizontalSpacing(Space.XL)
    grid.setVerticalSpacing(Space.XS)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for column, title in enumerate(("Estação", "Última na cópia", "Última usada", "Recomeça acima de")):
        label = QLabel(title)
        restyle(label, words="label")
        grid.addWidget(label, 0, column, right if column else Qt.AlignmentFlag.AlignLeft)
    for line, (station, there, used) in enumerate(facts.numbers, start=1):
        name = paragraph(station)
        name.setMinimumWidth(1)
        grid.addWidget(name, line, 0)
        above = used + SPARE_NUMBERS if used else 0
        for column, number in enumerate((there, used, above), start=1):
            label = QLabel(formats.count(number))
            if column == 2 and used > there:
                restyle(label, words="strong")
            grid.addWidget(label, line, column, right)
    grid.setColumnStretch(0, 1)
    return _scrolled(inside, len(facts.numbers))


def _scrolled(inside: QWidget, lines: int) -> QScrollArea:
    restyle(inside, page=True)
    area = QScrollArea()
    area.setObjectName("recheck_numbers")
    area.setAccessibleName("Números das vendas")
    area.setWidgetResizable(True)
    restyle(area.verticalScrollBar(), on="page")
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    height = inside.sizeHint().height()
    most = Theme.current().px(24) * (_MOST_LINES + 1)
    area.setFixedHeight(min(height, most) + 4 if lines > _MOST_LINES else height + 4)
    return area
