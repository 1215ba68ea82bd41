"""Pictures of products: the store fetches them a little later, and says nothing about those it cannot use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from varejoforte_desktop.simulator.calls import Row, as_text
from varejoforte_desktop.simulator.shop import Shop

SLOTS = tuple(f"picture_source_{number}" for number in range(1, 7))
ENDINGS = (".jpg", ".jpeg", ".png")
FETCHED_AFTER = timedelta(seconds=60)


class Images:
    """The pictures of a shop's products, by slot."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def write(self, product_id: str, given: Mapping[str, object]) -> None:
        """Take `picture_source_1..6`: an address to fetch, or one space to delete and let the rest move up."""
        slots = {row["slot"]: row for row in self._shop.images.where("product_id", product_id)}
        touched = False
        for slot in SLOTS:
            if slot not in given:
                continue
            address = as_text(given[slot])
            if slot in slots:
                self._shop.images.remove(slots.pop(slot)["id"])
                touched = True
            if self._usable(address):
                ready = (self._shop.now() + FETCHED_AFTER).isoformat()
                self._shop.images.add(
                    {"product_id": product_id, "slot": slot, "url": address, "ready": ready}
                )
        if touched:
            self._move_up(product_id)

    def shown(self, product_id: str) -> list[dict[str, object]]:
        """The pictures already fetched, as the API shows them: without id and without position."""
        now = self._shop.now()
        rows = self._shop.images.where("product_id", product_id)
        ready = [row for row in rows if datetime.fromisoformat(row["ready"]) <= now]
        return [_shape(row) for row in sorted(ready, key=lambda row: row["slot"])]

    def _move_up(self, product_id: str) -> None:
        rows = sorted(self._shop.images.where("product_id", product_id), key=lambda row: row["slot"])
        for slot, row in zip(SLOTS, rows, strict=False):
            row["slot"] = slot

    @staticmethod
    def _usable(address: str) -> bool:
        return address.startswith(("http://", "https://")) and address.lower().endswith(ENDINGS)


def _shape(row: Row) -> dict[str, object]:
    both = {"http": row["url"], "https": row["url"]}
    return {**both, "thumbs": {"30": both, "90": both, "180": both}}
