"""What a spreadsheet would do to the catalogue, before it does it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.product_plan import Action, ImportPlan, PlannedLine
from varejoforte_desktop.ui.field_names import field_name
from varejoforte_desktop.ui.formats import counted
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

#: More lines than this are counted, not shown: nobody reads them one by one.
_SHOWN = 2000
_ORDER = {Action.ERROR: 0, Action.NEW: 1, Action.CHANGED: 2, Action.UNCHANGED: 3}
_WORDS = {
    Action.ERROR: "Corrigir",
    Action.NEW: "Novo",
    Action.CHANGED: "Muda",
    Action.UNCHANGED: "Igual",
}
_ICONS = {Action.ERROR: "error", Action.NEW: "plus", Action.CHANGED: "edit", Action.UNCHANGED: "check"}
_ROLES = {
    Action.ERROR: Role.BAD,
    Action.NEW: Role.GOOD,
    Action.CHANGED: Role.INFO,
    Action.UNCHANGED: Role.TEXT_MUTED,
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A line of the preview; its id is its number in the sheet."""

    id: int
    line: PlannedLine

    @property
    def story(self) -> str:
        """What would change, or what is wrong."""
        if self.line.errors:
            return " ".join(
                f"{each.column or 'linha'}: {sentence(each.error).whole}" for each in self.line.errors
            )
        if self.line.action is Action.CHANGED:
            return ", ".join(field_name(change.field) for change in self.line.changes)
        return ""


def preview_columns(plan: ImportPlan) -> list[Column[PreviewRow]]:
    """The columns of the preview; with errors, what is wrong gets the room."""
    wrong = bool(plan.errors)
    changing = plan.counts.get(Action.CHANGED, 0) > 0
    columns: list[Column[PreviewRow]] = [
        Column(title="Linha", text=lambda row: str(row.id), align=Align.RIGHT, sample="99999"),
        Column(
            title="O que faz",
            text=lambda row: _WORDS[row.line.action],
            icon=lambda row: _ICONS[row.line.action],
            role=lambda row: _ROLES[row.line.action],
            sample="Corrigir",
        ),
        Column(title="Referência", text=lambda row: row.line.reference, sample="ABC-123456"),
    ]
    if not wrong:
        columns.append(
            Column(
                title="Produto",
                text=lambda row: row.line.name,
                tooltip=lambda row: row.line.name,
                sample="Panela de pressão 4,5 litros",
                stretch=True,
            )
        )
    if wrong or changing:
        columns.append(
            Column(title="Detalhe", text=lambda row: row.story, tooltip=lambda row: row.story, stretch=True)
        )
    return columns


class SheetPreview(QDialog):
    """Shows the plan; "Importar" is only there when every line is right."""

    def __init__(self, plan: ImportPlan, source: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet_preview")
        self.setWindowTitle(self.tr("Importar planilha · {source}").format(source=source))
        self.setModal(True)
        self.count_stock = QCheckBox(self.tr("Ajustar o estoque pelos números da planilha"))
        self.count_stock.setObjectName("sheet_count_stock")
        self.count_stock.setChecked(plan.moved > 0)
        self.count_stock.setVisible(plan.moved > 0 and not plan.errors)
        lines = sorted(plan.lines, key=lambda line: (_ORDER[line.action], line.number))
        model: RowsModel[PreviewRow] = RowsModel(
            preview_columns(plan), [PreviewRow(line.number, line) for line in lines[:_SHOWN]], self
        )
        table = TableView("sheet_preview_table", self.tr("O que a planilha faria"))
        table.setModel(model)
        self._lay_out(plan, table, len(lines))
        self.resize(Theme.current().px(940), Theme.current().px(580))

    def _lay_out(self, plan: ImportPlan, table: QWidget, lines: int) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        summary = QLabel(self._summary(plan))
        summary.setObjectName("sheet_summary")
        restyle(summary, words="heading")
        column.addWidget(summary)
        errors = len(plan.errors)
        if errors:
            text = self.tr(
                "Nada será importado enquanto houver {errors}. Corrija a planilha e escolha de novo."
            )
            column.addWidget(
                Banner("sheet_errors", text.format(errors=counted(errors, "erro", "erros")), Tone.BAD)
            )
        column.addWidget(table, 1)
        if lines > _SHOWN:
            more = QLabel(self.tr("Mostrando as {shown} primeiras linhas.").format(shown=_SHOWN))
            restyle(more, words="muted")
            column.addWidget(more)
        column.addWidget(self.count_stock)
        column.addLayout(self._buttons(ready=not errors and self._work(plan) > 0))

    def _buttons(self, *, ready: bool) -> QHBoxLayout:
        go = QPushButton(self.tr("Importar"))
        go.setObjectName("sheet_apply")
        go.setEnabled(ready)
        restyle(go, kind="primary")
        go.clicked.connect(self.accept)
        leave = QPushButton(self.tr("Voltar"))
        leave.setObjectName("sheet_cancel")
        leave.clicked.connect(self.reject)
        (go if ready else leave).setDefault(True)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(leave, 0, Qt.AlignmentFlag.AlignRight)
        line.addWidget(go)
        return line

    @staticmethod
    def _work(plan: ImportPlan) -> int:
        return plan.counts.get(Action.NEW, 0) + plan.counts.get(Action.CHANGED, 0) + plan.moved

    def _summary(self, plan: ImportPlan) -> str:
        parts = [
            counted(plan.counts.get(Action.NEW, 0), "produto novo", "produtos novos"),
            counted(plan.counts.get(Action.CHANGED, 0), "muda", "mudam"),
            counted(plan.counts.get(Action.UNCHANGED, 0), "fica igual", "ficam iguais"),
        ]
        return " · ".join(parts)
