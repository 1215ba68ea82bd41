"""What stands where no order is listed: what belongs here, why there is none, and the one button that helps."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.ui.orders.bar import OrderTab
from varejoforte_desktop.ui.widgets.empty_state import EmptyState

_TEXTS = {
    "seen": (
        "cloud",
        "Nenhum pedido novo",
        "O que os clientes compram na loja virtual aparece aqui. Nada é importado sem alguém mandar.",
    ),
    "imported": (
        "download",
        "Nada importado à espera",
        "Pedidos importados ficam aqui até serem registrados como venda.",
    ),
    "registered": ("sale", "Nenhum pedido registrado ainda", "Pedidos que já são venda ficam aqui."),
    "dismissed": ("eye-off", "Nada deixado de lado", "Pedidos que alguém deixou de lado podem voltar daqui."),
}


class _Help(StrEnum):
    """What the button does."""

    CONNECT = "connect"
    LOOK = "look"
    CLEAR = "clear"
    GO = "go"
    NOTHING = "nothing"


class NoOrders(EmptyState):
    """Follows the tab, the filters and whether the shop has a store at all."""

    #: "Conectar a loja".
    connect_requested = Signal()
    #: "Olhar a loja".
    look_requested = Signal()
    #: "Limpar os filtros".
    clear_requested = Signal()
    #: The place of the tab in which the words were found.
    tab_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("no_orders", "orders", "", parent=parent)
        self._help = _Help.NOTHING
        self._elsewhere = 0
        self.acted.connect(self._act)

    def show_unconnected(self) -> None:
        """The shop was never connected to a store."""
        self._help = _Help.CONNECT
        self.set_message(
            "link",
            self.tr("A loja ainda não foi conectada à Tray"),
            self.tr("Depois de conectar, os pedidos da loja virtual aparecem aqui sozinhos."),
            self.tr("Conectar a loja"),
        )

    def show_tab(self, tab: OrderTab) -> None:
        """Nothing is in this part."""
        icon, title, text = _TEXTS[tab.name]
        look = tab.name == "seen"
        self._help = _Help.LOOK if look else _Help.NOTHING
        self.set_message(icon, title, text, self.tr("Olhar a loja (F5)") if look else "")

    def show_no_match(self, text: str, tab: OrderTab) -> None:
        """Something is in this part, but nothing like what is looked for."""
        self._help = _Help.CLEAR
        shown = text if len(text) <= 40 else text[:39] + "…"
        title = self.tr("Nenhum pedido com “{text}”") if text else self.tr("Nenhum pedido com estes filtros")
        where = self.tr("Procurado em “{tab}”.").format(tab=tab.words)
        self.set_message("search", title.format(text=shown), where, self.tr("Limpar os filtros"))

    def show_elsewhere(self, text: str, count: str, tab: OrderTab, place: int) -> None:
        """What is looked for is in another part."""
        self._help, self._elsewhere = _Help.GO, place
        title = self.tr("Nada com “{text}” aqui").format(text=text)
        where = self.tr("Há {count} em “{tab}”.").format(count=count, tab=tab.words)
        self.set_message("search", title, where, self.tr("Ver em “{tab}”").format(tab=tab.words))

    def _act(self) -> None:
        match self._help:
            case _Help.CONNECT:
                self.connect_requested.emit()
            case _Help.LOOK:
                self.look_requested.emit()
            case _Help.CLEAR:
                self.clear_requested.emit()
            case _Help.GO:
                self.tab_requested.emit(self._elsewhere)
