"""A spreadsheet of the accountant's table before it counts: what is wrong in it, or what it would put in place."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.application.fiscal_setup import save_tax_rules
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, two_ways
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.tax_columns import PROBLEM_COLUMNS, RULE_COLUMNS, Problem
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme
from varejoforte_desktop.ui.widgets.banner import Banner

_WIDE: Final = 820
_HIGH: Final = 520
#: More lines than this are counted, not shown: nobody reads them one by one.
_SHOWN: Final = 1000


class WrongSheetDialog(AskedDialog):
    """Every place that has to be put right; accepted when another file is to be chosen."""

    def __init__(self, source: str, wrong: Sequence[Problem], parent: QWidget | None = None) -> None:
        super().__init__("tax_problems", "Corrigir a planilha", parent)
        self.model: RowsModel[Problem] = RowsModel(PROBLEM_COLUMNS, wrong[:_SHOWN], self)
        table = TableView("tax_problem_table", self.tr("O que corrigir na planilha"))
        table.setModel(self.model)
        self.again = QPushButton(self.tr("Escolher de novo"))
        self.again.setObjectName("tax_problems_again")
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self.back.setObjectName("tax_problems_back")
        self.again.clicked.connect(self.accept)
        self.back.clicked.connect(self.reject)
        said = self.tr(
            "Nada foi importado: {errors} em {source}. Corrija no Excel e escolha de novo."
        ).format(errors=formats.counted(len(wrong), "erro", "erros"), source=source)
        column = self.page()
        column.addWidget(self.heading)
        column.addWidget(Banner("tax_problems_banner", said, Tone.BAD))
        column.addWidget(table, 1)
        column.addLayout(two_ways(self.back, self.again))
        theme = Theme.current()
        room = parent.window().size() if parent is not None else None
        width, height = theme.px(_WIDE), theme.px(_HIGH)
        self.resize(
            min(width, room.width()) if room else width, min(height, room.height()) if room else height
        )


class TakeInDialog(DecisionDialog):
    """The rows as they were read. `before`: how many they would take the place of."""

    def __init__(
        self,
        session: Session,
        rules: Sequence[TaxRule],
        source: str,
        before: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, "tax_take_in", self.tr("Importar a tabela"), self.tr("Importar"), parent)
        self._rules = rules
        self._source = source
        model: RowsModel[TaxRule] = RowsModel(RULE_COLUMNS, _numbered(rules), self)
        table = TableView("tax_take_in_table", self.tr("A tabela da planilha"))
        table.setModel(model)
        rows = formats.counted(len(rules), "linha certa", "linhas certas")
        said = self.tr("{source}: {rows}.").format(source=source, rows=rows)
        if before:
            said += " " + self.tr("Toma o lugar da tabela de hoje, de {rows}.").format(
                rows=formats.counted(before, "linha", "linhas")
            )
        self.body.addWidget(paragraph(said, name="tax_take_in_told"))
        self.body.addWidget(table, 1)
        told = self.tr("Depois de importar, o contador precisa confirmar a tabela de novo.")
        self.body.addWidget(paragraph(told, "small"))
        self.size_to(_WIDE, _HIGH)
        if not rules:
            self.end(self.tr("A planilha só tem os títulos: não há nada para importar."), Tone.WARN)

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Put them in place."""
        return self._take_in()

    async def _take_in(self) -> str:
        await self.session.services.backend.run(
            save_tax_rules, self._rules, source=self._source, by=self.session.actor
        )
        rows = formats.counted(len(self._rules), "linha", "linhas")
        return self.tr("Tabela importada: {rows}.").format(rows=rows)


def _numbered(rules: Sequence[TaxRule]) -> list[TaxRule]:
    """Rows of a sheet have no numbers yet, and a list tells its rows apart by them."""
    from dataclasses import replace

    return [replace(rule, id=place) for place, rule in enumerate(rules[:_SHOWN], 1)]
