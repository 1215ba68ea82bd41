"""Pictures of every widget in every state, for eyes: python -m tests.gui.gallery FOLDER."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.shortcut_list import ShortcutListDialog
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.shortcuts import EVERYWHERE, Shortcut, ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.barcode_edit import BarcodeEdit
from varejoforte_desktop.ui.widgets.counter_card import CounterCard
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.nav_item import NavItem
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit
from varejoforte_desktop.ui.widgets.search_box import SearchBox
from varejoforte_desktop.ui.widgets.sum_line import SumLine, SumPart
from varejoforte_desktop.ui.widgets.toast import ToastHost


@dataclass(frozen=True)
class ProductRow:
    """A line of the sample list."""

    id: int
    name: str
    price: Money
    on_hand: int
    state: str


PRODUCTS = [
    ProductRow(1023, "Café torrado e moído 500 g", Money(2490), 12, "sent"),
    ProductRow(1024, "Açúcar cristal 1 kg", Money(549), 4, "waiting"),
    ProductRow(
        1025,
        "Leite integral 1 L, caixa com doze unidades, validade longa, marca da casa",
        Money(6590),
        0,
        "halted",
    ),
    ProductRow(1026, "Arroz tipo 1 5 kg", Money(129900), 1200, "off"),
    ProductRow(1027, "Feijão carioca 1 kg", Money(899), 33, "sent"),
]
WORDS = {
    "sent": ("Enviado", "check", Role.GOOD),
    "waiting": ("há 14 s", "clock", Role.INFO),
    "halted": ("Parado", "error", Role.BAD),
    "off": ("Desvinculado", "unlink", Role.TEXT_MUTED),
}
COLUMNS: tuple[Column[ProductRow], ...] = (
    Column(title="Ref.", text=lambda r: str(r.id), align=Align.RIGHT, sample="00000", sort_key="ref"),
    Column(title="Produto", text=lambda r: r.name, stretch=True, sort_key="name"),
    Column(title="Preço", text=lambda r: formats.amount(r.price), align=Align.RIGHT, sample="99.999,99", sort_key="price"),
    Column(title="Físico", text=lambda r: formats.count(r.on_hand), align=Align.RIGHT, sample="99.999"),
    Column(title="Tray", text=lambda r: WORDS[r.state][0], icon=lambda r: WORDS[r.state][1],
           role=lambda r: WORDS[r.state][2], sample="Desvinculado"),
)  # fmt: skip


def page(width: int, *things: QWidget) -> QWidget:
    """A piece of screen with the things below one another."""
    made = QWidget()
    made.setProperty("page", True)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(made)
    column.setContentsMargins(24, 24, 24, 24)
    column.setSpacing(16)
    for thing in things:
        column.addWidget(thing)
    made.resize(Theme.current().px(width), made.sizeHint().height())
    return made


def row(*things: QWidget) -> QWidget:
    """Things beside one another."""
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    for thing in things:
        line.addWidget(thing)
    line.addStretch(1)
    return made


def button(text: str, kind: str = "secondary", icon_name: str = "", *, enabled: bool = True) -> QPushButton:
    """A button of one kind."""
    made = QPushButton(text)
    restyle(made, kind=kind)
    if icon_name:
        bind_icon(made, icon_name, Role.ACCENT_TEXT if kind in {"primary", "danger"} else Role.TEXT)
    made.setEnabled(enabled)
    return made


def label(text: str, words: str) -> QLabel:
    """Words of one kind."""
    made = QLabel(text)
    restyle(made, words=words)
    return made


def buttons() -> QWidget:
    """Buttons and words."""
    tool = QToolButton()
    bind_icon(tool, "refresh")
    quiet = QToolButton()
    restyle(quiet, kind="quiet")
    bind_icon(quiet, "more")
    menu = button("Operador", "secondary", "user")
    menu.setMenu(QMenu(menu))
    kinds = ("primary", "secondary", "quiet", "danger")
    return page(
        720,
        label("Produtos", "title"),
        label("Preço e estoque", "heading"),
        row(label("1.234", "figure"), label("atualizado há 14 s", "muted"), label("ontem 18:02", "small")),
        label("R$ 1.234,56", "total"),
        row(*(button("Salvar", kind, "check") for kind in kinds), tool, quiet, menu),
        row(*(button("Salvar", kind) for kind in kinds)),
        row(*(button("Salvar", kind, enabled=False) for kind in kinds)),
    )


def focused(kind: str) -> Callable[[], QWidget]:
    """A button of a kind with the focus on it."""

    def make() -> QWidget:
        first, second = button("Com foco", kind), button("Sem foco", kind)
        made = page(320, row(first, second))
        first.setFocus()
        return made

    return make


def sidebar() -> QWidget:
    """The side navigation."""
    side = QFrame()
    side.setProperty("bar", "side")
    column = QVBoxLayout(side)
    column.setContentsMargins(8, 16, 8, 16)
    column.setSpacing(2)
    names = ("Venda", "sale"), ("Pedidos", "orders"), ("Produtos", "products"), ("Estoque", "stock"), ("Caixa", "till"), \
        ("Notas", "invoices"), ("Painel", "dashboard"), ("ECOMMERCE", "ecommerce"), ("Ajustes", "settings")  # fmt: skip
    for text, name in names:
        item = NavItem(f"nav_{name}", text, name, "F10" if text == "Venda" else "")
        item.setChecked(text == "Produtos")
        if text == "Pedidos":
            item.set_count(3)
        column.addWidget(item)
    column.addStretch(1)
    return page(240, side)


def fields() -> QWidget:
    """Fields of a form in their states."""
    price, cost, stock, code = (
        MoneyEdit("sale_price", "Preço de venda"),
        MoneyEdit("cost_price", "Preço de custo"),
        QuantityEdit("on_hand", "Estoque físico"),
        BarcodeEdit("barcode", "Código de barras"),
    )
    price.set_money(Money(123456))
    cost.setText("12,5,0")
    cost.settle()
    off = QLineEdit("CAFE-500")
    off.setObjectName("reference")
    off.setEnabled(False)
    fixed = QLineEdit("UN")
    fixed.setObjectName("unit")
    fixed.setReadOnly(True)
    combo = QComboBox()
    combo.setObjectName("category")
    combo.addItems(["Mercearia", "Bebidas", "Limpeza"])
    spin = QSpinBox()
    spin.setObjectName("copies")
    spin.setValue(2)
    date = QDateEdit(QDate(2025, 11, 23))
    date.setObjectName("start_day")
    date.setCalendarPopup(True)
    date.setDisplayFormat("dd/MM/yyyy")
    notes = QPlainTextEdit("Café torrado e moído, pacote de 500 g.")
    notes.setObjectName("notes")
    notes.setFixedHeight(Theme.current().px(80))
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    cells = (
        Field("Preço de venda", price, "Vai para a Tray"), Field("Preço de custo", cost), Field("Estoque físico", stock),
        Field("Código de barras", code), Field("Referência", off, "Não muda depois de vendido"), Field("Unidade", fixed),
        Field("Categoria", combo), Field("Cópias", spin), Field("Início da promoção", date),
    )  # fmt: skip
    for place, field in enumerate(cells):
        grid.addWidget(field, place // 3, place % 3)
    search = SearchBox("product_search", "Buscar: nome, EAN, ref.")
    filled = SearchBox("order_search", "Buscar pedidos")
    filled.setText("café")
    made_page = page(760, row(search, filled), made, Field("Descrição", notes))
    price.setFocus()
    return made_page


def choices() -> QWidget:
    """Check boxes, radio buttons, tabs, progress."""
    states = [QCheckBox(text) for text in ("Desligado", "Ligado", "Em parte", "Não pode", "Com foco")]
    states[1].setChecked(True)
    states[2].setTristate(True)
    states[2].setCheckState(Qt.CheckState.PartiallyChecked)
    states[3].setChecked(True)
    states[3].setEnabled(False)
    states[4].setChecked(True)
    radios = [QRadioButton(text) for text in ("Completo", "Só preço e estoque")]
    radios[0].setChecked(True)
    tabs = QTabBar()
    for text in ("Na loja", "Importados", "Divergentes"):
        tabs.addTab(text)
    bar = QProgressBar()
    bar.setValue(40)
    made = page(720, row(*states), row(*radios), tabs, bar)
    states[4].setFocus()
    return made


def messages() -> QWidget:
    """Badges, banners, the sum of a stock."""
    badges = [
        Badge("Em dia", Tone.GOOD), Badge("Aguardando", Tone.NEUTRAL), Badge("Enviando", Tone.INFO, "sync"),
        Badge("Atenção", Tone.WARN), Badge("Parado", Tone.BAD),
    ]  # fmt: skip
    total = SumLine()
    total.set_sum([SumPart(12, "físico"), SumPart(-3, "em pedidos")], SumPart(9, "na loja"))
    return page(
        720,
        row(*badges),
        Banner(
            "sync_banner",
            "A sincronização está desligada; 48 itens aguardam há 2 h.",
            Tone.WARN,
            button="Ligar",
        ),
        Banner("lost_banner", "A Tray não aceita mais este acesso.", Tone.BAD, button="Reconectar"),
        Banner("hint_banner", "Outra estação, CAIXA-02, está sincronizando.", Tone.INFO, closable=True),
        total,
    )


def counters() -> QWidget:
    """The figures of the queue."""
    cards = [
        CounterCard("waiting_card", "aguardando", "clock"), CounterCard("sending_card", "enviando", "sync"),
        CounterCard("halted_card", "parados", "error"),
        CounterCard("sent_card", "enviados hoje", "check", with_sparkline=True),
    ]  # fmt: skip
    cards[0].set_count(12)
    cards[1].set_count(1)
    cards[2].set_count(3, Tone.BAD)
    cards[3].set_count(3120)
    assert cards[3].sparkline is not None
    cards[3].sparkline.set_values([(i * 7) % 90 + i for i in range(60)], quota=180)
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    for card in cards:
        layout.addWidget(card, 1)
    return page(760, line)


def table() -> QWidget:
    """A list with rows, one of them current."""
    view = TableView("product_table", "Produtos", sortable=True)
    view.setModel(RowsModel(COLUMNS, PRODUCTS * 1, parent=view))
    view.horizontalHeader().setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    view.setMinimumHeight(Theme.current().px(260))
    view.go_to_row(1)
    made = page(720, view)
    view.setFocus()
    return made


def crowded() -> QWidget:
    """A list with a scroll bar and no focus."""
    view = TableView("product_table", "Produtos")
    many = [ProductRow(i, f"Produto {i}", Money(i * 37), i, "sent") for i in range(1, 60)]
    view.setModel(RowsModel(COLUMNS, many, parent=view))
    view.setFixedHeight(Theme.current().px(220))
    return page(720, view)


def lists() -> QWidget:
    """A list that is empty, failed or loading."""
    made = []
    for state in ("empty", "error", "loading"):
        view = TableView(f"{state}_table", "Produtos")
        empty = EmptyState("no_products", "products", "Nenhum produto ainda", "Cadastre o primeiro ou traga da planilha.", "Novo produto")  # fmt: skip
        states = ListStates(view, empty)
        restyle(states, card=True)
        states.setFixedHeight(Theme.current().px(260))
        if state == "empty":
            states.show_rows(0)
        elif state == "error":
            states.show_error("O banco de dados não respondeu", "Veja se o computador CAIXA-01 está ligado.")
        else:
            states.skeleton._timer.setInterval(0)
            states.skeleton._appear()
        made.append(states)
    return page(720, *made)


def toast() -> QWidget:
    """A toast over a window."""
    made = page(720, label("Produtos", "title"))
    made.resize(Theme.current().px(720), Theme.current().px(160))
    ToastHost(made).show("Preço de Café torrado alterado.", button="Desfazer", action=made.update)
    return made


def menu() -> QWidget:
    """A menu with all it can hold."""
    made = QMenu()
    made.addAction("Novo produto")
    made.addAction("Copiar código\tCtrl+C")
    made.addSeparator()
    checked = made.addAction("Só com estoque")
    checked.setCheckable(True)
    checked.setChecked(True)
    made.addAction("Excluir").setEnabled(False)
    return made


def drop_down() -> QWidget:
    """An open combo box, closed again by the picture."""
    combo = QComboBox()
    combo.addItems(["Mercearia", "Bebidas", "Limpeza"])
    combo.setObjectName("drop_down")
    return page(300, combo)


def keys() -> QWidget:
    """The F1 list."""
    registry = ShortcutRegistry()
    owner = QWidget()
    for key, title, context in (
        ("F1", "Teclas", EVERYWHERE), ("F5", "Atualizar", EVERYWHERE), ("Ins", "Novo produto", "Produtos"),
        ("F2", "Buscar produto", "Produtos"), ("F10", "Finalizar", "Venda"), ("Ctrl+Space", "Marcar", "Pedidos"),
    ):  # fmt: skip
        registry.bind(owner, Shortcut(key, title, context), owner.update)
    dialog = ShortcutListDialog(registry)
    dialog._kept = owner
    return dialog


def icons() -> QWidget:
    """The whole set with names."""
    made = QWidget()
    grid = QGridLayout(made)
    names = sorted(path.stem for path in resource("icons").glob("*.svg"))
    for place, name in enumerate(names):
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.addWidget(IconLabel(name, Role.TEXT, 24), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label(name, "small"), 0, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(cell, place // 9, place % 9)
    return page(900, made)


SCENES: dict[str, Callable[[], QWidget]] = {
    "buttons": buttons, "focus_primary": focused("primary"), "focus_secondary": focused("secondary"),
    "focus_quiet": focused("quiet"), "focus_danger": focused("danger"), "sidebar": sidebar, "fields": fields,
    "choices": choices, "messages": messages, "counters": counters, "table": table, "crowded": crowded,
    "lists": lists, "toast": toast, "menu": menu, "drop_down": drop_down, "keys": keys, "icons": icons,
}  # fmt: skip
LOOKS: dict[str, tuple[Mode, float]] = {
    "light": ("light", 1.0),
    "dark": ("dark", 1.0),
    "large": ("light", 1.5),
}


def main(folder: Path) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    for look, (mode, scale) in LOOKS.items():
        Theme.apply(app, mode, scale)
        for name, scene in SCENES.items():
            made = scene()
            focus = made.focusWidget()
            made.show()
            made.activateWindow()
            app.sendPostedEvents()
            app.processEvents()
            if focus is not None:
                focus.setFocus(Qt.FocusReason.TabFocusReason)
                app.processEvents()
            if isinstance(combo := made.findChild(QComboBox, "drop_down"), QComboBox):
                combo.showPopup()
                app.processEvents()
                combo.view().window().grab().save(str(folder / f"popup-{look}.png"))
                combo.hidePopup()
            made.grab().save(str(folder / f"{name}-{look}.png"))
            made.close()
            made.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
