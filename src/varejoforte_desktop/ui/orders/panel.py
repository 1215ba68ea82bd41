"""The chosen order beside the list, or over it in a narrow window, with what can be done at its foot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.orders.choices import Choice, main_choice, other_choices
from varejoforte_desktop.ui.orders.page import order_page, show_age
from varejoforte_desktop.ui.orders.pieces import choice_button
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.keyboard import keyboard_kept


class OrderPanel(QFrame):
    """Shows an OrderDetail, or that none is chosen."""

    #: A deed was asked for.
    asked = Signal(object)
    #: "Voltar à lista".
    left = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("order_panel")
        self.setAccessibleName(self.tr("Pedido escolhido"))
        restyle(self, card=True)
        self._actor = actor
        self._detail: OrderDetail | None = None
        self._statuses: Mapping[str, str] = {}
        self._shown: tuple[OrderDetail, Mapping[str, str]] | None = None
        self._main: QPushButton | None = None
        self._back = QPushButton(self.tr("Voltar à lista (Esc)"))
        self._back.setObjectName("order_back")
        restyle(self._back, kind="quiet")
        bind_icon(self._back, "arrow-left", Role.ACCENT)
        self._back.clicked.connect(self.left)
        self._back.hide()
        self.area = QScrollArea()
        self.area.setObjectName("order_panel_scroll")
        self.area.setAccessibleName(self.tr("Pedido escolhido"))
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._foot = QWidget()
        self._foot.setObjectName("order_panel_foot")
        self._buttons = QVBoxLayout(self._foot)
        self._buttons.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        self._buttons.setSpacing(Space.S)
        rule = QFrame()
        restyle(rule, rule=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.area, 1)
        column.addWidget(rule)
        column.addWidget(self._foot)
        self._rule = rule
        self.show_detail(None, None)

    @property
    def detail(self) -> OrderDetail | None:
        """The order shown."""
        return self._detail

    def set_covering(self, covering: bool) -> None:
        """Whether the panel covers the list, so that a way back is needed."""
        self._back.setVisible(covering)

    def set_statuses(self, names: Mapping[str, str]) -> None:
        """What the store's statuses are called, by id."""
        self._statuses = names

    def show_detail(self, detail: OrderDetail | None, now: datetime | None) -> None:
        """Show an order, or that none is chosen; the same one again leaves the place where one was reading."""
        if detail is not None and now is not None and self._says_it_already(detail):
            show_age(self.area, detail, now)  # all that grows old by itself
            return
        same = detail is not None and self._detail is not None and self._detail.row.id == detail.row.id
        place = self.area.verticalScrollBar().value() if same else 0
        with keyboard_kept(self, self.area, same=same) as held:
            self._detail = detail
            if detail is None or now is None:
                self._shown = None
                self._fill(self._nothing())
            else:
                self._fill(
                    order_page(
                        detail, actor=self._actor, now=now, statuses=self._statuses, ask=self.asked.emit
                    )
                )
                self.area.verticalScrollBar().setValue(place)
            self._show_buttons()
        if held and not same:  # what was dealt with has gone: the next one is chosen in the list
            self.left.emit()

    def _says_it_already(self, detail: OrderDetail) -> bool:
        """Whether the page would be made for nothing: while orders come in, most news is about others."""
        shown = (detail, self._statuses)
        already, self._shown = self._shown == shown, shown
        return already

    def _fill(self, page: QWidget) -> None:
        self.area.setWidget(page)
        # The scroll area paints its page in the window's colour; here the card is to be seen.
        page.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        hint = QLabel(self.tr("Escolha um pedido para ver comprador, itens e valores."))
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        restyle(hint, words="muted")
        column.addStretch(1)
        column.addWidget(IconLabel("orders", Role.TEXT_MUTED, 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint)
        column.addStretch(2)
        return page

    # -- what can be done -----------------------------------------------------------------------------

    def _show_buttons(self) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._main = None
        detail = self._detail
        self._foot.setVisible(detail is not None)
        self._rule.setVisible(detail is not None)
        if detail is None:
            return
        main = main_choice(detail, self._actor)
        if main is not None:
            self._main = self._button(main, "primary")
            self._buttons.addWidget(self._main)
        others = other_choices(detail, self._actor)
        if others:
            self._buttons.addWidget(self._row(others))
        self._foot.setVisible(main is not None or bool(others))
        self._rule.setVisible(not self._foot.isHidden())

    def _row(self, choices: list[Choice]) -> QWidget:
        row = QWidget()
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        for each in choices:
            line.addWidget(self._button(each, "secondary", drawn=False), 1)
        return row

    def _button(self, choice: Choice, kind: str, *, drawn: bool = True) -> QPushButton:
        button = choice_button(choice, kind=kind, drawn=drawn)
        button.clicked.connect(lambda: self.asked.emit(choice.deed))
        return button

    def begin(self) -> None:
        """Somebody opens it: put the keyboard on the next step, or on the page."""
        page = self.area.widget()
        offered = [self._main, *page.findChildren(QPushButton)] if page is not None else [self._main]
        ready = (each for each in offered if each is not None and each.isEnabled())
        next(ready, self.area).setFocus(Qt.FocusReason.OtherFocusReason)
