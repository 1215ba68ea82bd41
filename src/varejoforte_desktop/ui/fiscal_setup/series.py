"""Fiscal › Séries: which numbers each till gives its notes; before the first note of value a person says so."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_setup import keep_series
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.facts import MODELS, FiscalNow
from varejoforte_desktop.ui.fiscal_setup.fields import beside
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.words import MODEL_NAMES, PLACES
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.page import section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.list_states import ListStates

_WIDE: Final = 520
_LARGEST: Final = 999_999_999
_MOST_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A till and a kind of note. `record` None: it has no series yet; `real`: documents of value."""

    id: int
    station: str
    model: FiscalModel
    record: SeriesRecord | None
    real: bool

    @property
    def standing(self) -> tuple[str, str, Tone]:
        """The word, the drawing and the tone of its state."""
        if self.record is not None:
            return "Definida", "check", Tone.GOOD
        if self.real:
            return "Falta definir", "warning", Tone.WARN
        return "Automática", "info", Tone.INFO


def series_lines(now: FiscalNow) -> list[SeriesLine]:
    """A line for each till and each kind of note."""
    real = now.settings.environment is FiscalEnvironment.PRODUCAO
    pairs = [(station, model) for station in now.stations for model in MODELS]
    return [
        SeriesLine(place, station, model, now.series_of(station, model), real)
        for place, (station, model) in enumerate(pairs, 1)
    ]


_COLUMNS: Final[tuple[Column[SeriesLine], ...]] = (
    Column(
        title="Estação",
        text=lambda line: line.station,
        tooltip=lambda line: line.station,
        sample="CAIXA-01",
        stretch=True,
    ),
    Column(title="Nota", text=lambda line: MODEL_NAMES[line.model], sample="NFC-e (650)"),
    Column(
        title="Série",
        text=lambda line: "—" if line.record is None else str(line.record.name.series),
        align=Align.RIGHT,
        sample="999",
    ),
    Column(
        title="Último número",
        text=lambda line: "—" if line.record is None else formats.count(line.record.last),
        align=Align.RIGHT,
        sample="999.999.999",
        yields=1,
    ),
    Column(
        title="Situação",
        text=lambda line: line.standing[0],
        icon=lambda line: line.standing[1],
        role=lambda line: line.standing[2].role if line.standing[2] is not Tone.INFO else Role.TEXT_MUTED,
        sample="Falta definir",
    ),
)


