"""Sales with their lines and payments, the open baskets, and how the shop sells."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod, SaleSource, SaleState
from varejoforte_desktop.domain.scale_code import ScaleValue
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, Thousandths, UtcInstant, Word

_LIVE = text("state = 'completed' AND order_id IS NOT NULL")
_OPEN = text("state = 'open'")

sale = Table(
    "sale",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("token", String(36), nullable=False, unique=True),
    Column("station", String(80), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("source", Word(SaleSource), nullable=False),
    Column("state", Word(SaleState), nullable=False),
    Column("order_id", Key, ForeignKey("tray_order.id")),
    Column("customer_id", Key, ForeignKey("customer.id")),
    Column("buyer_document", String(14), nullable=False),
    Column("buyer_name", String(200), nullable=False),
    Column("goods", Cents, nullable=False),
    Column("discount", Cents, nullable=False),
    Column("shipping", Cents, nullable=False),
    Column("surcharge", Cents, nullable=False),
    Column("adjustment", Cents, nullable=False),
    Column("total", Cents, nullable=False),
    Column("fiscal", Word(FiscalModel), nullable=False),
    Column("fiscal_state", String(20), nullable=False),
    Column("till_id", Key, ForeignKey("till.id")),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("approved_by", Key, ForeignKey("operator.id")),
    Column("at", UtcInstant, nullable=False),
    Column("cancelled_at", UtcInstant),
    Column("cancelled_by", Key, ForeignKey("operator.id")),
    Column("cancelled_till_id", Key, ForeignKey("till.id")),
    Column("cancel_reason", String(200), nullable=False),
    UniqueConstraint("station", "number", name="uq_sale_number"),
    CheckConstraint("total = goods - discount + shipping + surcharge + adjustment", name="adds_up"),
    CheckConstraint("total >= 0 AND discount >= 0 AND number > 0", name="amounts"),
    CheckConstraint("state <> 'cancelled' OR cancelled_at IS NOT NULL", name="cancelled"),
    # An order is a live sale at most once.
    Index("uq_sale_order", "order_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("ix_sale_at", "at"),
    Index("ix_sale_fiscal_state", "fiscal_state"),
    Index("ix_sale_till_id", "till_id"),
    Index("ix_sale_cancelled_till_id", "cancelled_till_id"),
)

sale_line = Table(
    "sale_line",
    metadata,
    Column("sale_id", Key, ForeignKey("sale.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("product_id", Key, ForeignKey("product.id"), nullable=False),
    Column("reference", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("unit", String(6), nullable=False),
    Column("barcode", String(14), nullable=False),
    Column("quantity", Thousandths, nullable=False),
    Column("price", Cents, nullable=False),
    Column("cost", Cents, nullable=False),
    Column("discount", Cents, nullable=False),
    Column("share", Cents, nullable=False),  # its part of the sale's discount
    Column("total", Cents, nullable=False),
    CheckConstraint("quantity > 0 AND price >= 0 AND discount >= 0", name="amounts"),
    Index("ix_sale_line_product_id", "product_id"),
)

sale_payment = Table(
    "sale_payment",
    metadata,
    Column("sale_id", Key, ForeignKey("sale.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("method", Word(PaymentMethod), nullable=False),
    Column("amount", Cents, nullable=False),
    Column("tendered", Cents, nullable=False),
    Column("note", String(80), nullable=False),
    CheckConstraint("amount > 0 AND (tendered = 0 OR tendered >= amount)", name="amounts"),
)

sale_counter = Table(
    "sale_counter",
    metadata,
    Column("station", String(80), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

basket = Table(
    "basket",
    metadata,
    Column("token", String(36), primary_key=True),
    Column("station", String(80), nullable=False),
    Column("state", String(10), nullable=False),  # open, held
    Column("label", String(80), nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("total", Cents, nullable=False),
    Column("pieces", Thousandths, nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    Index("uq_basket_open", "station", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

counter_rules = Table(
    "counter_rules",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_shop"), primary_key=True, autoincrement=False),
    Column("discount_operador", Integer, nullable=False),
    Column("discount_gerente", Integer, nullable=False),
    Column("cancel_item_supervised", Boolean, nullable=False),
    Column("blind_closing", Boolean, nullable=False),
    Column("tolerance", Cents, nullable=False),
    CheckConstraint(
        "discount_operador BETWEEN 0 AND 10000 AND discount_gerente BETWEEN 0 AND 10000 AND tolerance >= 0",
        name="limits",
    ),
)

scale_prefix = Table(
    "scale_prefix",
    metadata,
    Column("prefix", String(3), primary_key=True),
    Column("value", Word(ScaleValue), nullable=False),
    Column("code_digits", Integer, nullable=False),
    Column("value_digits", Integer, nullable=False),
)
