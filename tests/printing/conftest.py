"""The books on both engines, for the tests of this folder that need them."""

from tests.books import (
    administrador,
    clock,
    database,
    founded_file,
    founded_postgres,
    gerente,
    operador,
    postgres_shop,
    shop_url,
    sqlite_shop,
    swept_postgres,
    told,
)

__all__ = [
    "administrador",
    "clock",
    "database",
    "founded_file",
    "founded_postgres",
    "gerente",
    "operador",
    "postgres_shop",
    "shop_url",
    "sqlite_shop",
    "swept_postgres",
    "told",
]
