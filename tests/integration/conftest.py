"""The books on both engines, for every test of this folder."""

from tests.books import (
    administrador,
    clock,
    database,
    founded_file,
    founded_postgres,
    gerente,
    operador,
    own_postgres_shop,
    own_shop_url,
    postgres_shop,
    second_station,
    shop_url,
    sqlite_shop,
    stations,
    swept_postgres,
    told,
)
from tests.fiscal_shop import fiscal_shop, practice_ca, seal, sefaz

__all__ = [
    "administrador",
    "clock",
    "database",
    "fiscal_shop",
    "founded_file",
    "founded_postgres",
    "gerente",
    "operador",
    "own_postgres_shop",
    "own_shop_url",
    "postgres_shop",
    "practice_ca",
    "seal",
    "second_station",
    "sefaz",
    "shop_url",
    "sqlite_shop",
    "stations",
    "swept_postgres",
    "told",
]
