"""Vendas sem nota: the sales that still have no document, why, and the key that issues them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.notes.columns import OwedLine, owed_columns
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

#: More are not listed at once; the oldest come first and go first.
MOST = 200


class OwedPage(QWidget):
    """The list in its four states, and the button below it."""

    #: These sales are to get their documents now: a tuple of ids, the oldest first.
    issue_requested = Signal(tuple)
    #: They could not be read again while some are shown: the exception.
    troubled = Signal(object)
    #: They were read.
    read = Signal()

    def __init__(
        self,
        backend: Backend,
        desk: FiscalDesk | None,
        actor: Actor,
        clock: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("owed_page")
        self._backend = backend
        self._desk = desk
        self._read = False
        self._busy = False
        self._troubles: dict[int, str] = {}
        self._refusal = _refusal(actor, desk)
        self._scope = TaskScope(self, self._failed)
        self._look = Debounced(self, self._scope, self._read_sales, delay_ms=0)
        self.model: RowsModel[OwedLine] = RowsModel(owed_columns(clock), parent=self)
        self.table = TableView("owed_table", self.tr("Vendas sem nota"))
        self.empty = EmptyState(
            "no_owed",
            "done",
            self.tr("Nenhuma venda sem nota"),
            self.tr("Toda venda que pede nota já tem a sua. As que ainda não saíram aparecem aqui."),
        )
        self.states = ListStates(self.table, self.empty)
        self.issue = QPushButton()
        self.why = QLabel(self._refusal)
        self._build()
        self.states.retried.connect(self.refresh)
        self.issue.clicked.connect(self.ask_issue)
        self.table.chosen.connect(lambda _id: self.ask_issue())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._fit())

    def _build(self) -> None:
        self.table.setModel(self.model)
        restyle(self.states, card=True)
        self.issue.setObjectName("owed_issue")
        restyle(self.issue, kind="primary")
        self.why.setObjectName("owed_why")
        self.why.setWordWrap(True)
        restyle(self.why, words="small")
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.issue)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.states, 1)
        column.addLayout(foot)
        self._fit()

    # -- the list -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here."""
        if not self._read:
            self.states.show_loading()
        self._look()

    async def _read_sales(self) -> None:
        sales = await self._backend.read(lambda reader: reader.fiscal.owed_sales(limit=MOST))
        self.model.set_rows([OwedLine(sale, self._trouble(sale.sale_id)) for sale in sales])
        self._read = True
        self.states.show_rows(len(sales))
        if sales and self.table.current_id() is None:
            self.table.go_to_row(0)
        self._fit()
        self.read.emit()

    def _trouble(self, sale_id: int) -> str:
        """Why it has none: what somebody just tried, or what the station's own round met."""
        error = self._desk.problem(sale_id) if self._desk is not None else None
        return self._troubles.get(sale_id, "") if error is None else said_of(error).whole

    def _failed(self, error: BaseException) -> None:
        if self._read and self.model.rowCount():
            self.troubled.emit(error)  # what was seen stays
            return
        self._read = False
        said = said_of(error)
        self.states.show_error(said.text, said.remedy)

    # -- issuing --------------------------------------------------------------------------------------

    def ask_issue(self) -> None:
        """The chosen sales are to get their documents."""
        chosen = self.table.selected_ids()
        if chosen and not self._refusal and not self._busy:
            self.issue_requested.emit(chosen)

    def note_trouble(self, sale_id: int, words: str) -> None:
        """Somebody tried, and this stood in the way; said in the list from the next look on."""
        self._troubles[sale_id] = words

    def show_busy(self, busy: bool, done: int = 0, of: int = 0) -> None:
        """Documents are being issued, or no more."""
        self._busy = busy
        self._fit()
        if busy:
            self.issue.setText(self.tr("Emitindo {done} de {of}…").format(done=done, of=of))

    def begin(self) -> None:
        """Put the keyboard on the list."""
        focus = self.table if self.model.rowCount() else self
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        chosen = len(self.table.selected_ids())
        words = self.tr("Emitir (F10)")
        if chosen > 1:
            words = self.tr("Emitir {count} (F10)").format(count=formats.count(chosen))
        self.issue.setText(words)
        self.issue.setAccessibleName(words)
        self.issue.setEnabled(bool(chosen) and not self._refusal and not self._busy)
        self.issue.setToolTip(self._refusal)
        bind_icon(self.issue, "lock" if self._refusal else "invoices", Role.ACCENT_TEXT)
        self.issue.setVisible(bool(self.model.rowCount()))
        if not self._refusal:
            many = self.model.rowCount() >= MOST
            said = self.tr("São as {most} mais antigas; as outras vêm depois.").format(most=MOST)
            self.why.setText(said if many else "")

    async def aclose(self) -> None:
        """Stop asking."""
        self._look.cancel()
        self._scope.close()
        await self._scope.settled()


def _refusal(actor: Actor, desk: FiscalDesk | None) -> str:
    if desk is None:
        return "Esta estação não emite notas."
    if actor.may(Permission.ISSUE_DOCUMENTS):
        return ""
    said = permission_name(Permission.ISSUE_DOCUMENTS.value)
    return f"Seu perfil não pode {said}. Peça a um gerente."
