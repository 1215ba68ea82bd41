"""The store as its buyers see it: shelves, a product's page, a purchase, and the orders to pay or give up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlencode

from varejoforte_desktop.simulator.answers import Answer, Refused, field_refused, in_html
from varejoforte_desktop.simulator.buyers import BUYER, FREIGHTS
from varejoforte_desktop.simulator.calls import Row, take_apart
from varejoforte_desktop.simulator.customers import bare
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.pages import plain_text, render
from varejoforte_desktop.simulator.product_shapes import price_text
from varejoforte_desktop.simulator.shop import Shop
from varejoforte_desktop.simulator.store import TrayStore

PAGE = 24
NEWEST_ORDERS = 50
SORRY = {
    400: "Não deu: o estoque não é suficiente ou o pedido já mudou de situação.",
    404: "Esta página não existe.",
    405: "Esta página não existe.",
}
#: What the form asks of a buyer, and how it is called there.
ASKED = {"name": "Nome", "document": "CPF ou CNPJ", "cpf": "CPF", "cnpj": "CNPJ", "email": "E-mail"}


class Storefront:
    """The public pages of a store. `refresh` is after how many seconds a page asks for itself again (0: never)."""

    def __init__(self, store: TrayStore, *, refresh: int = 4) -> None:
        self._store = store
        self._refresh = refresh

    def respond(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        """One page, or the redirect after a purchase. `path` is anything outside the API."""
        place, ids = take_apart(path)
        with self._store.lock:
            try:
                return self._page(method, place, ids, query, body)
            except Refused as refused:
                text = _about_the_buyer(refused) or SORRY.get(refused.status, SORRY[404])
                return in_html(self._render("sorry.html", text=text), refused.status)

    def _page(
        self,
        method: str,
        place: Sequence[str],
        ids: tuple[str, ...],
        query: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        if method == "POST":
            return self._act(place, ids, _form(body))
        if place == ():
            return self._home(query)
        if place == ("produto", "#"):
            return self._product(ids[0])
        if place == ("comprar",):
            return self._checkout(query)
        if place == ("pedidos",):
            return self._orders(query.get("novo", ""))
        raise Refused(404)

    def _act(self, place: Sequence[str], ids: tuple[str, ...], form: Mapping[str, str]) -> Answer:
        if place == ("comprar",):
            return self._purchase(form)
        if place == ("pedidos", "#", "pagar"):
            self._store.pay_order(ids[0])
        elif place == ("pedidos", "#", "cancelar"):
            self._store.cancel_order(ids[0])
        else:
            raise Refused(404)
        return _go("/pedidos")

    def _purchase(self, form: Mapping[str, str]) -> Answer:
        try:
            return _go(f"/pedidos?novo={self._buy(form)}")
        except Refused as refused:
            trouble = _about_the_buyer(refused)
            if not trouble:
                raise
            return self._checkout(form, trouble)

    def _buy(self, form: Mapping[str, str]) -> str:
        item = _item(form)
        freight = FREIGHTS.get(form.get("freight", next(iter(FREIGHTS))))
        if freight is None:
            raise Refused(400)
        return self._store.place_order(
            [item],
            buyer=_buyer(form),
            shipment=freight.shipment,
            shipment_value=freight.value,
            pickup=freight.pickup,
        )

    def _checkout(self, form: Mapping[str, str], trouble: str = "") -> Answer:
        """Who buys and how it travels; the usual buyer stands there already, to be written over."""
        item = _item(form)
        product = self._store.products.get(item.product_id)
        variant = self._store.shop.variants.get(item.variant_id)
        if product is None or product["available"] != "1":
            raise Refused(404)
        usual = {"name": BUYER["name"], "document": "111.222.333-96", "email": BUYER["email"]}
        freights = [
            {"key": key, "name": each.shipment, "value": price_text(each.value)}
            for key, each in FREIGHTS.items()
        ]
        page = self._render(
            "checkout.html",
            product=product["name"],
            variant=_variant_name(variant) if variant else "",
            price=price_text(self._store.shapes.current_price(variant or product)),
            item=item,
            buyer={name: form.get(name, usual[name]) for name in usual},
            freights=freights,
            chosen=form.get("freight", freights[0]["key"]),
            trouble=trouble,
        )
        return in_html(page, 400 if trouble else 200)

    def _home(self, query: Mapping[str, str]) -> Answer:
        shop, wanted = self._store.shop, query.get("q", "").strip().casefold()
        aisle = query.get("categoria", "")
        rows = shop.products.where("category_id", aisle) if aisle else shop.products
        found = [row for row in rows if row["available"] == "1" and _mentions(row, wanted)]
        pages = max(1, -(-len(found) // PAGE))
        asked = query.get("pagina", "1")
        page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 8 else 1
        shown = found[(page - 1) * PAGE : page * PAGE]

        def link(number: int) -> str:
            return "/?" + urlencode({"q": query.get("q", ""), "categoria": aisle, "pagina": number})

        return in_html(
            self._render(
                "home.html",
                refresh=self._refresh,
                products=[self._card(row) for row in shown],
                total=len(found),
                page=page,
                pages=pages,
                before=link(page - 1) if page > 1 else "",
                after=link(page + 1) if page < pages else "",
                query=query.get("q", ""),
                aisle=aisle,
            )
        )

    def _product(self, product_id: str) -> Answer:
        row = self._store.products.get(product_id)
        if row is None or row["available"] != "1":
            raise Refused(404)
        card = self._card(row)
        variants = [
            {
                "id": variant["id"],
                "name": _variant_name(variant),
                "stock": _stock_text(int(variant["stock"])),
                "sold_out": int(variant["stock"]) < 1,
                "price": price_text(self._store.shapes.current_price(variant)),
            }
            for variant in self._store.shop.variants.where("product_id", product_id)
        ]
        return in_html(
            self._render(
                "product.html",
                refresh=self._refresh,
                product=card,
                reference=row["reference"],
                ean=row["ean"],
                model=row["model"],
                description=plain_text(row["description"] or row["description_small"]).splitlines(),
                variants=variants,
                aisle=row["category_id"],
            )
        )

    def _orders(self, new: str) -> Answer:
        newest = list(self._store.shop.orders)[: -NEWEST_ORDERS - 1 : -1]
        orders = [self._order(row) for row in newest]
        return in_html(
            self._render(
                "orders.html",
                refresh=self._refresh,
                orders=orders,
                new=new if new in self._store.orders else "",
            )
        )

    def _order(self, row: Row) -> dict[str, object]:
        shop = self._store.shop
        status = shop.statuses.get(row["status_id"])
        kind = status["type"] if status else "open"
        lines = shop.lines.where("order_id", row["id"])
        return {
            "id": row["id"],
            "when": _when(row["date"], row["hour"], shop),
            "changed": _when(row["modified"][:10], row["modified"][11:], shop),
            "status": status["display_name"] if status else "",
            "kind": kind,
            "paid": row["has_payment"] == "1",
            "notes": [_note(note) for note in shop.invoices.where("order_id", row["id"])],
            "invoiced": row["has_invoice"] == "1",
            "tracking": row["sending_code"],
            "tracking_url": _page(row["tracking_url"]),
            "buyer": self._buyer_of(row),
            "shipment": row["shipment"],
            "total": _total_text(row["total"]),
            "lines": [f"{line['quantity']} × {line['name']}" for line in lines],
        }

    def _buyer_of(self, order: Row) -> str:
        customer = self._store.shop.customers.get(order["customer_id"])
        return customer["name"] if customer else ""

    def _card(self, row: Row) -> dict[str, object]:
        current = self._store.shapes.current_price(row)
        left = int(str(self._store.shapes.value(row, "stock")))
        ordered = Decimal(row["price"]) == 0
        return {
            "id": row["id"],
            "name": row["name"],
            "brand": row["brand"],
            "price": "Sob consulta" if ordered else price_text(current),
            "before": "" if ordered or current == row["price"] else price_text(row["price"]),
            "stock": _stock_text(left),
            "sold_out": left < 1,
            "initials": _initials(row["name"]),
            "hue": sum(row["name"].encode()) * 37 % 360,
            "changed": _when(row["modified"][:10], row["modified"][11:], self._store.shop),
        }

    def _render(self, template: str, **values: object) -> str:
        shop = self._store.shop
        aisles = [
            {
                "id": row["id"],
                "name": row["name"],
                "children": [
                    {"id": child["id"], "name": child["name"]}
                    for child in shop.categories.where("parent_id", row["id"])
                ],
            }
            for row in shop.categories.where("parent_id", "")
        ]
        base: dict[str, object] = {"refresh": 0, "query": "", "aisle": ""}
        return render(template, **{**base, "shop": shop.name, "aisles": aisles, **values})


def _item(form: Mapping[str, str]) -> OrderItem:
    quantity = form.get("quantity", "1")
    if not quantity.isdecimal() or not 0 < int(quantity) < 1000:
        raise Refused(400)
    return OrderItem(
        product_id=form.get("product_id", ""),
        quantity=int(quantity),
        variant_id=form.get("variant_id", "0"),
    )


def _variant_name(variant: Row) -> str:
    return " · ".join(v for v in (variant["value_1"], variant["value_2"]) if v) or "Única"


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _buyer(form: Mapping[str, str]) -> dict[str, object] | None:
    """Who the form says is buying; None when it does not ask. Raises Refused(400) for half a document."""
    if not form.keys() & {"name", "document", "email"}:
        return None
    document = bare(form.get("document", ""))
    kind = {0: "", 11: "cpf", 14: "cnpj"}.get(len(document))
    if kind is None:
        raise field_refused("Customer", "document", "Documento inválido.")
    buyer: dict[str, object] = {"type": "1" if kind == "cnpj" else "0"}
    buyer |= {name: form.get(name, "").strip() for name in ("name", "email")}
    if kind == "cnpj":
        buyer["company_name"] = buyer["name"]
    return {**buyer, kind: document} if kind else buyer


def _about_the_buyer(refused: Refused) -> str:
    """What is wrong with what the buyer wrote; "" when that is not the trouble."""
    causes = refused.causes.get("Customer", {}) if isinstance(refused.causes, dict) else {}
    found = [f"{ASKED.get(name, name)}: {' '.join(messages)}" for name, messages in causes.items()]
    return f"Confira seus dados. {'; '.join(found)}" if found else ""


def _note(row: Row) -> dict[str, str]:
    return {"name": f"NF-e {row['serie']}/{row['number']}", "link": _page(row["link"])}


def _page(address: str) -> str:
    """An address that a page may point at; "" for anything else."""
    return address if address.startswith(("https://", "http://")) else ""


def _total_text(total: str) -> str:
    """Money for people; what somebody made unreadable on purpose is shown as it is."""
    try:
        return price_text(total)
    except InvalidOperation:
        return total


def _mentions(row: Row, wanted: str) -> bool:
    return not wanted or any(wanted in row[name].casefold() for name in ("name", "brand", "reference", "ean"))


def _stock_text(left: int) -> str:
    return f"{left} em estoque" if left > 0 else "Esgotado"


def _when(day: str, hour: str, shop: Shop) -> str:
    """`às 14:32:07` for today, `em 20/11 às 14:32:07` for another day."""
    return f"às {hour}" if day == shop.today() else f"em {day[8:10]}/{day[5:7]} às {hour}"


def _initials(name: str) -> str:
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def _go(address: str) -> Answer:
    return Answer(303, {"location": address, "content-type": "text/html; charset=utf-8"}, b"")
