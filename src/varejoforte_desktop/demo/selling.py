"""The second half of the guided tour: an order from the store becomes a sale, and the counter sells until it closes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.demo.program import say
from varejoforte_desktop.simulator.server import StoreServerThread

if TYPE_CHECKING:
    from varejoforte_desktop.demo.guide import Tour

#: What is bought online and scanned at the counter.
ORDERED: Final = "UTE-1001"
_WITHIN: Final = 60.0
_SEEN, _IMPORTED, _REGISTERED = range(3)  # the tabs of the orders
_BUYER: Final = {"name": "Berta Nogueira", "document": "123.456.789-09", "email": "berta@exemplo.com"}


async def sell(tour: Tour) -> None:
    """From the purchase in the storefront to the closed till."""
    await _mend_the_line(tour)
    number = await _bought_online(tour)
    await _take_in(tour, number)
    await _register(tour, number)
    await _given_up(tour)
    await _open_till(tour)
    await _sell_at_the_counter(tour)
    await _sell_without_sefaz(tour)
    await _close_till(tour)


def shelf(tour: Tour) -> dict[str, Any]:
    """The product of this half as the store holds it now."""
    return next(each for each in tour.store.products.values() if each["reference"] == ORDERED)


async def _mend_the_line(tour: Tour) -> None:
    """The same store answers again at the same address."""
    port = urlsplit(tour.server.url).port or 0
    tour.server = StoreServerThread(tour.store, port=port)
    await asyncio.to_thread(tour.server.__enter__)


async def _bought_online(tour: Tour) -> str:
    hand, before = tour.hand, shelf(tour)["stock"]
    number = await asyncio.to_thread(_buy, tour, 3)
    await asyncio.to_thread(_post, tour, f"/pedidos/{number}/pagar", {})
    await hand.until(lambda: "6 novos" in hand.text("orders_badge"), "for the badge", _WITHIN)
    await hand.until(lambda: "Em dia" in hand.text("sync_state"), "for all to be sent", _WITHIN)
    say(f"    Compra {number} na vitrine: a loja mostrava {before} e mostra {shelf(tour)['stock']}")
    tour.snap("main_window", "pedido-chegou", "Uma compra na vitrine: o emblema conta o pedido novo")
    await hand.click("orders_badge")
    await hand.choose_row("order_table", number)
    await hand.wait_for("order_page", QWidget)
    await tour.settled(0.5)
    tour.snap("main_window", "pedidos", "Pedidos da Tray: o escolhido, o que sobra e o que impede")
    return number


async def _take_in(tour: Tour, number: str) -> None:
    hand = tour.hand
    await hand.press(Qt.Key.Key_F10, "order_table")
    await hand.choose_tab("order_tabs", _IMPORTED)
    await hand.choose_row("order_table", number)
    await hand.wait_for("order_register", QPushButton)
    await tour.settled(0.5)
    tour.snap("main_window", "pedido-importado", "F10 importou o pedido; F11 o registra como venda")


async def _register(tour: Tour, number: str) -> None:
    hand, before = tour.hand, shelf(tour)["stock"]
    await hand.press(Qt.Key.Key_F11, "order_table")
    await hand.wait_for("register_order_dialog", QWidget)
    await tour.settled(0.5)
    tour.snap("register_order_dialog", "registrar", "Comprador, itens, pagamento e a nota que a lei pede")
    await hand.press(Qt.Key.Key_F10, "register_order_dialog")
    await hand.until(tour.sefaz.live_documents, "for the note to be authorised", _WITHIN)
    await tour.settled(0.8)
    tour.snap(
        "register_order_dialog", "nota-do-pedido", "A NF-e do pedido foi autorizada sem ninguém esperar"
    )
    await hand.click("register_order_back")
    await hand.until(lambda: not hand.sees("register_order_dialog"), "for the result to be closed", _WITHIN)
    await hand.until(
        lambda: tour.store.orders[number]["has_invoice"] == "1", "for the store to have the note", _WITHIN
    )
    say(f"    A nota {tour.sefaz.live_documents()[0].key} está no pedido {number} da Tray")
    await hand.choose_tab("order_tabs", _REGISTERED)
    await hand.choose_row("order_table", number)
    await tour.settled(0.8)
    say(f"    Registrado: a loja mostrava {before} e continua mostrando {shelf(tour)['stock']}")
    tour.snap("main_window", "pedido-registrado", "O pedido é uma venda, e o número da loja não mudou")


async def _given_up(tour: Tour) -> None:
    """Another buyer holds two back and gives them up again."""
    hand, before = tour.hand, int(shelf(tour)["stock"])
    number = await asyncio.to_thread(_buy, tour, 2)
    await hand.click("orders_look")
    await hand.choose_tab("order_tabs", _SEEN)
    await hand.choose_row("order_table", number)
    await _sent(tour, before - 2)
    await asyncio.to_thread(_post, tour, f"/pedidos/{number}/cancelar", {})
    await hand.click("orders_look")
    await _sent(tour, before)
    await tour.settled(0.8)
    tour.snap("main_window", "pedido-cancelado", f"Compra desistida: a loja volta a mostrar {before}")


async def _sent(tour: Tour, stock: int) -> None:
    """Until the store shows this number and was told so last."""
    path = f"/products/{shelf(tour)['id']}"

    def told() -> bool:
        bodies = [each.body for each in tour.store.requests if each.method == "PUT" and each.path == path]
        product = bodies[-1].get("Product") if bodies and isinstance(bodies[-1], dict) else None
        return isinstance(product, dict) and str(product.get("stock")) == str(stock) == shelf(tour)["stock"]

    await tour.hand.until(told, f"for the store to be told {stock}", _WITHIN)


async def _open_till(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_counter")
    await hand.wait_for("counter_closed", QWidget)
    await tour.settled(0.5)
    tour.snap("main_window", "caixa-fechado", "Sem caixa aberto não se vende: F9 leva ao caixa")
    await hand.press(Qt.Key.Key_F9, "counter_screen")
    await hand.type_into("till_opening_float", "100,00")
    await hand.click("till_open")
    await hand.wait_for("till_close", QPushButton)
    await tour.settled(0.5)
    tour.snap("main_window", "caixa-aberto", "O caixa aberto com R$ 100,00 de troco")


async def _sell_at_the_counter(tour: Tour) -> None:
    hand, before = tour.hand, int(shelf(tour)["stock"])
    await hand.click("nav_counter")
    await hand.wait_for("counter_scan", QWidget)
    for _ in range(2):
        await hand.scan("counter_scan", shelf(tour)["ean"])
    await hand.until(lambda: hand.text("counter_total") == "49,80", "for both to be on the sale")
    await tour.settled(0.4)
    tour.snap("main_window", "venda", "Duas leituras do código de barras: a venda de balcão")
    await _pay(tour, "50,00")
    tour.snap("main_window", "pagamento", "R$ 50,00 em dinheiro: o troco é dito na hora")
    await hand.click("payment_finish")
    await _note_says(tour, "autorizada")
    tour.snap("main_window", "venda-feita", "A venda está nos livros e a NFC-e foi autorizada")
    await _sent(tour, before - 2)
    say(f"    Venda de balcão: a loja mostrava {before} e agora mostra {shelf(tour)['stock']}")


async def _sell_without_sefaz(tour: Tour) -> None:
    """SEFAZ keeps silent: the buyer gets a slip in contingency, and SEFAZ gets it when it answers again."""
    hand = tour.hand
    tour.sefaz.online = False
    await hand.scan("counter_scan", shelf(tour)["ean"])
    await hand.until(lambda: hand.text("counter_total") == "24,90", "for it to be on the sale")
    await _pay(tour, "24,90")
    await hand.click("payment_finish")
    await _note_says(tour, "conting")
    tour.snap(
        "main_window", "contingencia", "A SEFAZ não responde: a NFC-e sai em contingência, ninguém espera"
    )
    tour.sefaz.online = True
    await hand.until(lambda: len(tour.sefaz.live_documents()) == 3, "for the slip to be transmitted", _WITHIN)
    say("    A SEFAZ voltou: a NFC-e em contingência foi transmitida e autorizada")


async def _pay(tour: Tour, amount: str) -> None:
    hand = tour.hand
    await hand.press(Qt.Key.Key_F10, "counter_scan")
    await hand.click("payment_cash")
    await hand.type_into("payment_amount", amount)
    await tour.settled(0.3)  # Enter at once would be a scanner's
    await hand.press(Qt.Key.Key_Return, "payment_amount")
    await hand.until(hand.find("payment_finish", QPushButton).isEnabled, "for it to be paid")
    await tour.settled(0.4)


async def _note_says(tour: Tour, word: str) -> None:
    """Until the card of the last sale tells this of its note."""
    hand = tour.hand
    await hand.wait_for("counter_last_sale", QWidget)

    def told() -> bool:
        return hand.sees("counter_last_note") and word in hand.text("counter_last_note").lower()

    await hand.until(told, f"for the note to be told as {word}", _WITHIN)
    await tour.settled(0.4)


async def _close_till(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_till")
    await hand.wait_for("till_close", QPushButton)
    await tour.settled(0.5)
    tour.snap("main_window", "caixa-do-dia", "O caixa antes de fechar")
    await hand.click("till_close")
    await hand.wait_for("till_closing_dialog", QWidget)
    await hand.type_into("count_cash", "174,70")
    await tour.settled(0.5)
    tour.snap("till_closing_dialog", "fechamento", "A contagem, o que se esperava e as pendências")
    await hand.click("till_closing_save")
    await hand.wait_for("slip_dialog", QWidget)
    await tour.settled(0.5)
    tour.snap("slip_dialog", "comprovante", "O comprovante do caixa fechado")
    await hand.click("slip_close")
    await hand.click("nav_sales")
    await tour.settled(0.8)
    tour.snap("main_window", "vendas", "As vendas do dia: a do pedido e a do balcão")


def _buy(tour: Tour, quantity: int) -> str:
    """What a buyer fills in on the product's page; gives the order's number."""
    form = {"product_id": shelf(tour)["id"], "quantity": str(quantity), "freight": "pac", **_BUYER}
    return parse_qs(urlsplit(_post(tour, "/comprar", form)).query)["novo"][0]


def _post(tour: Tour, path: str, form: dict[str, str]) -> str:
    """Press a button of the storefront; gives where it leads."""
    import httpx

    with httpx.Client() as browser:
        answer = browser.post(f"{tour.server.url}{path}", data=form)
        if answer.status_code != 303:
            answer.raise_for_status()
        return str(answer.headers["location"])
