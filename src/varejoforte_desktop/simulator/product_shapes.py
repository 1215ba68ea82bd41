"""How a product looks from outside: what it costs today, what is left of it, where it stands."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.clock import EMPTY_DAY
from varejoforte_desktop.simulator.fields import two_places
from varejoforte_desktop.simulator.images import Images
from varejoforte_desktop.simulator.shop import Shop
from varejoforte_desktop.simulator.stock import Stock

#: Shown as they are kept, in the list and in the single product.
PLAIN = (
    "id", "ean", "ncm", "is_kit", "name", "price", "cost_price", "dollar_cost_price", "promotional_price",
    "start_promotion", "end_promotion", "brand", "brand_id", "model", "weight", "length", "width", "height",
    "minimum_stock", "minimum_stock_alert", "category_id", "available", "availability", "reference", "hot",
    "release", "release_date", "activation_date", "deactivation_date", "virtual_product", "free_shipping",
    "created", "modified",
)  # fmt: skip
#: Only in the single product.
ONLY_ALONE = (
    "title", "description", "description_small", "availability_days", "warranty", "warranty_days",
    "included_items", "additional_message", "quantity_sold", "video",
)  # fmt: skip
#: What a visitor without a token is not told.
PRIVATE = ("cost_price", "dollar_cost_price", "minimum_stock", "minimum_stock_alert")

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """A name as it stands in an address: `Café torrado` → `cafe-torrado`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")


def cubic_weight(row: Row) -> str:
    """Grams that the parcel counts for by its size."""
    volume = Decimal(row["length"]) * Decimal(row["width"]) * Decimal(row["height"])
    return str(math.ceil(volume / Decimal("4.8")))


class ProductShapes:
    """Products as the API and the storefront show them."""

    def __init__(self, shop: Shop, stock: Stock, images: Images) -> None:
        self._shop = shop
        self._stock = stock
        self._images = images

    def current_price(self, row: Row) -> str:
        """What a buyer pays today: the promotional price inside its days, otherwise the price."""
        promotional, today = row["promotional_price"], self._shop.today()
        if Decimal(promotional) == 0:
            return row["price"]
        start, end = row["start_promotion"], row["end_promotion"]
        began = start == EMPTY_DAY or start <= today
        over = end != EMPTY_DAY and end < today
        return promotional if began and not over else row["price"]

    def value(self, row: Row, name: str) -> str | None:
        """What a filter or a sort compares; None when the store knows no such value."""
        if name in row:
            return str(self._stock.of_product(row)) if name == "stock" else row[name]
        if name == "current_price":
            return self.current_price(row)
        found: dict[str, Callable[[], object]] = {
            "promotion": lambda: self.current_price(row) != row["price"],
            "has_variations": lambda: self._shop.variants.where("product_id", row["id"]),
            "image": lambda: self._images.shown(row["id"]),
        }
        if name in found:
            return _flag(bool(found[name]()))
        if name.startswith("has_") and (about := row.get(name[4:])) is not None:
            return _flag(about not in ("", "0"))
        return None

    def listed(self, row: Row) -> dict[str, object]:
        """A product in the list."""
        shape: dict[str, object] = {name: row[name] for name in PLAIN}
        left = self._stock.of_product(row)
        variants = self._shop.variants.where("product_id", row["id"])
        path = f"/produto/{row['id']}"
        shape.update(
            stock=str(left),
            slug=slug(row["name"]),
            related_categories=_numbers(row["related_categories"]),
            all_categories="0",
            available_for_purchase="1" if row["available"] == "1" and left > 0 else "0",
            upon_request="1" if Decimal(row["price"]) == 0 else "0",
            has_variation="1" if variants else "0",
            Variant=[{"id": variant["id"]} for variant in variants],
            ProductImage=self._images.shown(row["id"]),
            Properties=[],
            metatag=json.loads(row["metatag"]),
            url=self._shop.links(path),
            payment_option="",
            payment_option_details=[],
            related_products=[],
        )
        return shape

    def alone(self, row: Row) -> dict[str, object]:
        """A product by itself, with everything there is about it."""
        shape = self.listed(row)
        shape.update({name: row[name] for name in ONLY_ALONE})
        category = self._shop.categories.get(row["category_id"])
        related = _numbers(row["related_categories"])
        current = self.current_price(row)
        price = Decimal(row["price"])
        discount = (Decimal(current) / price - 1) * 100 if price else Decimal(0)
        shape.update(
            category_name=category["name"] if category else "",
            all_categories=[*related, row["category_id"]] if row["category_id"] != "0" else related,
            current_price=current,
            percentage_discount=f"{discount:.6f}",
            ipi=f"{Decimal(row['ipi_value']) / 100:.6f}",
            cubic_weight=cubic_weight(row),
            image="1" if shape["ProductImage"] else "0",
            AdditionalInfos=[],
            has_buy_together="0",
            has_acceptance_terms="0",
            acceptance_term="",
            rating="0",
            count_rating="0",
            additional_button="0",
            promotion_id="0",
        )
        return shape

    def for_visitors(self, shape: dict[str, object]) -> dict[str, object]:
        """The same without what only the shop may know."""
        return {name: value for name, value in shape.items() if name not in PRIVATE}


def _flag(yes: bool) -> str:
    return "1" if yes else "0"


def price_text(current: str) -> str:
    """Money for people: `1234.56` → `R$ 1.234,56`."""
    text = f"{Decimal(two_places(Decimal(current))):,.2f}"
    return "R$ " + text.replace(",", " ").replace(".", ",").replace(" ", ".")


def _numbers(text: str) -> list[str]:
    return [part for part in text.split(",") if part]
