"""The founded shops of the other tests."""

from tests.books import (  # noqa: F401 - fixtures
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
)
