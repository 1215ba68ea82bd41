"""The pages a buyer sees."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from tests.simulator.desk import TurnableClock
from varejoforte_desktop.simulator.answers import Answer
from varejoforte_desktop.simulator.pages import plain_text, templates_folder
from varejoforte_desktop.simulator.product_shapes import price_text
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.storefront import Storefront

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>"


class Browser:
    def __init__(self, store: TrayStore) -> None:
        self.front = Storefront(store)

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        return self.front.respond("GET", path, query or {}, b"")

    def see(self, path: str, **query: str) -> str:
        answer = self.ask(path, query)
        assert answer.status == 200
        return answer.body.decode()

    def send(self, path: str, **form: str) -> Answer:
        return self.front.respond("POST", path, {}, urlencode(form).encode())


@pytest.fixture
def browser(store: TrayStore) -> Browser:
    return Browser(store)


def test_an_empty_store_says_what_will_happen(browser: Browser) -> None:
    page = browser.see("/")
    assert "Nenhum produto aqui ainda" in page
    assert "0 produtos" in page


def test_the_window_shows_price_stock_and_when_it_changed(store: TrayStore, browser: Browser) -> None:
    store.add_product(name="Café torrado", brand="Serra Alta", price="1234.56", stock=12)
    store.add_product(name="Açúcar", price="5.49", stock=0)
    store.add_product(name="Invisível", available="0")
    page = browser.see("/")
    assert "R$ 1.234,56" in page
    assert "12 em estoque" in page
    assert "Esgotado" in page
    assert "Serra Alta" in page
    assert ">CT<" in page
    assert "alterado às 10:05:40" in page
    assert "Invisível" not in page
    assert '<meta http-equiv="refresh" content="4">' in page


def test_the_promotional_price_stands_beside_the_old_one_on_its_days(
    store: TrayStore, browser: Browser, clock: TurnableClock
) -> None:
    product = store.add_product(
        name="Panela",
        price="289.90",
        promotional_price="259.90",
        start_promotion="2026-11-23",
        end_promotion="2026-11-30",
    )
    assert "R$ 259,90" not in browser.see(f"/produto/{product}")
    clock.turn(days=4)
    page = browser.see(f"/produto/{product}")
    assert "R$ 259,90" in page
    assert "R$ 289,90" in page
    assert "alterado em 20/11 às 10:05:40" in page


def test_no_name_can_act_as_markup(store: TrayStore, browser: Browser) -> None:
    aisle = store.add_category(HOSTILE)
    product = store.add_product(
        name=HOSTILE,
        brand=HOSTILE,
        model=HOSTILE,
        reference=HOSTILE,
        ean=HOSTILE,
        description=HOSTILE + "<p>Bom <b>mesmo</b> &lt;3</p>",
        category_id=aisle,
        stock=3,
    )
    store.shop.name = HOSTILE
    store.place_order({product: 1})
    store.add_variant(product, type_1="Cor", value_1=HOSTILE, stock=2)
    pages = [
        browser.see("/"),
        browser.see("/", q=HOSTILE),
        browser.see(f"/produto/{product}"),
        browser.see("/pedidos", novo=HOSTILE),
    ]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
    assert "Bom mesmo &lt;3" in pages[2]


def test_a_description_becomes_plain_paragraphs() -> None:
    markup = "<p>Tampa  inclusa.</p><ul><li>Um<li>Dois</ul><style>p{}</style><script>x()</script>fim"
    assert plain_text(markup) == "Tampa inclusa.\nUm\nDois\nfim"
    assert plain_text("2 < 3 & tal") == "2 < 3 & tal"


def test_search_looks_at_name_brand_reference_and_ean(store: TrayStore, browser: Browser) -> None:
    store.add_product(name="Caneca", reference="CAN-1", ean="7890000000017")
    store.add_product(name="Prato", brand="Lume")
    assert "Prato" not in browser.see("/", q="caneca")
    assert "1 produto<" in browser.see("/", q="7890000000017")
    assert "Prato" in browser.see("/", q="LUME")
    assert "Nenhum produto" in browser.see("/", q="nada disso")


def test_categories_stand_at_the_side_and_narrow_the_window(store: TrayStore, browser: Browser) -> None:
    kitchen = store.add_category("Cozinha")
    pans = store.add_category("Panelas", kitchen)
    store.add_product(name="Frigideira", category_id=pans)
    store.add_product(name="Tapete")
    page = browser.see("/", categoria=pans)
    assert "Frigideira" in page
    assert "Tapete" not in page
    assert "Cozinha" in page


def test_many_products_come_in_pages(store: TrayStore, browser: Browser) -> None:
    for number in range(30):
        store.add_product(name=f"Item {number:02}")
    assert "página 1 de 2" in browser.see("/")
    page = browser.see("/", pagina="2")
    assert "Item 29" in page
    assert "Item 00" not in page
    assert "página 2 de 2" in browser.see("/", pagina="999")
    assert "página 1 de 2" in browser.see("/", pagina="x")


def test_buying_takes_one_from_the_shelf_and_shows_the_order(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=2)
    bought = browser.send("/comprar", product_id=product, quantity="2")
    assert bought.status == 303
    assert bought.headers["location"] == "/pedidos?novo=7001"
    assert "Esgotado" in browser.see(f"/produto/{product}")
    page = browser.see("/pedidos", novo="7001")
    assert "2 × Panela" in page
    assert "Pedido 7001 feito" in page
    assert browser.send("/pedidos/7001/pagar").headers["location"] == "/pedidos"
    assert "A enviar" in browser.see("/pedidos")
    assert "/pagar" not in browser.see("/pedidos")
    browser.send("/pedidos/7001/cancelar")
    assert "Cancelado" in browser.see("/pedidos")
    assert "2 em estoque" in browser.see(f"/produto/{product}")


def test_a_variant_is_bought_by_its_own_button(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Caneca", price="10.00")
    blue = store.add_variant(product, type_1="Cor", value_1="Azul", price="12.00", stock=1)
    store.add_variant(product, type_1="Cor", value_1="Verde", price="12.00", stock=0)
    page = browser.see(f"/produto/{product}")
    assert "Comprar Azul" in page
    assert "disabled>Comprar Verde" in page
    assert browser.send("/comprar", product_id=product, variant_id=blue).status == 303
    assert store.shop.variants.rows[blue]["stock"] == "0"


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "x", "3"])
def test_a_purchase_that_cannot_be_is_explained(store: TrayStore, browser: Browser, quantity: str) -> None:
    product = store.add_product(name="Panela", stock=2)
    answer = browser.send("/comprar", product_id=product, quantity=quantity)
    assert answer.status == 400
    assert "Não deu" in answer.body.decode()
    assert store.products[product]["stock"] == "2"


@pytest.mark.parametrize("path", ["/nada", "/produto/99", "/produto/x", "/../etc/passwd"])
def test_a_page_that_does_not_exist_says_so(browser: Browser, path: str) -> None:
    answer = browser.ask(path)
    assert answer.status == 404
    assert "não existe" in answer.body.decode()


def test_an_order_that_does_not_exist_cannot_be_paid(browser: Browser) -> None:
    assert browser.send("/pedidos/99/pagar").status == 404
    assert browser.send("/pedidos/99/apagar").status == 404


def test_nothing_on_the_pages_comes_from_elsewhere() -> None:
    for template in templates_folder().iterdir():
        text = template.read_text(encoding="utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert "<script" not in text


def test_money_is_written_the_brazilian_way() -> None:
    assert price_text("1234567.8") == "R$ 1.234.567,80"
    assert price_text("0.5") == "R$ 0,50"


ASKED = {"name": "Otávio Lins", "document": "529.982.247-25", "email": "otavio@exemplo.com"}


def buyer_of(store: TrayStore, order_id: str) -> dict[str, str]:
    return store.shop.customers.rows[store.orders[order_id]["customer_id"]]


def test_a_buyer_says_who_buys_and_how_it_travels(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=5)
    assert browser.send("/comprar", product_id=product, freight="sedex", **ASKED).status == 303
    order, buyer = store.orders["7001"], buyer_of(store, "7001")
    assert (order["shipment"], order["shipment_value"], order["total"]) == ("Sedex", "38.90", "138.90")
    assert (buyer["name"], buyer["cpf"], buyer["email"]) == ("Otávio Lins", "52998224725", ASKED["email"])
    company = {**ASKED, "name": "Lume Ltda", "document": "12.ABC.345/01DE-35", "email": "lume@exemplo.com"}
    browser.send("/comprar", product_id=product, freight="retirar", **company)
    buyer = buyer_of(store, "7002")
    assert (buyer["type"], buyer["cnpj"], buyer["company_name"]) == ("1", "12ABC34501DE35", "Lume Ltda")
    assert store.order_shapes.complete(store.orders["7002"])["Order"]["PickupLocation"]["code"] == "RETIRA"  # type: ignore[index]
    assert store.orders["7002"]["total"] == "100.00"


def test_the_checkout_asks_who_buys_and_how_it_travels(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Caneca", price="10.00", stock=5)
    blue = store.add_variant(product, type_1="Cor", value_1="Azul", price="12.00", stock=3)
    assert '<form class="buy" method="get" action="/comprar">' in browser.see(f"/produto/{product}")
    page = browser.see("/comprar", product_id=product, variant_id=blue, quantity="2")
    assert "2 × Caneca · Azul" in page
    assert "R$ 12,00 cada" in page
    for name in ("name", "document", "email", "freight", "quantity"):
        assert f'name="{name}"' in page
    for words in ("Marina Duarte Pires", "Sedex", "R$ 38,90", "Retirar na loja", 'value="pac" checked'):
        assert words in page
    assert 'http-equiv="refresh"' not in page  # nothing typed is swept away
    assert browser.ask("/comprar", {"product_id": "99"}).status == 404
    assert browser.ask("/comprar", {"product_id": product, "quantity": "0"}).status == 400


def test_what_was_typed_is_still_there_after_a_mistake(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=5)
    wrong = {**ASKED, "name": HOSTILE, "document": "529.982.247-26", "freight": "sedex"}
    answer = browser.send("/comprar", product_id=product, quantity="3", **wrong)
    page = answer.body.decode()
    assert answer.status == 400
    assert "CPF inválido" in page
    assert "<script" not in page
    assert 'value="529.982.247-26"' in page
    assert 'value="sedex" checked' in page
    assert "3 × Panela" in page


def test_the_orders_say_whose_they_are(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=5)
    browser.send("/comprar", product_id=product, freight="sedex", **ASKED)
    page = browser.see("/pedidos")
    assert "Otávio Lins" in page
    assert "Sedex" in page


def test_a_document_is_not_asked_of_everybody(store: TrayStore, browser: Browser) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=5)
    assert browser.send("/comprar", product_id=product, **{**ASKED, "document": ""}).status == 303
    assert buyer_of(store, "7001")["cpf"] == ""
    assert store.orders["7001"]["shipment"] == "PAC"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"document": "529.982.247-26"}, "CPF: CPF inválido."),
        ({"document": "12.ABC.345/01DE-36"}, "CNPJ: CNPJ inválido."),
        ({"document": "123"}, "CPF ou CNPJ: Documento inválido."),
        ({"name": " "}, "Nome: Este campo"),
        ({"email": ""}, "E-mail: Este campo"),
        ({"document": "111.222.333-96"}, "CPF: Está em uso"),
        ({"freight": "drone"}, "Não deu"),
    ],
)
def test_a_buyer_is_told_what_to_check(
    store: TrayStore, browser: Browser, changed: dict[str, str], told: str
) -> None:
    product = store.add_product(name="Panela", price="100.00", stock=5)
    store.place_order({product: 1})
    answer = browser.send("/comprar", product_id=product, **{**ASKED, **changed})
    assert answer.status == 400
    assert told in answer.body.decode()
    assert len(store.orders) == 1


def test_an_order_made_unreadable_on_purpose_does_not_close_the_page(
    store: TrayStore, browser: Browser
) -> None:
    order_id = store.place_order({store.add_product(name="Panela", price="100.00", stock=5): 1})
    store.change_order(order_id, total="abc")
    assert "abc" in browser.see("/pedidos")


def test_a_buyer_finds_the_note_and_the_parcel(store: TrayStore, browser: Browser) -> None:
    order = store.place_order({store.add_product(name="Panela", price="1.00", stock=1): 1}, paid=True)
    row = {"issue_date": "2026-11-20", "number": "123", "serie": "1", "value": "1.00", "key": "1" * 44}
    for link in ("https://nfe.exemplo/1", "javascript:alert(1)"):
        store.shop.invoices.add({**row, "link": link, "xml_danfe": "", "cfop": "[]", "order_id": order})
    store.change_order(
        order, sending_code="AA123", tracking_url="https://rastreio.exemplo/AA123", has_invoice="1"
    )
    page = browser.see("/pedidos")
    assert '<a href="https://nfe.exemplo/1">NF-e 1/123</a>' in page
    assert page.count("NF-e 1/123") == 2
    assert "javascript" not in page
    assert '<a href="https://rastreio.exemplo/AA123">AA123</a>' in page
