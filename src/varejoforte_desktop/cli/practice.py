"""The practice store on this computer, and the guided tour that photographs the program."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from varejoforte_desktop.cli.answers import CommandRefused, Console, Report
from varejoforte_desktop.cli.stopping import stoppable
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import counted

if TYPE_CHECKING:
    from varejoforte_desktop.application.product_sheet import SheetRow
    from varejoforte_desktop.simulator.store import TrayStore


def serve_store(asked: argparse.Namespace, _settings: Settings, console: Console) -> Report:
    """Serve the practice store until somebody stops it."""
    from varejoforte_desktop.simulator.store import TrayStore

    store = TrayStore()
    stocked = stock_store(store, asked.products)

    async def serve() -> None:
        from varejoforte_desktop.simulator.server import StoreServer

        server = StoreServer(store)
        try:
            await server.start(asked.port)
        except OSError as error:
            raise CommandRefused(
                f"A porta {asked.port} não pode ser usada.", "Escolha outra com --port.", kind="port_taken"
            ) from error
        try:
            console.tell(_keys(store, server.url, stocked), _words(store, server.url, stocked))
            await asyncio.Event().wait()
        finally:
            await server.stop()

    with stoppable():
        asyncio.run(serve())
    raise AssertionError("unreachable")


def _keys(store: TrayStore, url: str, stocked: int) -> dict[str, object]:
    return {
        "storefront": url,
        "api_address": store.api_address,
        "consumer_key": store.consumer_key,
        "consumer_secret": store.consumer_secret,
        "code": store.code,
        "products": stocked,
    }


def _words(store: TrayStore, url: str, stocked: int) -> list[str]:
    return [
        f"Loja de treino com {counted(stocked, 'produto', 'produtos')}. Termine com Ctrl+C.",
        f"Vitrine:  {url}",
        f"Endereço: {store.api_address}",
        f"Chave:    {store.consumer_key}",
        f"Segredo:  {store.consumer_secret}",
        f"Código:   {store.code}",
        "As chaves são inventadas e só servem nesta loja de treino.",
    ]


def stock_store(store: TrayStore, most: int) -> int:
    """Put the example catalogue on the store's shelves; gives how many products there are."""
    from varejoforte_desktop.spreadsheets.reading import read_sheet
    from varejoforte_desktop.ui.resources import resource

    aisles: dict[str, str] = {}
    rows = [
        row for row in read_sheet(resource("demo/catalogue.csv")).rows if row.cells["vender_na_loja"] == "sim"
    ][:most]
    for row in rows:
        store.add_product(**_fields(row), category_id=_aisle(store, aisles, row.cells["categoria"]))
    return len(rows)


def _fields(row: SheetRow) -> dict[str, object]:
    cells = row.cells
    return {
        "reference": cells["referencia"],
        "name": cells["nome"],
        "brand": cells["marca"],
        "ean": cells["ean"],
        "ncm": cells["ncm"],
        "price": cells["preco"].replace(",", "."),
        "cost_price": cells["custo"].replace(",", "."),
        "stock": cells["estoque"].partition(",")[0],
        "weight": cells["peso_g"],
        "length": cells["comprimento_cm"],
        "width": cells["largura_cm"],
        "height": cells["altura_cm"],
        "description_small": cells["descricao_curta"],
        "description": cells["descricao"],
    }


def _aisle(store: TrayStore, aisles: dict[str, str], path: str) -> str:
    """The aisle's id; an aisle and those above it are opened when they are first needed."""
    if path not in aisles:
        above, _, name = path.rpartition(" > ")
        aisles[path] = store.add_category(name, _aisle(store, aisles, above) if above else "")
    return aisles[path]


def tour(asked: argparse.Namespace, _settings: Settings, _console: Console) -> Report:
    """Walk through the practice shop and keep a picture of each step."""
    from varejoforte_desktop.demo.tour import run_tour

    code = run_tour(asked.output)
    return Report(document={"output": asked.output, "code": code}, code=code)
