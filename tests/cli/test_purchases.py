"""Suppliers' notes from the command line: seen before, decided in words, entered once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import a_gtin
from tests.cli.counter import CLERK, LOGIN, Counter
from tests.purchase_notes import SHOP, a_note, item, note_key
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product

WHO = ("--user", LOGIN)


def give_cnpj(counter: Counter, cnpj: str) -> None:
    with closing(counter.open_books()) as books:
        settings = FiscalSettings(emitter=Emitter(cnpj=cnpj, legal_name="Casa das Panelas Ltda"))
        books.run_now(lambda uow: uow.fiscal_setup.save_settings(settings))


@pytest.fixture
def stocked(counter: Counter) -> Counter:
    """A shop with two products and its CNPJ filled in."""
    give_cnpj(counter, SHOP)
    products = [
        Product(reference="PAN-1", name="Panela", price=Money(1800)),
        Product(reference="COP-1", name="Copo", price=Money(500)),
    ]
    with closing(counter.open_books()) as books:
        books.run_now(lambda uow: uow.products.add(products))
    return counter


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A pan by its reference, a box of cups, and something unknown."""
    path = tmp_path / "nota.xml"
    items = [
        item("PAN-1"),
        item("CX", "Copo caixa", uCom="CX", qCom="2.0000", vUnCom="24.0000000000"),
        item("ZZ", "Brinde", cEAN=a_gtin(9)),
    ]
    path.write_bytes(a_note(items))
    return path


def test_a_note_is_seen_before_and_nothing_is_written(stocked: Counter, note: Path) -> None:
    document = stocked.run("purchases", "preview", note, *WHO, "--json").document
    assert (document["applied"], document["open"], document["proven"]) == (False, [2, 3], True)
    assert document["lines"][0]["match"] == "reference"
    assert document["lines"][0]["cost"] == {"before": "0.00", "after": "10.00"}
    assert stocked.run("purchases", "list", "--json").document == {"purchases": []}


def test_a_note_enters_as_it_was_decided_and_only_once(stocked: Counter, note: Path) -> None:
    words = ("purchases", "enter", note, *WHO, "--yes", "--margin", "50", "--prices", "--leave-out", "3")
    undecided = stocked.run(*words)
    assert undecided.code == 1
    assert "2" in undecided.err
    answer = stocked.run(*words, "--match", "2=COP-1:12", "--json")
    assert answer.code == 0, answer.err
    receipt = answer.document["receipt"]
    assert (receipt["entered"], receipt["left_out"], receipt["costs"], receipt["prices"]) == (2, 1, 2, 2)
    assert answer.document["lines"][1]["price"] == {"before": "5.00", "after": "3.00"}
    again = stocked.run(*words, "--match", "2=COP-1:12")
    assert again.code == 1
    assert again.err.startswith("Esta nota já deu entrada.")
    listed = stocked.run("purchases", "list")
    assert "4471" in listed.out
    assert "Metalúrgica Fervalto Ltda" in listed.out
    assert stocked.run("purchases", "list", "--text", "9999").out.startswith("Nenhuma nota de compra")


def test_a_unit_that_changed_is_not_taken_without_a_question(stocked: Counter, tmp_path: Path) -> None:
    box, pieces = tmp_path / "caixa.xml", tmp_path / "unidades.xml"
    box.write_bytes(a_note([item("C", uCom="CX", qCom="2.0000", vUnCom="24.0000000000")]))
    pieces.write_bytes(a_note([item("C", qCom="24.0000", vUnCom="2.0000000000")], number=4472))
    assert stocked.run("purchases", "enter", box, *WHO, "--yes", "--match", "1=COP-1:12").code == 0
    words = ("purchases", "enter", pieces, *WHO, "--yes")
    for more in ((), ("--match", "1=COP-1")):
        refused = stocked.run(*words, *more)
        assert refused.code == 1
        assert "Linha 1: Da última vez, 1 CX valia 12; agora vem em UN." in refused.err
    assert "Da última vez, 1 CX valia 12" in stocked.run("purchases", "preview", pieces, *WHO).out
    answer = stocked.run(*words, "--match", "1=COP-1:1", "--json")
    assert answer.document["lines"][0]["cost"] == {"before": "2.00", "after": "2.00"}


