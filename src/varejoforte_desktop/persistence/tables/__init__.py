"""The books, table by table; every area adds its own to the one catalogue of tables."""

from varejoforte_desktop.persistence.tables import (
    audit,
    backups,
    catalogue,
    counts,
    customers,
    fiscal,
    invoices,
    orders,
    people,
    printing,
    purchases,
    sales,
    stations,
    stock,
    sync,
    till,
)
from varejoforte_desktop.persistence.tables.registry import metadata

__all__ = [
    "audit",
    "backups",
    "catalogue",
    "counts",
    "customers",
    "fiscal",
    "invoices",
    "metadata",
    "orders",
    "people",
    "printing",
    "purchases",
    "sales",
    "stations",
    "stock",
    "sync",
    "till",
]
