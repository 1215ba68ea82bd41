"""How many of each thing are left: sales take from the shelf, cancellations put back."""

from __future__ import annotations

from collections.abc import Iterable

from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.shop import Shop


class Stock:
    """The stock of a shop's products and variants."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def of_product(self, product: Row) -> int:
        """What the store shows for a product: its own stock, or the sum over its variants."""
        if self._shop.switches.product_stock_with_variants == "sum":
            variants = self._shop.variants.where("product_id", product["id"])
            if variants:
                return sum(int(variant["stock"]) for variant in variants)
        return int(product["stock"])

    def short_of(self, lines: Iterable[Row]) -> list[str]:
        """The product ids (of the lines together) that cannot be delivered; empty when all can."""
        if self._shop.switches.allow_negative_stock:
            return []
        wanted: dict[tuple[str, str], int] = {}
        for line in lines:
            key = (line["product_id"], line["variant_id"])
            wanted[key] = wanted.get(key, 0) + int(line["quantity"])
        return [product for (product, variant), n in wanted.items() if self._left(product, variant) < n]

    def take(self, lines: Iterable[Row]) -> None:
        """Take the sold quantities from the shelf."""
        for line in lines:
            self._move(line, -int(line["quantity"]))

    def give_back(self, lines: Iterable[Row]) -> None:
        """Put the quantities of a cancelled order back."""
        for line in lines:
            self._move(line, int(line["quantity"]))

    def _left(self, product_id: str, variant_id: str) -> int:
        row = self._holder(product_id, variant_id)
        return 0 if row is None else int(row["stock"])

    def _holder(self, product_id: str, variant_id: str) -> Row | None:
        if variant_id not in ("", "0"):
            return self._shop.variants.get(variant_id)
        return self._shop.products.get(product_id)

    def _move(self, line: Row, by: int) -> None:
        shop, now = self._shop, self._shop.stamp()
        row = self._holder(line["product_id"], line["variant_id"])
        if row is None:
            return  # deleted since it was sold
        row["stock"] = str(int(row["stock"]) + by)
        row["modified"] = now
        shop.notices.tell("product_stock", line["product_id"])
        if line["variant_id"] not in ("", "0"):
            shop.notices.tell("variant_stock", line["variant_id"])
            product = shop.products.get(line["product_id"])
            if product is not None:
                product["modified"] = now
