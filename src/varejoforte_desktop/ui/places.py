"""The places of the main window: what stands at its side, under which key, and how each screen is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from varejoforte_desktop.ui.main_window import Place
    from varejoforte_desktop.ui.services import Session


class Host(Protocol):
    """What screens ask of the windows around them."""

    def exchange(self, work: Callable[[Session, QWidget], Awaitable[str]], parent: QWidget) -> None:
        """Run a spreadsheet exchange over a screen."""
        ...

    def say(self, words: str) -> None:
        """Say at the foot of the main window what was done."""
        ...

    def show_place(self, name: str) -> QWidget | None:
        """Go to another place of the main window."""
        ...

    def show_settings(self, page: str) -> None:
        """Go to a page of the settings."""
        ...


def places(session: Session, host: Host) -> list[Place]:
    """All places in the order they stand; a screen is imported and made when somebody first goes there."""
    from varejoforte_desktop.ui.main_window import Place

    makers = _Makers(session, host)
    return [
        Place(name="counter", text=_tr("Venda"), icon="sale", key="Ctrl+1", make=makers.counter),
        Place(name="orders", text=_tr("Pedidos da Tray"), icon="orders", key="Ctrl+2", make=makers.orders),
        Place(name="products", text=_tr("Produtos"), icon="products", key="Ctrl+3", make=makers.products),
        Place(name="stock", text=_tr("Movimentação"), icon="stock", key="Ctrl+4", make=makers.stock),
        Place(
            name="purchases",
            text=_tr("Entrada por XML"),
            icon="download",
            key="Ctrl+0",
            make=makers.purchases,
        ),
        Place(name="till", text=_tr("Caixa"), icon="till", key="Ctrl+5", make=makers.till),
        Place(name="sales", text=_tr("Vendas"), icon="payment", key="Ctrl+6", make=makers.sales),
        Place(name="notes", text=_tr("Notas fiscais"), icon="invoices", key="Ctrl+8", make=makers.notes),
        Place(name="audit", text=_tr("Auditoria"), icon="eye", key="Ctrl+7", make=makers.audit),
        Place(
            name="settings", text=_tr("Configurações"), icon="settings", key="Ctrl+9", make=makers.settings
        ),
    ]


def _tr(words: str) -> str:
    return QCoreApplication.translate("places", words)


class _Makers:
    """Makes each screen and joins what it asks for to whoever does it: screens do not know one another."""

    def __init__(self, session: Session, host: Host) -> None:
        self._session = session
        self._host = host

    def counter(self) -> QWidget:
        from varejoforte_desktop.ui.screens.counter import CounterScreen

        screen = CounterScreen(self._session)
        screen.till_requested.connect(lambda: self._host.show_place("till"))
        return screen

    def orders(self) -> QWidget:
        from varejoforte_desktop.ui.screens.orders import OrdersScreen

        screen = OrdersScreen(self._session)
        screen.settings_requested.connect(lambda: self._host.show_settings("tray"))
        screen.said.connect(self._host.say)
        return screen

    def products(self) -> QWidget:
        from varejoforte_desktop.ui.screens.products import ProductsScreen
        from varejoforte_desktop.ui.sheets.exchange import export_products, import_products

        screen = ProductsScreen(self._session)
        screen.import_requested.connect(lambda: self._host.exchange(import_products, screen))
        screen.export_requested.connect(lambda: self._host.exchange(export_products, screen))
        return screen

    def stock(self) -> QWidget:
        from varejoforte_desktop.ui.screens.stock import StockScreen

        return StockScreen(self._session)

    def till(self) -> QWidget:
        from varejoforte_desktop.ui.screens.till import TillScreen

        return TillScreen(self._session)

    def sales(self) -> QWidget:
        from varejoforte_desktop.ui.screens.sales import SalesScreen

        screen = SalesScreen(self._session)
        screen.said.connect(self._host.say)
        screen.sell_requested.connect(lambda: self._host.show_place("counter"))
        screen.order_requested.connect(self._to_order)
        screen.note_asked.connect(self._to_note)
        return screen

    def _to_order(self, order_id: int) -> None:
        screen = self._host.show_place("orders")
        if screen is not None:
            screen.open_order(order_id)  # type: ignore[attr-defined]  # an OrdersScreen

    def purchases(self) -> QWidget:
        from varejoforte_desktop.ui.screens.purchases import PurchasesScreen

        screen = PurchasesScreen(self._session)
        screen.said.connect(self._host.say)
        return screen

    def notes(self) -> QWidget:
        from varejoforte_desktop.ui.screens.notes import NotesScreen

        services = self._session.services
        screen = NotesScreen(self._session, open_month=services.open_month, letters=services.letters)
        screen.said.connect(self._host.say)
        screen.sale_requested.connect(self._to_sale)
        screen.order_requested.connect(self._to_order)
        screen.settings_requested.connect(lambda: self._host.show_settings("fiscal"))
        screen.sell_requested.connect(lambda: self._host.show_place("counter"))
        return screen

    def _to_sale(self, sale_id: int) -> None:
        screen = self._host.show_place("sales")
        if screen is not None:
            screen.open_sale(sale_id)  # type: ignore[attr-defined]  # a SalesScreen

    def _to_note(self, document_id: int) -> None:
        screen = self._host.show_place("notes")
        if screen is not None:
            screen.open_note(document_id)  # type: ignore[attr-defined]  # a NotesScreen

    def audit(self) -> QWidget:
        from varejoforte_desktop.ui.screens.audit import AuditScreen

        screen = AuditScreen(self._session)
        screen.said.connect(self._host.say)
        return screen

    def settings(self) -> QWidget:
        from varejoforte_desktop.ui.screens.settings import SettingsScreen

        return SettingsScreen(self._session)
