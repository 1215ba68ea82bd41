"""A supplier's note on the table: its lines at the left, the decision at the right, the way in at the foot."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.purchase_plan import PurchasePlan
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.purchases.decision import DecisionPanel
from varejoforte_desktop.ui.purchases.entering import EnterDialog
from varejoforte_desktop.ui.purchases.head import NoteHead
from varejoforte_desktop.ui.purchases.lines import NoteRow, note_columns, note_row, note_rows
from varejoforte_desktop.ui.purchases.new_product import NewProductDialog
from varejoforte_desktop.ui.purchases.told import standing_words, why_not_words
from varejoforte_desktop.ui.purchases.work import OPEN, PurchaseWork, Standing
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
#: Fewer lines than this are made one by one; a button would be in the way.
_MANY: Final = 2


class NotePage(QWidget):
    """Decides one note. Nothing is written before "Dar entrada"."""

    #: Back to the list; the note stays on the table.
    left = Signal()
    #: The note is in the books: the words for a toast.
    entered = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purchase_note_page")
        self.title = self.tr("Conferência da nota")
        self.setAccessibleName(self.title)
        self._session = session
        self._own = ""
        self._asking = False
        self._picking = False
        self.work: PurchaseWork | None = None
        self._kept: dict[str, PurchaseWork] = {}
        self._scope = TaskScope(self, self._failed)
        self.head = NoteHead()
        self.rows: RowsModel[NoteRow] = RowsModel(note_columns(), parent=self)
        self.table = TableView("purchase_lines", self.tr("Linhas da nota"))
        self.panel = DecisionPanel(session.services.backend)
        self.banner = Banner("purchase_note_banner", closable=True)
        self.toasts = ToastHost(self)
        self.standing = QLabel()
        self.all_new = QPushButton()
        self.back_button = QPushButton(self.tr("Voltar (Esc)"))
        self.enter_button = QPushButton(self.tr("Dar entrada (F10)"))
        self._build()
        self._connect()
        self._bind_keys()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.table.setModel(self.rows)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        restyle(self.table, card=True)
        for widget, name in (
            (self.standing, "purchase_standing"),
            (self.all_new, "purchase_all_new"),
            (self.back_button, "purchase_back"),
            (self.enter_button, "purchase_enter_button"),
        ):
            widget.setObjectName(name)
        restyle(self.standing, words="strong")
        restyle(self.enter_button, kind="primary")
        for button in (self.all_new, self.back_button, self.enter_button):
            button.setAutoDefault(False)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.table, 1)
        body.addWidget(self.panel)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.back_button)
        foot.addWidget(self.standing, 1)
        foot.addWidget(self.all_new)
        foot.addWidget(self.enter_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.head)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        column.addLayout(foot)
        self.banner.hide()

    def _connect(self) -> None:
        self.table.current_changed.connect(lambda _id: self._show_line())
        self.table.chosen.connect(lambda _id: self.accept())
        self.panel.accepted.connect(self.accept)
        self.panel.product_picked.connect(self._pick)
        self.panel.new_requested.connect(self.make_new)
        self.panel.out_requested.connect(self.leave_out)
        self.panel.failed.connect(self._failed)
        self.head.suggestions_requested.connect(self.take_suggestions)
        self.head.margin.value_changed.connect(self._margin_typed)
        self.head.less_icms.toggled.connect(self._icms_toggled)
        self.head.trust.toggled.connect(self._trust_toggled)
        self.all_new.clicked.connect(self._make_all_new)
        self.back_button.clicked.connect(self.left)
        self.enter_button.clicked.connect(self.enter)

    def _bind_keys(self) -> None:
        keys: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("F3", self.tr("Escolher o produto da linha"), lambda: self._focus(self.panel.picker)),
            ("F4", self.tr("Conversão da linha"), lambda: self._focus(self.panel.factor)),
            ("F6", self.tr("Preço novo da linha"), self._reprice),
            ("F7", self.tr("Cadastrar como novo"), self.make_new),
            ("F8", self.tr("Deixar a linha de fora"), self.leave_out),
            ("F9", self.tr("Marcar os preços sugeridos"), self.take_suggestions),
            ("F10", self.tr("Dar entrada"), self.enter),
            ("Esc", self.tr("Voltar à lista"), self._escape),
        )
        for key, title, action in keys:
            self._session.services.shortcuts.bind(self, Shortcut(key, title, self.title), action)

    # -- the note -------------------------------------------------------------------------------------

    def show_plan(self, plan: PurchasePlan, own_cnpj: str) -> None:
        """Lay another note on the table and go to its first open line."""
        self._own = own_cnpj
        self._kept[plan.note.key] = work = PurchaseWork(plan, self)
        work.changed.connect(self._show_work)
        self.resume(plan.note.key)

    def resume(self, key: str) -> bool:
        """Lay a note that is half decided on the table again; False when no note with this access key is."""
        if key not in self._kept:
            return False
        work = self._kept[key] = self._kept.pop(key)  # last in the row: it was looked at last
        if work is self.work:
            return True
        self.work = work
        self.banner.hide()
        self.head.show_work(work)
        self.rows.set_rows([])
        self._show_work()
        first = work.next_open(0)
        self.table.go_to_row(0 if first is None else work.places.index(first))
        self._show_line()
        return True

    def unfinished(self) -> list[PurchaseNote]:
        """The notes that are half decided, the one that was looked at last first."""
        return [work.note for work in reversed(self._kept.values())]

    def activate(self) -> None:
        """The keyboard is on the lines."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """The note is in the books; others that are half decided stay."""
        if self.work is not None:
            self._kept.pop(self.work.note.key, None)
            self.work.deleteLater()
            self.work = None

    async def aclose(self) -> None:
        """End what runs."""
        self.panel.picker.close_questions()
        await self.panel.picker.settled()
        self._scope.close()
        await self._scope.settled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The decision is as wide as it needs, and never half."""
        super().resizeEvent(event)
        self.panel.setFixedWidth(min(Theme.current().px(340), max(self.width() * 42 // 100, 240)))

    def hideEvent(self, event: QHideEvent) -> None:
        """What was said is old news when one comes back."""
        super().hideEvent(event)
        self.toasts.clear()

    # -- showing --------------------------------------------------------------------------------------

    @property
    def place(self) -> int | None:
        """The line the list is on."""
        return self.table.current_id()

    def _show_work(self, places: object = None) -> None:
        if self.work is None:
            return
        if isinstance(places, frozenset):
            for place in places:
                self.rows.update_row(note_row(self.work, place))
        else:
            self.rows.set_rows(note_rows(self.work))
        self._show_line()
        self._show_standing()

    def _show_line(self) -> None:
        if self.work is not None and self.place is not None:
            self.panel.show_line(self.work, self.place)

    def _show_standing(self) -> None:
        if self.work is None:
            return
        standings = [self.work.standing(place) for place in self.work.places]
        self.standing.setText(standing_words(standings))
        unknown = len(self.work.unknown_places())
        self.all_new.setVisible(unknown >= _MANY)
        self.all_new.setText(self.tr("Cadastrar os {count} sem vínculo").format(count=formats.count(unknown)))
        trusted = self.work.note.proven or self.work.trusted
        entering = len(standings) > standings.count(Standing.OUT)
        self.enter_button.setEnabled(entering and trusted and OPEN.isdisjoint(standings))

    # -- deciding -------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Enter: this line is right as it stands; on to the next open one, and after the last to the way in."""
        if self.work is None or self.place is None:
            return
        place = self.place
        if self.work.standing(place) in {Standing.SEVERAL, Standing.UNKNOWN}:
            self._focus(self.panel.picker)
            return
        if not self.work.accept(place) and self.work.standing(place) is not Standing.OUT:
            self._focus(self.panel.factor)
            return
        self._go_on(place)

    def _go_on(self, place: int) -> None:
        if self.work is None:
            return
        following = self.work.next_open(place)
        if following is not None:
            self.table.go_to_row(self.work.places.index(following))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.enter_button.isEnabled():
            self.enter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.head.trust.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pick(self, place: int, product_id: int) -> None:
        if self.work is not None and not self._picking:
            self._picking = self._scope.start(self._choose(self.work, place, product_id)) is not None

    async def _choose(self, work: PurchaseWork, place: int, product_id: int) -> None:
        try:
            found = await self._session.services.backend.read(
                lambda reader: reader.purchases.stocked([product_id])
            )
        finally:
            self._picking = False
        if product_id not in found:
            raise NoSuchRecord("product", str(product_id))
        if work not in self._kept.values():
            return  # it has entered
        work.choose(place, found[product_id])
        if work is not self.work or place != self.place:
            return  # one has gone on to another line meanwhile
        if work.standing(place) in OPEN:
            self._focus(self.panel.factor)  # a conversion that nobody has seen with this product
        else:
            self._go_on(place)

    def leave_out(self) -> None:
        """F8: the line does not enter; once more, and it is back."""
        if self.work is not None and self.place is not None:
            place = self.place
            self.work.leave_out(place)
            if self.work.standing(place) is Standing.OUT:
                self._go_on(place)

    def make_new(self) -> None:
        """F7: ask for what the note does not know of a new product."""
        if self.work is not None and self.place is not None and not self._asking:
            if self.work.line(self.place).out:
                return
            self._asking = self._scope.start(self._make_new(self.work, self.place)) is not None

    async def _make_new(self, work: PurchaseWork, place: int) -> None:
        draft, cost, told = work.draft(place)
        dialog = NewProductDialog(self._session, draft, cost, told, self)
        try:
            done = await answered(dialog)
        finally:
            self._asking = False
        if done and dialog.product is not None and work is self.work:
            work.make_new(place, dialog.product)
            self._go_on(place)
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_all_new(self) -> None:
        if self.work is not None:
            self.work.make_all_new()
            self.activate()

    def take_suggestions(self) -> None:
        """F9: every product takes the price that is suggested for it."""
        if self.work is not None:
            taken = self.work.take_suggestions()
            words = (
                formats.counted(taken, "preço marcado para mudar.", "preços marcados para mudar.")
                if taken
                else self.tr("Nenhum preço sugerido é diferente do atual.")
            )
            self.toasts.show(words)

    def _margin_typed(self, _margin: object) -> None:
        if self.work is not None:
            self.work.set_margin(self.head.margin.value())

    def _icms_toggled(self, ticked: bool) -> None:
        if self.work is not None:
            self.work.set_less_icms(ticked)

    def _trust_toggled(self, ticked: bool) -> None:
        if self.work is not None:
            self.work.trusted = ticked
            self._show_standing()

    def _reprice(self) -> None:
        if not self.panel.reprice.isVisible():
            return
        self.panel.reprice.setChecked(True)
        self._focus(self.panel.price)

    def _focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.area.ensureWidgetVisible(widget)
        if isinstance(widget, QLineEdit):
            widget.selectAll()

    # -- entering -------------------------------------------------------------------------------------

    def enter(self) -> None:
        """F10: say what changes, then do it."""
        if self.work is None or self._asking:
            return
        self._show_standing()
        if not self.enter_button.isEnabled():
            self._say_why_not(self.work)
            return
        self._asking = self._scope.start(self._enter(self.work)) is not None

    def _say_why_not(self, work: PurchaseWork) -> None:
        if left := work.open_places():
            self.table.go_to_row(work.places.index(left[0]))
        self.banner.set_message(why_not_words(work), Tone.WARN)
        self.banner.show()

    async def _enter(self, work: PurchaseWork) -> None:
        dialog = EnterDialog(self._session, work, own_cnpj=self._own, parent=self)
        try:
            done = await answered(dialog)
        finally:
            self._asking = False
        if done:
            self.clear()
            self.entered.emit(dialog.outcome)
            return
        self.activate()
        if work is self.work:
            # It may have been refused because a product is not any more what was looked at.
            ids = work.product_ids()
            work.renew(
                await self._session.services.backend.read(lambda reader: reader.purchases.stocked(ids))
            )

    def _escape(self) -> None:
        """Esc folds what the product field offers before it leaves the note."""
        if self.panel.picker.suggestions.isVisible():
            self.panel.picker.suggestions.hide()
        else:
            self.left.emit()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on a purchase note failed", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()
