"""What screens ask about selling: products as the counter offers them, open sales, finished ones."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Row, select

from varejoforte_desktop.application.questions import ProductSearch
from varejoforte_desktop.application.sale_ports import CounterRules, KeptBasket
from varejoforte_desktop.application.sale_questions import SaleDetail, SaleRow, ShelfOffer
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.product import FRACTIONAL_UNITS, NONE, price_on
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.counter import (
    HELD,
    OPEN,
    kept_basket,
    read_counter_rules,
    read_scale_prefixes,
)
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.product_questions import product_by_code, product_ids
from varejoforte_desktop.persistence.promises import promised_units
from varejoforte_desktop.persistence.sales import read_sale
from varejoforte_desktop.persistence.sending import shop_day
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.people import operator
from varejoforte_desktop.persistence.tables.sales import basket, sale, sale_payment
from varejoforte_desktop.persistence.tables.stock import stock
from varejoforte_desktop.persistence.unit_of_work import Clock, database_now

_OFFERS: Final = select(
    product.c.id,
    product.c.reference,
    product.c.name,
    product.c.barcode,
    product.c.unit,
    product.c.price,
    product.c.promotional_price,
    product.c.promotion_start,
    product.c.promotion_end,
    product.c.cost,
    product.c.active,
    stock.c.on_hand,
).join(stock, stock.c.product_id == product.c.id)
_SELLER: Final = operator.alias("seller")
_CANCELLER: Final = operator.alias("canceller")
_SALES: Final = (
    select(
        sale,
        tray_order.c.remote_id.label("order_remote_id"),
        _SELLER.c.name.label("seller"),
        _CANCELLER.c.name.label("canceller"),
    )
    .join(_SELLER, _SELLER.c.id == sale.c.operator_id)
    .outerjoin(_CANCELLER, _CANCELLER.c.id == sale.c.cancelled_by)
    .outerjoin(tray_order, tray_order.c.id == sale.c.order_id)
)


class SqlSaleReader:
    """Questions about selling."""

    def __init__(self, connection: Connection, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock

    def offer(self, code: str) -> ShelfOffer | None:
        """The product with this barcode, or else this reference."""
        found = product_by_code(self._connection, code)
        return None if found is None else self.offer_of(found)

    def offer_of(self, product_id: int) -> ShelfOffer:
        """Raises NoSuchRecord."""
        found = self._offers([product_id])
        if not found:
            raise NoSuchRecord("product", str(product_id))
        return found[0]

    def offers(self, text: str, *, limit: int = 50) -> list[ShelfOffer]:
        """Products found by words, active ones only."""
        return self._offers(list(product_ids(self._connection, ProductSearch(text=text, limit=limit))))

    def _offers(self, ids: list[int]) -> list[ShelfOffer]:
        promised = promised_units(self._connection, ids)
        today = shop_day(database_now(self._connection, self._clock), read_shop(self._connection).timezone)
        rows = self._connection.execute(_OFFERS.where(product.c.id.in_(ids)))
        found = {
            row.id: ShelfOffer(
                product_id=row.id,
                reference=row.reference,
                name=row.name,
                barcode=row.barcode,
                unit=row.unit,
                fractional=row.unit in FRACTIONAL_UNITS,
                price=price_on(
                    today,
                    price=row.price,
                    promotional=row.promotional_price,
                    start=row.promotion_start,
                    end=row.promotion_end,
                ),
                cost=row.cost,
                on_hand=row.on_hand,
                promised=promised.get(row.id, NONE),
                active=row.active,
            )
            for row in rows
        }
        return [found[each] for each in ids if each in found]

    def basket(self, station: str) -> KeptBasket | None:
        """The sale that is open at a station."""
        row = self._connection.execute(
            select(basket).where(basket.c.station == station, basket.c.state == OPEN)
        ).one_or_none()
        return None if row is None else kept_basket(row)

    def held(self) -> list[KeptBasket]:
        """Sales on hold at all stations, oldest first."""
        rows = self._connection.execute(
            select(basket).where(basket.c.state == HELD).order_by(basket.c.since, basket.c.token)
        )
        return [kept_basket(row) for row in rows]

    def rows(self, *, before_id: int | None = None, limit: int = 100, text: str = "") -> list[SaleRow]:
        """Sales, newest first."""
        statement = _SALES.order_by(sale.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(sale.c.id < before_id)
        for word in keepable(text).split():
            statement = statement.where(_matches(word))
        rows = self._connection.execute(statement).all()
        methods = self._methods([row.id for row in rows])
        return [_sale_row(row, methods.get(row.id, [])) for row in rows]

    def _methods(self, ids: list[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        statement = (
            select(sale_payment.c.sale_id, sale_payment.c.method)
            .where(sale_payment.c.sale_id.in_(ids))
            .order_by(sale_payment.c.sale_id, sale_payment.c.place)
        )
        for row in self._connection.execute(statement):
            found.setdefault(row.sale_id, []).append(row.method)
        return found

    def detail(self, sale_id: int) -> SaleDetail:
        """One sale. Raises NoSuchRecord."""
        row = self._connection.execute(_SALES.where(sale.c.id == sale_id)).one_or_none()
        if row is None:
            raise NoSuchRecord("sale", str(sale_id))
        return SaleDetail(
            row=_sale_row(row, self._methods([sale_id]).get(sale_id, [])),
            sale=read_sale(self._connection, row),
            cancelled_at=row.cancelled_at,
            cancelled_by=row.canceller or "",
            cancel_reason=row.cancel_reason,
        )

    def rules(self) -> CounterRules:
        """How the shop sells."""
        return read_counter_rules(self._connection)

    def scale_prefixes(self) -> tuple[ScalePrefix, ...]:
        """The layouts of scale labels."""
        return read_scale_prefixes(self._connection)


def _matches(word: str) -> Any:
    """A sale's number ("871", "Balcão-871"), a word of the buyer's name, the buyer's document, or an order's number."""
    number = word.rpartition("-")[2].lstrip("#")
    like = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = (
        sale.c.buyer_name.ilike(f"%{like}%", escape="\\")
        | (sale.c.buyer_document == (bare_tax_id(word) or "-"))
        | (tray_order.c.remote_id == number)
    )
    if number.isascii() and number.isdigit() and len(number) < 16:
        found = found | (sale.c.number == int(number))
    return found


def _sale_row(row: Row[Any], methods: list[Any]) -> SaleRow:
    return SaleRow(
        id=row.id,
        number=f"{row.station}-{row.number}",
        at=row.at,
        source=row.source,
        state=row.state,
        buyer=row.buyer_name,
        total=row.total,
        methods=tuple(dict.fromkeys(methods)),
        operator=row.seller,
        order_remote_id=row.order_remote_id or "",
        fiscal_state=row.fiscal_state,
    )
