"""Fiscal › Tributos: the accountant's table, where it comes from, and who answers for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from varejoforte_desktop.application.tax_sheet import TaxSheetRefused, read_rules
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow, FiscalTools
from varejoforte_desktop.ui.fiscal_setup.installing import choose_file
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.signing import SignDialog
from varejoforte_desktop.ui.fiscal_setup.suggesting import SuggestDialog, suggestion
from varejoforte_desktop.ui.fiscal_setup.taking_in import TakeInDialog, WrongSheetDialog
from varejoforte_desktop.ui.fiscal_setup.tax_columns import RULE_COLUMNS, problems
from varejoforte_desktop.ui.fiscal_setup.words import table_standing
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_KINDS: Final = "Planilhas (*.xlsx *.csv)"
_LEAST_LINES: Final = 6
_MOST_LINES: Final = 9


class TaxesSection(FiscalSection):
    """The table as it is; it is taken in whole or not at all."""

    name = "taxes"
    title = "Tributos"

    def __init__(self, session: Session, tools: FiscalTools) -> None:
        super().__init__(session)
        self._tools = tools
        self.badge = Badge("", Tone.NEUTRAL)
        self.badge.setObjectName("fiscal_table_state")
        self.remedy = paragraph("", "muted", name="fiscal_table_remedy")
        self.source = paragraph("", "small", name="fiscal_table_source")
        self.model: RowsModel[TaxRule] = RowsModel(RULE_COLUMNS, parent=self)
        self.table = TableView("fiscal_tax_table", self.tr("Tabela de tributos"))
        self.table.setModel(self.model)
        self.empty = EmptyState(
            "fiscal_tax_empty",
            "price",
            self.tr("Nenhuma tabela ainda"),
            self.tr(
                "A tabela diz o CFOP e os tributos de cada venda. Peça ao contador, ou comece da sugestão e "
                "mande para ele conferir."
            ),
            self.tr("Usar sugestão…"),
        )
        self.states = ListStates(self.table, self.empty)
        self.take_in = QPushButton(self.tr("Importar planilha…"))
        self.write_out = QPushButton(self.tr("Exportar modelo…"))
        self.suggest = QPushButton(self.tr("Usar sugestão…"))
        self.sign = QPushButton(self.tr("Contador confirma… (F10)"))
        self._places = QGridLayout()
        self._across = 0
        self._build()
        self._connect()

    def _build(self) -> None:
        made, column = section(self.tr("Tabela do contador"))
        line = QHBoxLayout()
        line.addWidget(self.badge)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.remedy)
        column.addWidget(self.states)
        column.addWidget(self.source)
        self._places.setSpacing(Space.S)
        for button, name, icon in (
            (self.take_in, "fiscal_tax_import", "upload"),
            (self.write_out, "fiscal_tax_export", "download"),
            (self.suggest, "fiscal_tax_suggest", "edit"),
        ):
            button.setObjectName(name)
            bind_icon(button, icon)
        column.addLayout(self._places)
        column.addWidget(self.foot(self.sign, "fiscal_tax_sign"))
        bind_icon(self.sign, "check", Role.ACCENT_TEXT)
        self.column.addWidget(made)
        Theme.current().changed.connect(self._fit)
        Theme.current().changed.connect(self._arrange)
        self._arrange()

    def _connect(self) -> None:
        self.take_in.clicked.connect(lambda: self._begin(self._take_in()))
        self.write_out.clicked.connect(lambda: self._begin(self._write_out()))
        self.suggest.clicked.connect(lambda: self._begin(self._suggest()))
        self.empty.acted.connect(self.suggest.click)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand beside one another where there is room for it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        buttons: tuple[QWidget, ...] = (self.take_in, self.write_out, self.suggest)
        needed = sum(button.sizeHint().width() + Space.S for button in buttons) + 2 * Space.L
        across = 3 if needed <= self.width() else 2
        if across == self._across:
            return
        self._across = across
        for place, button in enumerate(buttons):
            self._places.removeWidget(button)
            self._places.addWidget(button, place // across, place % across)
        self._places.setColumnStretch(3, 1)

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """The rows, and who answers for them."""
        super().show_now(now, refusal)
        table, standing = now.taxes, table_standing(now.taxes)
        self.model.set_rows(table.rules)
        self.states.show_rows(len(table.rules))
        self.badge.set_state(standing.word, standing.tone)
        self.remedy.setText(standing.remedy)
        self.remedy.setVisible(bool(standing.remedy))
        told = self.tr("{rows} · de {source}").format(
            rows=formats.counted(len(table.rules), "linha", "linhas"), source=table.source
        )
        self.source.setText(told if table.rules else "")
        self.source.setVisible(bool(table.rules))
        for button in (self.take_in, self.suggest):
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        self.suggest.setVisible(bool(table.rules))
        self.empty.setEnabled(not refusal)
        signed = self.tr("A tabela já está confirmada.") if table.signed else ""
        why = refusal or signed or ("" if table.rules else self.tr("Primeiro a tabela."))
        self.sign.setEnabled(not why)
        self.sign.setToolTip(why)
        self._fit()

    def _fit(self) -> None:
        lines = min(max(self.model.rowCount() + 1, _LEAST_LINES), _MOST_LINES)
        header = self.table.horizontalHeader().sizeHint().height()
        self.states.setFixedHeight(Theme.current().px(34) * lines + header)

    # -- acting ---------------------------------------------------------------------------------------

    def press(self) -> None:
        """The accountant answers for it."""
        if self.sign.isEnabled():
            self._begin(self._sign())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One window at a time."""
        if self.tasks.busy or self.now is None:
            work.close()
            return
        self.banner.hide()
        self.tasks.start(work)

    async def _take_in(self) -> None:
        while True:
            path = await choose_file(self, "tax_file_dialog", self.tr("Escolher a planilha"), _KINDS)
            if path is None:
                return
            sheet = await asyncio.to_thread(self._tools.read_rules, path)
            try:
                rules = await asyncio.to_thread(read_rules, sheet)
            except TaxSheetRefused as error:
                wrong = WrongSheetDialog(sheet.source, problems(error.errors), self)
                if await answered(wrong):
                    continue
                return
            dialog = TakeInDialog(self.session, rules, sheet.source, self._rows(), self)
            if await answered(dialog):
                self.wrote.emit(dialog.outcome)
            return

    def _rows(self) -> int:
        return 0 if self.now is None else len(self.now.taxes.rules)

    async def _write_out(self) -> None:
        """The table as it is; while there is none, the suggestion: something to fill in."""
        now = self.now
        path = await choose_file(
            self, "tax_save_dialog", self.tr("Salvar a planilha"), _KINDS, save_as="tributos.xlsx"
        )
        if path is None or now is None:
            return
        rules = now.taxes.rules or suggestion(now.settings.emitter, self.clock())
        await asyncio.to_thread(self._tools.write_rules, path, rules)
        rows = formats.counted(len(rules), "linha", "linhas")
        # Nothing changed in the books, but the page hears of it the same way.
        self.wrote.emit(self.tr("Planilha salva em {name}: {rows}.").format(name=path.name, rows=rows))

    async def _suggest(self) -> None:
        now = self.now
        if now is None:
            return
        dialog = SuggestDialog(self.session, now.settings.emitter, self._rows(), self)
        if await answered(dialog):
            self.wrote.emit(dialog.outcome)

    async def _sign(self) -> None:
        now = self.now
        if now is None:
            return
        dialog = SignDialog(self.session, now.taxes, self)
        if await answered(dialog):
            self.wrote.emit(dialog.outcome)
