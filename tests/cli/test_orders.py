"""Orders of the store from the command line: seen, explained, taken in and sold once, whatever is typed twice."""

from __future__ import annotations

import re
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, Answer, Counter, a_sheet, settings_of
from tests.purchase_notes import a_note, item, note_key
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.store import TrayStore

RUN = ("sync", "run", "--user", LOGIN, "--until-idle", "--timeout", 60)
LOOK = ("orders", "list", "--look", "--user", LOGIN)
REGISTER = ("orders", "register", "--user", LOGIN)
OTAVIO = {"name": "Otávio Lins", "document": "529.982.247-25", "email": "otavio@exemplo.com"}


@pytest.fixture
def shop(counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counter:
    """A connected shop with three products of twenty pieces each, all in the store."""
    assert counter.connect(store, monkeypatch).code == 0
    sheet = a_sheet(tmp_path / "lista.csv", *(f"PAN-{n};Panela {n};1{n},00;20" for n in (1, 2, 3)))
    assert counter.run("products", "import", sheet, "--user", LOGIN, "--yes").code == 0
    assert counter.run(*RUN).code == 0
    return counter


@pytest.fixture
def explained(shop: Counter) -> Counter:
    """The same shop, which has said what the store's statuses mean."""
    assert shop.run("orders", "statuses", "--learn", "--accept-suggestions", "--user", LOGIN).code == 0
    return shop


def in_store(store: TrayStore, reference: str) -> dict[str, str]:
    return next(row for row in store.products.values() if row["reference"] == reference)


def bought(store: TrayStore, reference: str, quantity: int, *, paid: bool = True) -> str:
    return store.place_order({in_store(store, reference)["id"]: quantity}, paid=paid)


def buy_in_the_storefront(store: TrayStore, reference: str, quantity: int) -> str:
    """Fill in the form of the store's page as a buyer does, and pay; gives the order's number."""
    with closing(httpx.Client(base_url=store.shop.public_url)) as browser:
        form = {"product_id": in_store(store, reference)["id"], "quantity": str(quantity), **OTAVIO}
        went = browser.post("/comprar", data=form)
        number = parse_qs(urlsplit(went.headers["location"]).query)["novo"][0]
        assert browser.post(f"/pedidos/{number}/pagar").status_code == 303
    return number


def sales(shop: Counter) -> list[tuple[object, ...]]:
    rows = ask_sql(f"sqlite:///{shop.books}", "SELECT state, fiscal FROM sale ORDER BY id")
    return [tuple(row) for row in rows]


def on_hand(shop: Counter, reference: str) -> int:
    rows = ask_sql(
        f"sqlite:///{shop.books}", "SELECT reference, on_hand FROM stock JOIN product ON id = product_id"
    )
    return int(dict(map(tuple, rows))[reference]) // 1000


# -- the whole story -----------------------------------------------------------------------------------


def test_a_purchase_is_seen_taken_in_and_sold_by_processes_of_their_own(
    shop: Counter, store: TrayStore
) -> None:
    number = buy_in_the_storefront(store, "PAN-1", 3)

    learnt = shop.process("orders", "statuses", "--learn", "--accept-suggestions", "--user", LOGIN, "--json")
    assert learnt.code == 0, learnt.err
    assert learnt.document["accepted"] == 8
    assert learnt.document["unmapped"] == 0

    listed = shop.process(*LOOK, "--json")
    assert listed.code == 0, listed.err
    (order,) = listed.document["orders"]
    assert (order["number"], order["stage"], order["buyer"]) == (number, "seen", "Otávio Lins")
    assert (order["total"], order["scarcest"], order["obstacles"]) == ("57.10", "17.000", [])

    imported = shop.process("orders", "import", number, "--user", LOGIN, "--json")
    assert imported.code == 0, imported.err
    assert (imported.document["found"], imported.document["new"]) == (1, [number])

    sold = shop.process(*REGISTER, number, "--json")
    assert sold.code == 0, sold.err
    assert (sold.document["fiscal"], sold.document["total"], sold.document["repeated"]) == (
        "nfe",
        "57.10",
        False,
    )
    note = sold.document["note"]
    assert (note["label"], note["state"], note["key"]) == ("NF-e", "", "")
    assert note["trouble"].startswith("Faltam os dados fiscais da loja.")
    assert on_hand(shop, "PAN-1") == 17
    assert shop.run(*RUN).code == 0
    assert in_store(store, "PAN-1")["stock"] == "17"
    assert shop.run("db", "check").code == 0


def test_registering_twice_makes_one_sale_and_tells_its_number_again(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 2)
    assert explained.run("orders", "import", number, "--look", "--user", LOGIN).code == 0

    first, second = explained.run(*REGISTER, number), explained.run(*REGISTER, number)

    sale = re.search(r"venda (\S+),", first.out)
    assert sale is not None
    assert first.out.startswith(f"Pedido {number} registrado: venda ")
    assert "NF-e ainda não emitida: Faltam os dados fiscais da loja." in first.out
    assert second.code == 0
    assert second.out.startswith(f"Pedido {number} já é a venda {sale[1]}, ")
    assert sales(explained) == [("completed", "nfe")]
    assert on_hand(explained, "PAN-1") == 18


def test_two_processes_that_register_at_the_same_time_make_one_sale(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-2", 4)
    assert explained.run("orders", "import", number, "--look", "--user", LOGIN).code == 0

    running = [explained.start(*REGISTER, number, "--json") for _ in range(2)]
    answers = []
    for each in running:
        out, err = each.communicate(timeout=60)
        answers.append(Answer(each.returncode, out, err))

    assert [each.code for each in answers] == [0, 0], [each.err for each in answers]
    assert len({each.document["sale"] for each in answers}) == 1
    assert sorted(each.document["repeated"] for each in answers) == [False, True]
    assert on_hand(explained, "PAN-2") == 16


def test_after_its_sale_was_cancelled_an_order_can_be_sold_again(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-3", 1)
    explained.run("orders", "import", number, "--look", "--user", LOGIN)
    first = explained.run(*REGISTER, number, "--json").document
    with closing(explained.open_books()) as books:
        by = books.run_now(admit, LOGIN, station=settings_of(explained.folder).station)
        row = books.read_now(lambda reader: reader.sales.rows())[0]
        books.run_now(cancel_sale, row.id, reason="Cliente desistiu", by=by)

    again = explained.run(*REGISTER, number, "--json")

    assert again.code == 0, again.err
    assert again.document["repeated"] is False
    assert again.document["sale"] != first["sale"]
    assert sales(explained) == [("cancelled", "nfe"), ("completed", "nfe")]
    assert on_hand(explained, "PAN-3") == 19


def test_a_document_other_than_the_one_it_was_sold_with_is_no_success(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 1)
    explained.run("orders", "import", number, "--look", "--user", LOGIN)
    assert explained.run(*REGISTER, number, "--fiscal", "nfce").code == 0

    answer = explained.run(*REGISTER, number, "--fiscal", "nfe")

    assert answer.code == 1
    assert "NFC-e" in answer.out
    assert "cancele a venda" in answer.err
    assert sales(explained) == [("completed", "nfce")]


# -- what is in the way --------------------------------------------------------------------------------


def test_every_chosen_order_is_new_updated_or_left_out_for_a_reason(
    explained: Counter, store: TrayStore
) -> None:
    plain, changed = bought(store, "PAN-1", 1), bought(store, "PAN-2", 1)
    assert explained.run("orders", "import", plain, changed, "--look", "--user", LOGIN).code == 0
    store.change_order(changed, discount="1.00", total=str(Decimal(store.orders[changed]["total"]) - 1))
    stranger = store.add_product(name="Vela", reference="VELA-9", price="9.90", stock=5)
    unknown = store.place_order({stranger: 1}, paid=True)
    gone = bought(store, "PAN-3", 1)
    store.cancel_order(gone)
    new = bought(store, "PAN-3", 2)

    chosen = (plain, changed, unknown, gone, f"#{new}", "99999")
    answer = explained.run("orders", "import", *chosen, "--look", "--user", LOGIN, "--json")

    told = answer.document
    assert answer.code == 1
    assert told["found"] == 6 == len(told["new"]) + len(told["updated"]) + len(told["skipped"])
    assert (told["new"], told["updated"]) == ([new], [changed])
    assert {each["number"]: each["kind"] for each in told["skipped"]} == {
        plain: "already_imported",
        unknown: "unknown_product",
        gone: "cancelled",
        "99999": "gone",
    }
    assert all(each["text"] for each in told["skipped"])


def test_all_takes_in_what_waits_and_leaves_out_what_was_cancelled(
    explained: Counter, store: TrayStore
) -> None:
    numbers = {bought(store, f"PAN-{n % 3 + 1}", 1) for n in range(23)}
    store.cancel_order(bought(store, "PAN-1", 1))

    answer = explained.run("orders", "import", "--all", "--look", "--user", LOGIN, "--json")

    assert answer.code == 0, answer.err
    assert set(answer.document["new"]) == numbers
    again = explained.run("orders", "import", "--all", "--user", LOGIN)
    assert (again.code, again.out.splitlines()[-1]) == (
        0,
        "0 pedidos encontrados: 0 novos, 0 atualizados, 0 ficaram de fora.",
    )


def test_an_order_whose_status_nobody_explained_names_the_command_that_does(
    shop: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 1)
    answer = shop.run("orders", "import", "--all", "--look", "--user", LOGIN)
    assert answer.code == 1
    assert "orders statuses --accept-suggestions" in answer.out
    assert "1 pedido encontrado: 0 novos, 0 atualizados, 1 ficou de fora." in answer.out
    assert "situação sem significado" in shop.run("orders", "list").out

    assert shop.run("orders", "statuses", "--accept-suggestions", "--user", LOGIN).code == 0
    assert number in shop.run("orders", "import", "--all", "--user", LOGIN, "--json").document["new"]


def test_an_order_cancelled_in_the_store_is_seen_to_be_before_it_is_sold(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 2)
    explained.run("orders", "import", number, "--look", "--user", LOGIN)
    store.cancel_order(number)

    answer = explained.run(*REGISTER, number, "--json")

    assert (answer.code, answer.document["error"]["kind"]) == (1, "cancelled")
    assert f"Pedido {number}: o pedido foi cancelado na Tray" in answer.err
    assert sales(explained) == []


def test_an_order_changed_in_the_store_says_how_to_accept_the_change(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 2)
    explained.run("orders", "import", number, "--look", "--user", LOGIN)
    line = next(each["id"] for each in store.shop.lines.where("order_id", number))
    store.add_order_line(number, OrderItem(product_id=in_store(store, "PAN-2")["id"]))
    store.remove_order_line(number, line)

    refused = explained.run(*REGISTER, number)
    assert refused.code == 1
    assert f"orders import {number}" in refused.err

    accepted = explained.run("orders", "import", number, "--user", LOGIN, "--json")
    assert accepted.document["updated"] == [number]
    assert explained.run(*REGISTER, number).code == 0
    assert (on_hand(explained, "PAN-1"), on_hand(explained, "PAN-2")) == (20, 19)


def test_what_was_not_imported_and_what_was_not_paid_is_not_sold(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 1, paid=False)
    explained.run(*LOOK)
    early = explained.run(*REGISTER, number)
    assert early.code == 1
    assert f"orders import {number}" in early.err
    assert explained.run("orders", "import", number, "--user", LOGIN).code == 0
    unpaid = explained.run(*REGISTER, number)
    assert unpaid.code == 1
    assert "ainda não foi pago" in unpaid.err
    assert explained.run(*REGISTER, "99999").code == 1
    assert sales(explained) == []


# -- without the store, without permission -------------------------------------------------------------


def test_without_a_line_only_who_may_resolve_orders_registers_unchecked(
    explained: Counter, store: TrayStore
) -> None:
    number = bought(store, "PAN-1", 1)
    explained.run("orders", "import", number, "--look", "--user", LOGIN)
    store.faults.offline = True

    assert explained.run(*REGISTER, number).code == 1
    clerk = explained.run("orders", "register", "--user", CLERK, number, "--unchecked")
    assert clerk.code == 1
    assert "Peça a um gerente" in clerk.err
    assert sales(explained) == []
    assert explained.run(*REGISTER, number, "--unchecked").code == 0


def test_a_clerk_takes_in_orders_and_explains_no_status(explained: Counter, store: TrayStore) -> None:
    bought(store, "PAN-1", 1)
    assert explained.run(*LOOK).code == 0
    assert explained.run("orders", "import", "--all", "--user", CLERK).code == 0
    answer = explained.run("orders", "statuses", "--learn", "--user", CLERK)
    assert answer.code == 1
    assert "mudar as configurações" in answer.err


def test_a_shop_without_a_store_says_where_to_connect(counter: Counter) -> None:
    answer = counter.run(*LOOK)
    assert answer.code == 1
    assert "ainda não foi conectada" in answer.err
    assert "Última leitura da loja: nunca" in counter.run("orders", "list").out
    assert "--learn" in counter.run("orders", "statuses").out


def test_the_doctor_says_what_keeps_orders_waiting(shop: Counter, store: TrayStore) -> None:
    assert "Pedidos: 0 a importar, 0 a registrar" in shop.run("doctor").out
    number = bought(store, "PAN-1", 1)
    shop.run(*LOOK)
    assert "orders statuses --accept-suggestions" in shop.run("doctor").out
    shop.run("orders", "statuses", "--accept-suggestions", "--user", LOGIN)
    assert "Pedidos: 1 a importar, 0 a registrar" in shop.run("doctor").out
    store.change_order(number, total="abc")
    shop.run(*LOOK)
    assert "nenhum estoque é enviado" in shop.run("doctor").out


# -- the list and its words ----------------------------------------------------------------------------


def test_the_list_is_narrowed_by_stage_status_day_and_words(explained: Counter, store: TrayStore) -> None:
    paid, waiting = bought(store, "PAN-1", 1), bought(store, "PAN-2", 2, paid=False)
    assert explained.run("orders", "import", paid, "--look", "--user", LOGIN).code == 0

    def numbers(*words: str) -> set[str]:
        found = explained.run("orders", "list", "--json", *words).document
        return {each["number"] for each in found["orders"]}

    assert numbers() == {paid, waiting}
    assert numbers("--stage", "imported") == {paid}
    assert numbers("--stage", "seen") == {waiting}
    assert numbers("--status", store.orders[waiting]["status_id"]) == {waiting}
    assert numbers("--text", "marina") == {paid, waiting}
    assert numbers("--text", paid) == {paid}
    today = store.shop.today()
    assert numbers("--from", today, "--to", f"{today[8:]}/{today[5:7]}/{today[:4]}") == {paid, waiting}
    assert numbers("--to", "2020-01-01") == set()
    assert explained.run("orders", "list", "--stage", "dismissed").out.startswith("Nenhum pedido aqui.")
    shown = explained.run("orders", "list", "--limit", "1").out
    assert "1 pedido mostrado de 2." in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--look"], "--user"),
        (["list", "--stage", "before"], "não existe"),
        (["list", "--from", "31/02/2026"], "não é um dia"),
        (["list", "--from", "ontem"], "não é um dia"),
        (["import", "--user", "ana"], "informe uma destas opções"),
        (["import", "7001", "--all", "--user", "ana"], "não pode ser usado junto"),
        (["import", "--all"], "falta informar: --user"),
        (["register", "--user", "ana"], "falta informar: NUMERO"),
        (["register", "7001", "--user", "ana", "--fiscal", "cupom"], "não existe"),
        (["statuses", "--learn"], "--user"),
    ],
)
def test_wrong_usage_is_two_and_said_in_portuguese(counter: Counter, words: list[str], said: str) -> None:
    answer = counter.run("orders", *words)
    assert (answer.code, said in answer.err) == (2, True), answer.err


@pytest.mark.parametrize("command", ["list", "import", "register", "statuses"])
def test_every_command_explains_itself(counter: Counter, command: str) -> None:
    answer = counter.run("orders", command, "--help")
    assert answer.code == 0
    assert answer.out.startswith("uso: varejoforte-desktop orders")
    assert "options:" not in answer.out


# -- a note issued elsewhere ---------------------------------------------------------------------------

STORE_CNPJ = "11222333000181"


def test_a_note_issued_elsewhere_is_linked_by_its_file_and_reaches_the_store(
    explained: Counter, store: TrayStore, tmp_path: Path
) -> None:
    number = bought(store, "PAN-1", 2)
    assert explained.run("orders", "import", number, "--look", "--user", LOGIN).code == 0
    row = store.orders[number]
    cpf = "".join(filter(str.isdigit, store.shop.customers.rows[row["customer_id"]]["cpf"]))
    file = tmp_path / "nota.xml"
    file.write_bytes(a_note([item("PAN-1")], number=77, issuer=STORE_CNPJ, recipient=cpf, total=row["total"]))
    link = ("orders", "link-invoice", "--user", LOGIN, number)

    first, second = explained.run(*link, file), explained.run(*link, file, "--json")

    assert first.code == 0, first.err
    assert first.out.startswith(f"NF-e 1/77 vinculada ao pedido {number}, R$ ")
    assert (second.document["repeated"], second.document["origin"]) == (True, "file")
    assert explained.run(*RUN).code == 0
    assert [each["number"] for each in store.shop.invoices] == ["77"]


def test_a_note_of_somebody_else_or_no_note_at_all_is_refused(
    explained: Counter, store: TrayStore, tmp_path: Path
) -> None:
    number = bought(store, "PAN-1", 2)
    assert explained.run("orders", "import", number, "--look", "--user", LOGIN).code == 0
    link = ("orders", "link-invoice", "--user", LOGIN, number)
    other = tmp_path / "outra.xml"
    other.write_bytes(a_note([item("PAN-1")], issuer=STORE_CNPJ, recipient="52998224725"))
    for note in (
        other,
        tmp_path / "sumiu.xml",
        "123",
        note_key(5),
        note_key(5, issuer=STORE_CNPJ, model="65"),
    ):
        answer = explained.run(*link, note)
        assert answer.code != 0, note
        assert answer.err, note
    typed = explained.run(*link, note_key(5, issuer=STORE_CNPJ))
    assert typed.code == 0, typed.err
    assert "confira no DANFE" in typed.out


def test_a_link_is_taken_back_and_another_note_may_come(explained: Counter, store: TrayStore) -> None:
    number = bought(store, "PAN-1", 2)
    assert explained.run("orders", "import", number, "--look", "--user", LOGIN).code == 0
    link = ("orders", "link-invoice", "--user", LOGIN, number)
    unlink = ("orders", "unlink-invoice", "--user", LOGIN, number)
    wrong, right = (note_key(each, issuer=STORE_CNPJ) for each in (5, 6))
    assert explained.run(*link, wrong).code == 0
    refused = explained.run(*link, right)
    assert refused.code != 0
    assert "Já há uma nota vinculada a este pedido: a NF-e 1/5." in refused.err
    assert explained.run(*unlink, wrong).code == 2  # without a reason
    first = explained.run(*unlink, wrong, "--why", "mistake")
    assert first.out == f"Vínculo da NF-e 1/5 com o pedido {number} desfeito.\n"
    second = explained.run(*unlink, wrong, "--why", "mistake", "--json")
    assert (second.code, second.document["repeated"], second.document["told"]) == (0, True, False)
    unknown = explained.run(*unlink, right, "--why", "mistake")
    assert unknown.code != 0
    assert "não está vinculada" in unknown.err
    assert explained.run(*link, right).code == 0
