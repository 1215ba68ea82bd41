"""Pages, order and filters, which are the same for everything the store lists."""

from __future__ import annotations

import pytest

from tests.simulator.desk import App, TurnableClock, causes
from varejoforte_desktop.simulator.store import TrayStore


@pytest.fixture
def full(store: TrayStore) -> TrayStore:
    for number in range(1, 109):
        store.add_product(
            name=f"Caneca {number}", reference=f"CAN-{number}", price=f"{number}.5", stock=number
        )
    return store


def ids(app: App, **query: str) -> list[str]:
    return [item["Product"]["id"] for item in app.get("/products", **query)["Products"]]


def test_a_list_without_wishes_has_thirty_and_says_how_many_there_are(full: TrayStore, app: App) -> None:
    answer = app.get("/products/")
    assert len(answer["Products"]) == 30
    assert answer["paging"] == {"total": 108, "page": 1, "offset": 0, "limit": 30, "maxLimit": 50}
    assert answer["sort"] == [{"id": "asc"}]
    assert answer["appliedFilters"] == []
    assert {"id", "reference", "ean", "modified"} <= set(answer["availableFilters"])


def test_more_than_fifty_a_page_becomes_fifty_or_is_refused(full: TrayStore, app: App) -> None:
    answer = app.get("/products", limit="500", page="2")
    assert len(answer["Products"]) == 50
    assert answer["paging"] == {"total": 108, "page": 2, "offset": 50, "limit": 50, "maxLimit": 50}
    full.switches.limit_over_50 = "400"
    assert app.ask("GET", "/products", limit="51").status == 400


def test_a_page_past_the_end_is_empty_and_no_error(full: TrayStore, app: App) -> None:
    answer = app.get("/products", page="4", limit="50")
    assert answer["Products"] == []
    assert answer["paging"]["total"] == 108


def test_a_sort_needs_its_direction(full: TrayStore, app: App) -> None:
    answer = app.ask("GET", "/products", sort="name")
    assert answer.status == 400
    assert causes(answer) == ["Parametro direção da ordenação invalido."]


def test_numbers_sort_as_numbers_and_the_sort_is_echoed(full: TrayStore, app: App) -> None:
    assert ids(app, sort="price_desc", limit="3") == ["108", "107", "106"]
    assert app.get("/products", sort="id_desc")["sort"] == [{"id": "desc"}]


def test_names_match_exactly_unless_there_is_a_wildcard(full: TrayStore, app: App) -> None:
    assert ids(app, name="Caneca") == []
    assert ids(app, name="Caneca 7") == ["7"]
    assert len(ids(app, name="%caneca 10%")) == 10  # 10 and 100 to 108
    assert ids(app, reference="CAN-9") == ["9"]
    assert app.get("/products", name="%10%")["appliedFilters"] == {"Product.name LIKE": "%10%"}


def test_prices_and_stocks_are_compared_as_numbers(full: TrayStore, app: App) -> None:
    assert ids(app, price="9.50") == ids(app, price="9.5") == ["9"]
    assert ids(app, stock="12") == ["12"]
    assert ids(app, price_range="2,4") == ["2", "3"]


def test_one_day_means_since_and_two_mean_between(store: TrayStore, app: App, clock: TurnableClock) -> None:
    for _ in range(4):  # 20, 21, 22 and 23 November
        store.add_product(name="Prato")
        clock.turn(days=1)
    app.token = store.issue_tokens().access
    assert ids(app, modified="2026-11-22") == ["3", "4"]
    assert ids(app, modified="2026-11-21,2026-11-22") == ["2", "3"]
    assert ids(app, created="2026-11-23 23:00:00") == ["4"]
    applied = app.get("/products", modified="2026-11-21,2026-11-22")["appliedFilters"]
    assert applied == {"Product.modified >=": "2026-11-21", "Product.modified <=": "2026-11-22"}
    assert app.ask("GET", "/products", modified="ontem").status == 400


def test_attrs_leave_only_what_was_asked_for(full: TrayStore, app: App) -> None:
    item = app.get("/products", attrs="id,reference,stock,nada", limit="1")["Products"][0]["Product"]
    assert item == {"id": "1", "reference": "CAN-1", "stock": "1"}


def test_a_filter_nobody_knows_is_ignored(full: TrayStore, app: App) -> None:
    answer = app.get("/products", cor="azul", has_buy_together="1")
    assert answer["paging"]["total"] == 108
    assert answer["appliedFilters"] == []


def test_filters_narrow_each_other(full: TrayStore, app: App) -> None:
    full.change_product("5", brand="Serra Alta")
    full.change_product("6", brand="Serra Alta", available="0")
    assert ids(app, brand="Serra Alta") == ["5", "6"]
    assert ids(app, brand="Serra Alta", available="1") == ["5"]
    assert ids(app, id="5", available="0") == []
    assert ids(app, has_brand="1") == ["5", "6"]


def test_the_computed_filters_follow_the_product(store: TrayStore, app: App) -> None:
    store.add_product(name="Lisa", price="10")
    sale = store.add_product(name="Promo", price="10", promotional_price="8", start_promotion="2026-11-01")
    varied = store.add_product(name="Cores", price="10")
    store.add_variant(varied, type_1="Cor", value_1="Azul", stock=3)
    assert ids(app, promotion="1") == [sale]
    assert ids(app, current_price="8.00") == [sale]
    assert ids(app, has_variations="1") == [varied]
    assert ids(app, stock="3") == [varied]
