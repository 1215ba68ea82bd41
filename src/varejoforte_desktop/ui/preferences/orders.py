"""Settings › Pedidos: what each status of the store means to the shop, and what the store is told in return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.order import CANCELED, StatusMeaning
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import section, words
from varejoforte_desktop.ui.preferences.saving import Choice, SavingPage
from varejoforte_desktop.ui.preferences.status_line import StatusLine
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit
from varejoforte_desktop.ui.widgets.skeleton import Skeleton

_LONGEST_ALARM: Final = 100_000
_NARROW: Final = 160


class OrdersPage(SavingPage):
    """Nothing is guessed: a suggestion counts only after somebody has said yes."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "orders", "Pedidos")
        self._rules = OrderRules()
        self._shown: tuple[StatusRow, ...] | None = None
        self.lines: list[StatusLine] = []
        self.waiting = Banner("statuses_waiting", "", Tone.WARN)
        self.agree = QPushButton(self.tr("Usar todas as sugestões"))
        self.learn = QPushButton(self.tr("Atualizar da Tray"))
        self.trouble = Banner("statuses_trouble", "", Tone.BAD, closable=True)
        self.none = words(self.tr("Nenhuma situação conhecida ainda: busque a lista da Tray."), "muted")
        self.skeleton = Skeleton((0.3, 0.4, 0.15))
        self.after = Choice("registered_status", self.tr("Situação na Tray depois de registrar a venda"))
        self.invoiced = Choice("invoiced_status", self.tr("Situação na Tray depois da nota fiscal"))
        self.shipped = Choice("shipped_status", self.tr("Situação na Tray depois do envio"))
        self.alarm = _MinutesEdit("order_alarm", self.tr("Minutos até avisar"))
        self._grid = QGridLayout()
        self._build()
        self._connect()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        for widget in (self.waiting, self.trouble, self.none, self.agree):
            widget.hide()
        self.none.setObjectName("statuses_none")
        self.column.addWidget(self._statuses_card())
        self.column.addWidget(self._after_card())
        self.column.addStretch(1)
        for control in (self.learn, *self._moves):
            control.setEnabled(not self.refusal)
            control.setToolTip(self.refusal)
        self.alarm.setReadOnly(bool(self.refusal))
        restyle(self.alarm, locked=bool(self.refusal))

    def _statuses_card(self) -> QFrame:
        card, column = section(self.tr("Situações da loja (Tray → ERP)"))
        intro = self.tr(
            "Diga uma vez o que cada situação da Tray significa. Um pedido em situação sem "
            "significado aparece na lista, mas não é importado."
        )
        column.addWidget(words(intro, "muted"))
        column.addWidget(self.waiting)
        column.addWidget(self.trouble)
        column.addWidget(self.none)
        self.agree.setObjectName("statuses_agree")
        self.learn.setObjectName("statuses_learn")
        restyle(self.agree, kind="primary")
        bind_icon(self.learn, "refresh")
        column.addWidget(self.agree, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.skeleton)
        self.skeleton.setFixedHeight(Theme.current().px(34 * 4))
        self.skeleton.start()
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.M)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        column.addWidget(self.learn, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    @property
    def _moves(self) -> tuple[Choice, Choice, Choice]:
        """The statuses that an order is moved to, in the order of its life."""
        return self.after, self.invoiced, self.shipped

    def _after_card(self) -> QFrame:
        card, column = section(self.tr("O que a Tray fica sabendo (ERP → Tray)"))
        intro = self.tr("A situação do pedido muda na Tray só onde você escolher uma, e nunca volta atrás.")
        column.addWidget(words(intro, "muted"))
        for choice, label, hint in (
            (self.after, self.tr("Ao registrar a venda"), ""),
            (self.invoiced, self.tr("Quando a nota fiscal chega à Tray"), ""),
            (self.shipped, self.tr("Ao informar o código de rastreio"), ""),
        ):
            column.addWidget(Field(label, choice, hint))
        hint = self.tr("Um pedido que espera mais do que isto é destacado; 0 desliga o aviso.")
        self.alarm_field = Field(self.tr("Avisar depois de quantos minutos"), self.alarm, hint)
        self.alarm.setMaximumWidth(Theme.current().px(_NARROW))
        column.addWidget(self.alarm_field)
        return card

    def _connect(self) -> None:
        self.agree.clicked.connect(self.use_suggestions)
        self.learn.clicked.connect(self._learn)
        for choice in self._moves:
            choice.activated.connect(self.edited)
        self.alarm.textEdited.connect(self.edited)
        self.alarm.returnPressed.connect(self.save)
        self.edited()

    # -- showing --------------------------------------------------------------------------------------

    def show_statuses(self, rows: Sequence[StatusRow], rules: OrderRules) -> None:
        """Show what the books say; what somebody has chosen and not saved stays."""
        untouched = self._shown is None or not self._rules_changed()
        self._rules = rules
        self.skeleton.stop()
        self.skeleton.hide()
        # Orders come and go all day; a list of choices that is open must not close because one did.
        if self._shown is not None and _named(rows) == _named(self._shown):
            for line, row in zip(self.lines, rows, strict=True):
                line.renew(row)
        else:
            self._fill(rows)
        self._shown = tuple(rows)
        if untouched:
            for choice, status_id in zip(self._moves, _statuses(rules), strict=True):
                choice.setCurrentIndex(max(0, choice.findData(status_id)))
            self.alarm.set_minutes(rules.alarm_minutes)
        self._say_waiting()
        self.edited()

    def _fill(self, rows: Sequence[StatusRow]) -> None:
        kept = {line.row.status_id: line.chosen for line in self.lines if line.touched}
        focused = next((line.row.status_id for line in self.lines if line.choice.hasFocus()), None)
        self._clear()
        for place, row in enumerate(rows):
            line = StatusLine(row, locked=bool(self.refusal))
            if row.status_id in kept:
                line.touched = True
                line.show_choice(kept[row.status_id])
            line.choice.activated.connect(partial(self._chosen, line))
            for column, widget in enumerate((line.name, line.choice)):
                self._grid.addWidget(widget, place, column)
            self.lines.append(line)
            if row.status_id == focused:
                line.choice.setFocus(Qt.FocusReason.OtherFocusReason)
        self._offer_after(rows)

    def _clear(self) -> None:
        self.lines = []
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()

    def _offer_after(self, rows: Sequence[StatusRow]) -> None:
        for choice in self._moves:
            chosen = choice.currentData() or ""
            choice.clear()
            choice.addItem(self.tr("Não alterar"), "")
            for row in rows:
                if row.status_type != CANCELED:
                    choice.addItem(row.name or row.status_id, row.status_id)
            choice.setCurrentIndex(max(0, choice.findData(chosen)))

    def _say_waiting(self) -> None:
        undefined = [line for line in self.lines if line.row.meaning is None]
        self.none.setVisible(not self.lines)
        self.waiting.setVisible(bool(undefined))
        orders = sum(line.row.open_orders for line in undefined)
        said = formats.counted(
            len(undefined), "situação sem significado confirmado", "situações sem significado confirmado"
        )
        if orders:
            said += "; " + formats.counted(orders, "pedido espera por isso", "pedidos esperam por isso")
        self.waiting.set_message(f"{said}.", Tone.WARN)
        self.agree.setVisible(not self.refusal and any(line.row.suggested for line in undefined))

    # -- changing -------------------------------------------------------------------------------------

    def _chosen(self, line: StatusLine, *_: object) -> None:
        line.touched = line.chosen is not line.row.meaning
        line.mark()
        self.edited()

    def _rules_changed(self) -> bool:
        if self._chosen_statuses() != _statuses(self._rules):
            return True
        try:
            return self.alarm.parsed() != self._rules.alarm_minutes
        except DomainError:
            return True

    def _chosen_statuses(self) -> tuple[str, str, str]:
        after, invoiced, shipped = (choice.currentData() or "" for choice in self._moves)
        return after, invoiced, shipped

    def _touched(self) -> dict[str, StatusMeaning | None]:
        return {line.row.status_id: line.chosen for line in self.lines if line.touched}

    def changed(self) -> bool:
        """Whether a meaning was chosen or a rule is another."""
        return bool(self._touched()) or (self._shown is not None and self._rules_changed())

    def save(self) -> None:
        """Write what was chosen; suggestions nobody agreed to stay suggestions."""
        if not self.save_button.isEnabled():
            return
        try:
            minutes = self.alarm.minutes()
        except DomainError as error:
            self.alarm_field.set_error(self.alarm.sentence(error))
            self.alarm.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        registered, invoiced, shipped = self._chosen_statuses()
        rules = OrderRules(
            registered_status_id=registered,
            alarm_minutes=minutes,
            invoiced_status_id=invoiced,
            shipped_status_id=shipped,
        )
        self.save_button.setEnabled(False)
        self.write(self._write(self._touched(), rules, self.tr("Configurações de pedidos salvas.")))

    def use_suggestions(self) -> None:
        """Say yes to every suggestion for a status that nobody explained yet."""
        agreed = {
            line.row.status_id: line.row.suggested
            for line in self.lines
            if line.row.meaning is None and line.row.suggested is not None and not line.touched
        }
        if agreed and not self.refusal and not self.tasks.busy:
            said = formats.counted(len(agreed), "sugestão em uso", "sugestões em uso")
            self.write(self._write(agreed, self._rules, f"{said}."))

    async def _write(
        self, meanings: Mapping[str, StatusMeaning | None], rules: OrderRules, said: str
    ) -> None:
        run, by = self.session.services.backend.run, self.session.actor
        if meanings:
            await run(explain_statuses, meanings, by=by)
            for line in self.lines:
                if line.row.status_id in meanings:  # what was chosen anew meanwhile is still to be saved
                    line.touched = line.chosen is not meanings[line.row.status_id]
        if rules != self._rules:
            await run(choose_order_rules, rules, by=by)
            self._rules = rules
        await self._reload()
        self.done.emit(said)

    async def _reload(self) -> None:
        rows, rules = await self.session.services.backend.read(
            lambda reader: (reader.orders.statuses(), reader.orders.rules())
        )
        self.show_statuses(rows, rules)

    def _learn(self) -> None:
        self.trouble.hide()
        self.learn.setEnabled(False)
        self.learn.setText(self.tr("Lendo da Tray…"))
        self.tasks.start(self._ask_the_store())

    async def _ask_the_store(self) -> None:
        try:
            count = await self.session.services.orders.learn_statuses()
        except (DomainError, BooksError, OutsideError) as error:
            said = self.tr("{trouble} Tente de novo.").format(trouble=sentence(error).text)
            self.trouble.set_message(said, Tone.BAD)
            self.trouble.show()
            return
        finally:
            self.learn.setEnabled(True)
            self.learn.setText(self.tr("Atualizar da Tray"))
        await self._reload()
        self.done.emit(formats.counted(count, "situação lida da Tray.", "situações lidas da Tray."))

    async def aclose(self) -> None:
        """End what runs."""
        self.skeleton.stop()
        await super().aclose()


def _statuses(rules: OrderRules) -> tuple[str, str, str]:
    """The statuses that an order is moved to, in the order of its life."""
    return rules.registered_status_id, rules.invoiced_status_id, rules.shipped_status_id


def _named(rows: Sequence[StatusRow]) -> list[tuple[str, str, str]]:
    """The statuses of the store, whatever the shop makes of them and however many orders stand so."""
    return [(row.status_id, row.name, row.status_type) for row in rows]


class _MinutesEdit(QuantityEdit):
    """A whole number of minutes."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__(object_name, accessible_name, whole=True)
        self.setMaxLength(6)

    def minutes(self) -> int:
        """How many; none is 0. Raises the DomainError of a text that is no number."""
        return min(int(self.quantity() or 0), _LONGEST_ALARM)

    def parsed(self) -> int:
        """The same without marking the field."""
        text = self.text().strip()
        return min(int(self.parse(text)), _LONGEST_ALARM) if text else 0

    def set_minutes(self, minutes: int) -> None:
        """Show so many."""
        self.set_quantity(Decimal(minutes))

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite quantos minutos: 60.")