def test_a_line_that_is_no_purchase_is_refused_until_somebody_names_it(
    stocked: Counter, tmp_path: Path
) -> None:
    path = tmp_path / "remessa.xml"
    path.write_bytes(a_note([item("PAN-1", CFOP="5917"), item("COP-1", CFOP="5922")]))
    words = ("purchases", "enter", path, *WHO, "--yes", "--accept-factors")
    refused = stocked.run(*words)
    assert refused.code == 1
    assert "Linha 1: Veio em consignação: a mercadoria continua do fornecedor." in refused.err
    seen = stocked.run("purchases", "preview", path, *WHO)
    assert "Linha 1: Veio em consignação" in seen.out
    assert "Falta decidir: 1." in seen.out
    answer = stocked.run(*words, "--match", "1=PAN-1", "--json")
    assert answer.code == 0, answer.err
    assert [line["unbought"] for line in answer.document["lines"]] == ["consigned", "billed"]
    assert answer.document["lines"][0]["cost"] == {"before": "0.00", "after": "0.00"}
    assert (answer.document["receipt"]["entered"], answer.document["receipt"]["left_out"]) == (1, 1)


def test_entering_asks_first(stocked: Counter, note: Path) -> None:
    words = ("purchases", "enter", note, *WHO, "--leave-out", "2", "3")
    refused = stocked.process(*words, stdin="n\n")
    assert refused.code == 1
    assert "NF-e 4471 de Metalúrgica Fervalto Ltda, 24/11/2026, 248,00" in refused.out
    assert "Protocolo 135260000123456 · assinatura confere" in refused.out
    assert "0,00 → 10,00" in refused.out
    assert "(de fora)" in refused.out
    assert stocked.run("purchases", "list", "--json").document == {"purchases": []}


def test_an_entry_is_taken_back_once_and_enters_again(stocked: Counter, note: Path) -> None:
    entering = ("purchases", "enter", note, *WHO, "--yes", "--leave-out", "2", "3")
    undoing = ("purchases", "undo", note_key(4471), "--reason", "Nota errada", *WHO)
    assert stocked.run(*undoing, "--yes").err.startswith("Nenhuma nota com esta chave deu entrada.")
    assert stocked.run("purchases", "undo", "123", "--reason", "x", *WHO).err.startswith("A chave de acesso")
    assert stocked.run(*entering).code == 0
    asked = stocked.process(*undoing, stdin="não\n")
    assert asked.code == 1
    assert (
        "A entrada da NF-e 4471 de Metalúrgica Fervalto Ltda é desfeita: 1 linha sai do estoque." in asked.err
    )
    clerk = ("purchases", "undo", note_key(4471), "--reason", "x", "--user", CLERK, "--yes")
    assert stocked.run(*clerk).code == 1
    done = stocked.run(*undoing, "--yes")
    assert done.out.strip() == ("Entrada da NF-e 4471 desfeita: 1 linha saiu do estoque, 1 custo voltou.")
    assert "desfeita" in stocked.run("purchases", "list").out
    assert stocked.run(*undoing, "--yes").err.startswith("A entrada desta nota já foi desfeita.")
    assert stocked.run(*entering).code == 0
    document = stocked.run("purchases", "list", "--json").document
    assert [each["undo_reason"] for each in document["purchases"]] == ["", "Nota errada"]
    assert stocked.run(*undoing, "--yes", "--json").document["receipt"]["lines"] == 1


def test_what_cannot_be_meant(stocked: Counter, note: Path) -> None:
    for words, code, said in (
        (("--match", "9=PAN-1"), 1, "A nota não tem a linha 9."),
        (("--match", "1=SUMIU"), 1, "Este produto não existe mais."),
        (("--match", "1"), 2, "não é como 3=PAN-1001"),
        (("--match", "1=PAN-1:0"), 2, "não é um fator"),
        (("--margin", "muito"), 2, "não é uma margem"),
    ):
        answer = stocked.run("purchases", "preview", note, *WHO, *words)
        assert (answer.code, said in answer.err) == (code, True), answer.err


def test_what_is_refused(stocked: Counter, note: Path, tmp_path: Path) -> None:
    assert stocked.run("purchases", "preview", note, "--user", CLERK).code == 1
    wrong = tmp_path / "errada.xml"
    wrong.write_bytes(b"nada")
    assert stocked.run("purchases", "preview", wrong, *WHO).err.startswith("O arquivo não é um XML.")
    wrong.write_bytes(a_note([item("PAN-1")], stat=None))
    words = ("purchases", "enter", wrong, *WHO, "--yes")
    assert "autorização" in stocked.run(*words).err
    assert stocked.run(*words, "--unproven").code == 0
