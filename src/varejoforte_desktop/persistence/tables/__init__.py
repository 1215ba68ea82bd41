"""The books, table by table; every area adds its own to the one catalogue of tables."""

from varejoforte_desktop.persistence.tables import catalogue, people, stock, sync
from varejoforte_desktop.persistence.tables.registry import metadata

__all__ = ["catalogue", "metadata", "people", "stock", "sync"]
