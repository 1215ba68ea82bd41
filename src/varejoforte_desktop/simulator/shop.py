"""The shop itself: its shelves, its clock and its name on the street, shared by every desk of the store."""

from __future__ import annotations

import random

from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.clock import Clock, day, stamp
from varejoforte_desktop.simulator.notices import Notices
from varejoforte_desktop.simulator.shelf import Shelf
from varejoforte_desktop.simulator.switches import Switches

#: name, type; the ids differ from store to store.
STATUSES = (
    ("AGUARDANDO PAGAMENTO", "open"),
    ("AGUARDANDO VINDI", "open"),
    ("EM MONITORAMENTO", "open"),
    ("A ENVIAR", "open"),
    ("A ENVIAR VINDI", "open"),
    ("ENVIADO", "open"),
    ("ENTREGUE", "closed"),
    ("FINALIZADO", "closed"),
    ("CANCELADO", "canceled"),
    ("CANCELADO AUT", "canceled"),
)
COLOURS = {"open": "#CAFAD1", "closed": "#D4E2F7", "canceled": "#F7D4D4"}


class Shop:
    """Everything the store knows, in memory."""

    def __init__(
        self, *, store_id: str, host: str, now: Clock, switches: Switches, rng: random.Random
    ) -> None:
        self.store_id = store_id
        self.app_id = "1820"
        self.name = "Loja de Treino"
        self.cnpj = "11.222.333/0001-81"
        self.public_url = f"https://{host}"
        self.switches = switches
        self.rng = rng
        self.now = now
        self.notices = Notices(store_id, self.app_id)
        self.products = Shelf(indexed=("reference", "ean", "category_id", "brand"))
        self.variants = Shelf(indexed=("product_id", "reference", "ean"))
        self.images = Shelf(indexed=("product_id",))
        self.brands = Shelf(indexed=("brand",))
        self.categories = Shelf(indexed=("parent_id", "name"))
        self.customers = Shelf(first_id=2001, indexed=("cpf", "cnpj", "email"))
        self.addresses = Shelf(first_id=3001, indexed=("customer_id",))
        self.statuses = Shelf(first_id=rng.randrange(1, 60), indexed=("status",))
        self.orders = Shelf(first_id=7001, indexed=("session_id", "customer_id", "status_id", "access_code"))
        self.lines = Shelf(first_id=9001, indexed=("order_id",))
        self.payments = Shelf(first_id=5001, indexed=("order_id",))
        self.invoices = Shelf(first_id=601, indexed=("order_id", "key", "number"))
        self.marketplace = Shelf(indexed=("order_id", "marketplace_order_id"))
        self._open_statuses()

    @property
    def api_address(self) -> str:
        """Where the API of this store answers."""
        return f"{self.public_url}/web_api"

    def stamp(self) -> str:
        """Now, as the store writes it."""
        return stamp(self.now())

    def today(self) -> str:
        """Today in São Paulo."""
        return day(self.now())

    def links(self, path: str) -> dict[str, str]:
        """A page of the store in both spellings."""
        bare = self.public_url.partition("://")[2]
        return {"http": f"http://{bare}{path}", "https": f"https://{bare}{path}"}

    def status_named(self, name: str) -> Row:
        """The order status of that name, whatever its capitals. Raises KeyError."""
        for row in self.statuses:
            if row["status"].casefold() == name.casefold():
                return row
        raise KeyError(name)

    def _open_statuses(self) -> None:
        for name, kind in STATUSES:
            self.statuses.add(
                {
                    "status": name,
                    "type": kind,
                    "default": "1",
                    "show_backoffice": "1",
                    "allow_edit_order": "0",
                    "description": "",
                    "display_name": name.capitalize(),
                    "show_status_central": "",
                    "background": COLOURS[kind],
                    "font_color": "#000000",
                }
            )


def kept(shelf: Shelf, row_id: str) -> Row:
    """The record of that id. Raises Refused(404)."""
    row = shelf.get(row_id)
    if row is None:
        raise Refused(404)
    return row
