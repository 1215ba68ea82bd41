"""The guided tour: a day at the practice shop done with the real windows, a picture of each step."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.demo.guide import REFERENCE, Tour
from varejoforte_desktop.demo.hand import Hand
from varejoforte_desktop.demo.minding import mind_the_shop
from varejoforte_desktop.demo.papers import show_papers
from varejoforte_desktop.demo.program import practice, say
from varejoforte_desktop.demo.selling import sell
from varejoforte_desktop.demo.shop import LOGIN, PASSWORD
from varejoforte_desktop.settings import Settings

_NEW_PRICE: Final = "139,90"
_WITHIN: Final = 60.0


def run_tour(output: Path) -> int:
    """Walk through the story and leave a PNG a step in `output`; gives the exit code.

    Without a display it draws off the screen. Raises NotFound when a step does not come to pass.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    output.mkdir(parents=True, exist_ok=True)
    for old in output.glob("*.png"):
        old.unlink()
    with practice() as shop:
        settings, store, server = shop.settings, shop.store, shop.server
        say(
            f"Loja de treino pronta: {len(store.products)} produtos e {len(store.orders)} pedidos na Tray de treino."
        )
        store.requests.clear()
        tour = Tour(Hand(), store, server, shop.sefaz, output)
        try:
            _walk(settings, lambda _front: _day(tour))
        finally:
            tour.server.__exit__(None, None, None)
    say(f"As {tour.step} imagens estão em {output.resolve()}")
    return 0


def _walk(settings: Settings, companion: Callable[[Any], Any]) -> None:
    from varejoforte_desktop.app.program import run

    run(settings, companion=companion)


async def _day(tour: Tour) -> None:
    await _come_in(tour)
    await _change_price(tour)
    await _receive_goods(tour)
    await _see_the_queue(tour)
    await _switch_on(tour)
    await _lose_the_line(tour)
    await _look_around(tour)
    await sell(tour)
    await show_papers(tour)
    await mind_the_shop(tour)


async def _come_in(tour: Tour) -> None:
    hand = tour.hand
    await hand.wait_for("login_window", _widget())
    await hand.type_into("login_user", LOGIN)
    await hand.type_into("login_password", "senha errada")
    await hand.click("login_button")
    await hand.until(lambda: "incorretos" in hand.text("login_password_message"), "for the refusal")
    tour.snap("login_window", "senha-errada", "Senha errada: não diz qual das duas está errada")
    await hand.type_into("login_password", PASSWORD)
    await hand.click("login_button")
    await hand.wait_for("main_window", _widget())
    await hand.wait_for("product_table", _widget())
    await tour.settled(0.6)
    tour.snap("main_window", "produtos", "Produtos: a lista, a flag desligada e a fila vazia")


async def _change_price(tour: Tour) -> None:
    hand = tour.hand
    before = tour.shelf["price"]
    await hand.type_into("product_search", REFERENCE)
    await hand.until(lambda: REFERENCE in hand.text("product_panel_reference"), "for the product to be found")
    await hand.click("product_edit")
    await hand.wait_for("product_price", _widget())
    await hand.type_into("product_price", "12,5,0")
    await hand.click("product_save")
    await tour.settled(0.3)
    tour.snap("product_editor", "preco-malformado", "“12,5,0” não é um preço: a frase fica ao lado do campo")
    await hand.type_into("product_price", _NEW_PRICE)
    await tour.settled(0.3)
    tour.snap("product_editor", "editor", f"O preço passa de {before} para {_NEW_PRICE}")
    await hand.click("product_save")
    await hand.until(lambda: not hand.sees("product_editor"), "for the editor to close")


async def _receive_goods(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_stock")
    await hand.wait_for("movement_product", _widget())
    await hand.type_into("movement_product", REFERENCE)
    await hand.press(_key("Key_Return"), "movement_product")
    await hand.click("movement_kind_entry")
    await hand.type_into("movement_quantity", "5")
    await hand.type_into("movement_reason", "Compra do fornecedor")
    await tour.settled(0.4)
    tour.snap("main_window", "entrada", "Entrada de 5 unidades, com o resultado antes de registrar")
    await hand.click("movement_save")
    await tour.settled(0.6)


async def _see_the_queue(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("queue_button")
    await hand.wait_for("queue_table", _widget())
    await tour.settled(0.6)
    tour.snap(
        "queue_window", "fila-com-a-flag-desligada", "Fila: preço e estoque aguardam, a flag está desligada"
    )


async def _switch_on(tour: Tour) -> None:
    hand = tour.hand
    stock = int(tour.shelf["stock"])
    await hand.click("sync_flag")
    await hand.until(
        lambda: tour.shelf["price"] == _NEW_PRICE.replace(",", ".") and int(tour.shelf["stock"]) == stock + 5,
        "for the store to show the change",
        _WITHIN,
    )
    puts = [each for each in tour.store.requests if each.method == "PUT"]
    say(f"    A Tray recebeu tudo em {len(puts)} pedido: {puts[-1].body}")
    await hand.until(lambda: "Em dia" in hand.text("sync_state"), "for the bar to say so", _WITHIN)
    await tour.settled(0.8)
    tour.snap("queue_window", "fila-em-dia", "Fila: tudo em dia")
    tour.snap("main_window", "em-dia", "A barra diz “Em dia” e conta até o próximo ciclo")
    if hand.sees("sync_gap_banner_close_button"):  # the practice shop was stocked two hours ago
        await hand.click("sync_gap_banner_close_button")
    (tour.output / "vitrine.html").write_bytes(await asyncio.to_thread(_fetch, tour.server.url))


async def _lose_the_line(tour: Tour) -> None:
    hand = tour.hand
    await asyncio.to_thread(tour.server.__exit__, None, None, None)
    await hand.type_into("movement_product", REFERENCE)
    await hand.press(_key("Key_Return"), "movement_product")
    await hand.type_into("movement_quantity", "2")
    await hand.type_into("movement_reason", "Compra do fornecedor")
    await tour.settled(0.3)
    await hand.click("movement_save")
    await hand.until(lambda: "Sem internet" in hand.text("sync_state"), "for the bar to notice", _WITHIN)
    await tour.settled(0.8)
    tour.snap("main_window", "sem-internet", "Sem internet: o item espera e a barra diz por quê")
    tour.snap("queue_window", "fila-sem-internet", "A fila mostra o motivo e quando tenta de novo")


async def _look_around(tour: Tour) -> None:
    from PySide6.QtWidgets import QApplication

    from varejoforte_desktop.ui.theme import Theme

    hand = tour.hand
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    await hand.click("nav_products")
    Theme.apply(application, "dark")
    await tour.settled(0.6)
    tour.snap("main_window", "escuro", "O mesmo no tema escuro")
    Theme.apply(application, "light", 1.5)
    await tour.settled(0.6)
    tour.snap("main_window", "letra-150", "O mesmo com a letra a 150 %")
    Theme.apply(application, "light", 1.0)
    await hand.click("nav_settings")
    await tour.settled(0.6)
    tour.snap("main_window", "configuracoes", "Configurações")


def _fetch(url: str) -> bytes:
    import httpx

    with httpx.Client() as http:
        return http.get(url, params={"q": REFERENCE}).content


def _widget() -> Any:
    from PySide6.QtWidgets import QWidget

    return QWidget


def _key(name: str) -> Any:
    from PySide6.QtCore import Qt

    return getattr(Qt.Key, name)
