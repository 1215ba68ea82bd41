"""Telling SEFAZ which numbers were not used: the program proposes, a person confirms with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_questions import NumberGap
from varejoforte_desktop.domain.fiscal_errors import ReasonTooShort
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.fiscal_words import MODELS
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.notes.asking import LEAST
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle

MOTIVES: Final = (
    "Nota rejeitada que não foi corrigida",
    "Venda cancelada antes de a nota valer",
    "Falha do sistema pulou a numeração",
)


def gap_words(gap: NumberGap) -> str:
    """A range as a line: "NFC-e série 1: 5 a 9 (5 números)"."""
    model = MODELS[gap.name.model]
    many = gap.last - gap.first + 1
    if many == 1:
        return f"{model} série {gap.name.series}: número {gap.first}"
    numbers = formats.counted(many, "número", "números")
    return f"{model} série {gap.name.series}: {gap.first} a {gap.last} ({numbers})"


def gap_why(gap: NumberGap) -> str:
    """Why nobody uses it."""
    if gap.unknown:
        return (
            "A loja não tem nota com este número. Se uma cópia antiga foi restaurada, ele pode ter sido usado: confira "
            "na SEFAZ antes."
        )
    return "A nota foi abandonada e não vale."


class VoidDialog(ReasonedDialog):
    """The ranges with a box each; those that may have been used are not ticked beforehand."""

    def __init__(
        self,
        session: Session,
        desk: FiscalDesk,
        gaps: Sequence[NumberGap],
        parent: QWidget | None = None,
    ) -> None:
        reason = ReasonField("void_reason", MOTIVES)
        super().__init__(
            session, "void", self.tr("Inutilizar números"), self.tr("Inutilizar"), parent, reason=reason
        )
        self._desk = desk
        self._gaps = tuple(gaps)
        self.busy_words = self.tr("Falando com a SEFAZ…")
        self.boxes: list[QCheckBox] = []
        self._build()
        self.size_to(560)
        if not gaps:
            self.end(self.tr("Todos os números estão em uso: não há o que inutilizar."), Tone.GOOD)

    def _build(self) -> None:
        said = self.tr("Inutilizar não se desfaz: estes números nunca mais serão usados.")
        self.body.addWidget(paragraph(said, "muted"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        for place, gap in enumerate(self._gaps):
            box = QCheckBox(gap_words(gap))
            box.setObjectName(f"void_gap_{place}")
            box.setChecked(not gap.unknown)
            box.toggled.connect(self._fit)
            self.boxes.append(box)
            column.addWidget(box)
            why = paragraph(gap_why(gap), "small")
            why.setContentsMargins(Space.XXL + 2, 0, 0, Space.S)
            column.addWidget(why)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("void_gaps")
        area.setAccessibleName(self.tr("Números sem uso"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        restyle(area, card=True)
        theme = Theme.current()
        area.setMinimumHeight(min(inside.heightForWidth(theme.px(480)) + Space.S, theme.px(220)))
        self.body.addWidget(area, 1)
        self.reason.set_hint(self.tr("A SEFAZ pede pelo menos 15 letras."))
        self.body.addWidget(self.reason)
        self.body.addWidget(PermissionHint(self.session.actor, Permission.MANAGE_DOCUMENTS))
        self._fit()

    def _fit(self) -> None:
        """Nothing ticked, nothing to do."""
        if not self.saving:
            self.go.setEnabled(any(box.isChecked() for box in self.boxes))
            self.go.setToolTip("" if self.go.isEnabled() else self.tr("Marque os números a inutilizar."))

    def show_saving(self, *, saving: bool) -> None:
        """The boxes wait with the button."""
        super().show_saving(saving=saving)
        for box in self.boxes:
            box.setEnabled(not saving)
        if not saving:
            self._fit()

    def said(self, error: BaseException) -> Sentence:
        """What to say about a failure."""
        return said_of(error)

    async def work_for(self, reason: str) -> str:
        """Void what is ticked, one range after another; those done are not asked again after a refusal."""
        if len(" ".join(reason.split())) < LEAST:
            raise ReasonTooShort
        chosen = [(box, gap) for box, gap in zip(self.boxes, self._gaps, strict=True) if box.isChecked()]
        why = self.tr("Inutilizar {what}.").format(what="; ".join(gap_words(gap) for _, gap in chosen[:3]))
        approver = await self.permitted(Permission.MANAGE_DOCUMENTS, why)
        if approver is None:
            return ""
        done = 0
        for box, gap in chosen:
            await self._desk.void(gap.name, gap.first, gap.last, reason=reason, by=approver)
            done += gap.last - gap.first + 1
            box.setChecked(False)
            box.hide()
        numbers = formats.counted(done, self.tr("número inutilizado"), self.tr("números inutilizados"))
        return self.tr("{numbers} na SEFAZ.").format(numbers=numbers)
