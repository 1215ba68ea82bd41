"""The books, table by table; every area adds its own to the one catalogue of tables."""

from varejoforte_desktop.persistence.tables import (
    catalogue,
    counts,
    customers,
    orders,
    people,
    sales,
    stock,
    sync,
    till,
)
from varejoforte_desktop.persistence.tables.registry import metadata

__all__ = [
    "catalogue",
    "counts",
    "customers",
    "metadata",
    "orders",
    "people",
    "sales",
    "stock",
    "sync",
    "till",
]