class SeriesSection(FiscalSection):
    """The tills of the company and the environment in force."""

    name = "series"
    title = "Séries"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.about = words("", "muted")
        self.model: RowsModel[SeriesLine] = RowsModel(_COLUMNS, parent=self)
        self.table = TableView("fiscal_series_table", self.tr("Séries por estação"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.empty = EmptyState(
            "fiscal_series_empty",
            "invoices",
            self.tr("Primeiro os dados da empresa"),
            self.tr("As séries são do CNPJ da loja. Preencha a empresa e volte aqui."),
            self.tr("Ir para Empresa"),
        )
        self.states = ListStates(self.table, self.empty)
        self.change = QPushButton(self.tr("Definir série… (F10)"))
        self._build()
        self.table.chosen.connect(lambda _id: self.press())
        self.table.current_changed.connect(lambda _id: self._enable())
        self.empty.acted.connect(lambda: self.went.emit("company"))
        Theme.current().changed.connect(self._fit)

    def _build(self) -> None:
        made, column = section(self.tr("Séries e numeração"))
        column.addWidget(self.about)
        column.addWidget(self.states)
        column.addWidget(self.foot(self.change, "fiscal_series_change"))
        self.column.addWidget(made)

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """A line for each till and kind of note."""
        super().show_now(now, refusal)
        known = bool(now.settings.emitter.cnpj)
        lines = series_lines(now) if known else []
        self.model.set_rows(lines)
        self.states.show_rows(len(lines))
        if lines and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)
        where = PLACES[now.settings.environment].lower()
        told = self.tr(
            "Em {where}: cada caixa recebe sozinho uma série livre na primeira nota. Em produção você precisa "
            "definir."
        )
        if now.settings.environment is FiscalEnvironment.PRODUCAO:
            told = self.tr(
                "Em {where}: cada caixa numera suas notas em uma série só sua. Diga a série e o último número já "
                "usado, mesmo por outro programa: a próxima nota sai com o seguinte."
            )
        self.about.setText(told.format(where=where))
        self._enable()
        self._fit()

    @property
    def line(self) -> SeriesLine | None:
        """The chosen line."""
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def choose(self, station: str, model: FiscalModel) -> None:
        """Go to a till's line, when listed."""
        for place in range(self.model.rowCount()):
            row = self.model.row_at(place)
            if row is not None and (row.station, row.model) == (station, model):
                self.table.go_to_row(place)

    def _enable(self) -> None:
        self.change.setVisible(self.states.currentWidget() is self.table)
        self.change.setEnabled(not self.refusal and self.line is not None)
        self.change.setToolTip(self.refusal)

    def _fit(self) -> None:
        lines = min(max(self.model.rowCount(), 5), _MOST_LINES)
        header = self.table.horizontalHeader().sizeHint().height()
        self.states.setFixedHeight(Theme.current().px(34) * lines + header + 2 * self.table.frameWidth() + 4)

    # -- changing -------------------------------------------------------------------------------------

    def press(self) -> None:
        """Give the chosen till a series."""
        line, now = self.line, self.now
        if line is not None and now is not None and self.change.isEnabled() and not self.tasks.busy:
            self.banner.hide()
            self.tasks.start(self._ask(line, now))

    async def _ask(self, line: SeriesLine, now: FiscalNow) -> None:
        dialog = SeriesDialog(self.session, line, now, self)
        if await answered(dialog):
            self.wrote.emit(dialog.outcome)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


class SeriesDialog(DecisionDialog):
    """The series and the last number used."""

    def __init__(
        self, session: Session, line: SeriesLine, now: FiscalNow, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Série de {model} em {station}").format(
            model=MODEL_NAMES[line.model], station=line.station
        )
        super().__init__(session, "series", title, self.tr("Salvar série"), parent)
        self._line = line
        self._now = now
        self.series = QLineEdit(str(line.record.name.series if line.record else self._free()))
        self.series.setObjectName("series_number")
        self.series.setMaxLength(3)
        self.last = QLineEdit(str(line.record.last if line.record else 0))
        self.last.setObjectName("series_last")
        self.last.setMaxLength(11)
        self.series_field = Field(self.tr("Série"), self.series, self.tr("De 0 a 999"))
        self.last_field = Field(self.tr("Último número usado"), self.last)
        for edit, field in ((self.series, self.series_field), (self.last, self.last_field)):
            edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            edit.textEdited.connect(lambda _text, field=field: field.set_error(""))
            edit.textEdited.connect(lambda _text: self._say_next())
            edit.returnPressed.connect(self.save)
        told = self.tr(
            "Se outro programa já emitiu notas nesta série, digite o número da última. Um número repetido é "
            "recusado pela SEFAZ; números só aumentam."
        )
        self.body.addWidget(paragraph(told, "muted"))
        beside_one_another = QHBoxLayout()
        beside_one_another.setSpacing(Space.M)
        beside_one_another.addWidget(self.series_field, 1)
        beside_one_another.addWidget(self.last_field, 2)
        self.body.addLayout(beside_one_another)
        self.body.addStretch(1)
        self._say_next()
        self.size_to(_WIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits in the series."""
        super().showEvent(event)
        self.series.setFocus(Qt.FocusReason.OtherFocusReason)
        self.series.selectAll()

    def _free(self) -> int:
        """The first series that no till has."""
        settings = self._now.settings
        taken = {
            each.name.series
            for each in self._now.series
            if (each.name.cnpj, each.name.environment, each.name.model)
            == (settings.emitter.cnpj, settings.environment, self._line.model)
        }
        return next(each for each in range(1, 1001) if each not in taken)

    def _known(self, series: int) -> SeriesRecord | None:
        """A series that was counted before, whoever has it."""
        settings = self._now.settings
        wanted = (settings.emitter.cnpj, settings.environment, self._line.model, series)
        for each in self._now.series:
            if (each.name.cnpj, each.name.environment, each.name.model, each.name.series) == wanted:
                return each
        return None

    def _say_next(self) -> None:
        last, series = _number(self.last.text()), _number(self.series.text())
        known = None if series is None else self._known(series)
        if known is not None and last is not None and last < known.last:
            hint = self.tr("Esta série já está em {last}; o número não diminui")
            self.last_field.set_hint(hint.format(last=formats.count(known.last)))
        elif last is not None and last < _LARGEST:
            hint = self.tr("A próxima nota será a {number}")
            self.last_field.set_hint(hint.format(number=formats.count(last + 1)))
        else:
            self.last_field.set_hint("")

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Keep it, when both are numbers."""
        series, last = _number(self.series.text()), _number(self.last.text())
        known = None if series is None else self._known(series)
        wrong_last = ""
        if last is None or last >= _LARGEST:
            wrong_last = self.tr("Digite um número de 0 a 999.999.998.")
        elif known is not None and last < known.last:
            wrong_last = self.tr("Esta série já está em {last}: o número não diminui.").format(
                last=formats.count(known.last)
            )
        self.series_field.set_error(self.tr("Digite de 0 a 999.") if series is None else "")
        self.last_field.set_error(wrong_last)
        if series is None or last is None or wrong_last:
            (self.series if series is None else self.last).setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        settings = self._now.settings
        name = SeriesName(
            cnpj=settings.emitter.cnpj,
            environment=settings.environment,
            model=self._line.model,
            series=series,
        )
        return self._keep(SeriesRecord(name=name, station=self._line.station, last=last))

    async def _keep(self, record: SeriesRecord) -> str:
        await self.session.services.backend.run(keep_series, record, by=self.session.actor)
        return self.tr("{station} numera {model} na série {series}.").format(
            station=record.station, model=MODEL_NAMES[record.name.model], series=record.name.series
        )

    def point_at(self, error: DomainError, said: str) -> bool:
        """A series of another till is said beside it."""
        field = {"series": self.series_field, "last_number": self.last_field}.get(error.field or "")
        if field is None:
            return False
        field.set_error(beside(error))
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True


def _number(text: str) -> int | None:
    """A whole number as it was typed, points between the thousands left out; None for anything else."""
    bare = text.strip().replace(".", "")
    return int(bare) if re.fullmatch(r"[0-9]{1,9}", bare) else None
