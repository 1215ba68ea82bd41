"""Products, brands and categories."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, Thousandths, UtcInstant

brand = Table(
    "brand",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", String(120), nullable=False),
    Column("name_key", String(120), nullable=False, unique=True),
)

category = Table(
    "category",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", String(255), nullable=False),
    Column("parent_id", Key, ForeignKey("category.id")),
    Column("path", String(1024), nullable=False),
    Column("path_key", String(1024), nullable=False, unique=True),
)

product = Table(
    "product",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("reference", String(60), nullable=False),
    Column("reference_key", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False),
    Column("barcode", String(14), nullable=False, server_default=""),
    Column("ncm", String(8), nullable=False, server_default=""),
    Column("unit", String(6), nullable=False),
    Column("brand_id", Key, ForeignKey("brand.id")),
    Column("category_id", Key, ForeignKey("category.id")),
    Column("price", Cents, nullable=False),
    Column("cost", Cents, nullable=False),
    Column("promotional_price", Cents, nullable=False),
    Column("promotion_start", Date),
    Column("promotion_end", Date),
    Column("minimum_stock", Thousandths, nullable=False),
    Column("safety_stock", Thousandths, nullable=False),
    Column("counter_reserve", Thousandths, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("model", String(150), nullable=False, server_default=""),
    Column("warranty", String(200), nullable=False, server_default=""),
    Column("short_description", String(500), nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("sell_online", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("modified_at", UtcInstant, nullable=False),
    UniqueConstraint("reference_key"),
    CheckConstraint("price >= 0 AND cost >= 0 AND promotional_price >= 0", name="prices"),
    CheckConstraint("reference <> '' AND name <> ''", name="named"),
    # With `active` in it the list of all ids by name never leaves the index.
    Index("ix_product_name_key", "name_key", "id", "active"),
    Index("ix_product_barcode", "barcode"),
    Index("ix_product_brand_id", "brand_id"),
    Index("ix_product_category_id", "category_id"),
)
