"""The commands that read the audit log: only for whoever may, filtered, exported without formulas, and proved."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, Counter, a_sheet
from varejoforte_desktop.spreadsheets.audit_writing import write_log
from varejoforte_desktop.spreadsheets.formula_shield import unescaped, unshielded
from varejoforte_desktop.ui.audit.log_lines import HEADINGS
from varejoforte_desktop.ui.formats import SHOP_ZONE

OWNER = ("--user", LOGIN)


def days_of(log: Counter) -> tuple[date, date]:
    """The shop's days of the first and the last change of a price: midnight may pass at any moment of a test."""
    answer = log.run("audit", "list", *OWNER, "--action", "prices", "--json")
    at = [
        datetime.fromisoformat(line["at"]).astimezone(SHOP_ZONE).date() for line in answer.document["lines"]
    ]
    return min(at), max(at)


@pytest.fixture
def log(counter: Counter, tmp_path: Path) -> Counter:
    """Two prices were changed by spreadsheets, one of a product that would be a formula."""
    for price in ("10,00", "12,50"):
        sheet = a_sheet(tmp_path / "lista.csv", f"P-1;Prato;{price};5", f"'=1+1;Fórmula;{price};5")
        assert counter.run("products", "import", sheet, "--yes", *OWNER).code == 0
    return counter


def test_the_list_is_told_newest_first_in_the_shops_words(log: Counter) -> None:
    answer = log.run("audit", "list", *OWNER, "--action", "prices")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0].split()[:3] == ["registro", "quando", "quem"]
    assert len(lines) == 4
    assert "Carla Souza" in lines[3]
    assert lines[3].endswith("Preço de venda 10,00 → 12,50")
    document = log.run(
        "audit", "list", *OWNER, "--action", "price.changed", "--text", "p-1", "--json"
    ).document
    (line,) = document["lines"]
    assert (line["subject"], line["before"], line["after"]) == (
        "P-1",
        {"price": "10.00"},
        {"price": "12.50"},
    )
    assert (line["operator"], line["action"]) == ("Carla Souza", "price.changed")


def test_lines_are_found_by_day_person_station_and_words(log: Counter) -> None:
    first, last = days_of(log)
    yesterday = first - timedelta(days=1)
    cases = (
        (("--text", "12,50", "--user-name", "Carla Souza", "--since", f"{first:%d/%m/%Y}"), 2),
        (("--text", "99,99"), 0),
        (("--user-name", "Ana Lima"), 0),
        (("--until", f"{yesterday}"), 0),
        (("--since", f"{yesterday}", "--until", f"{last}"), 2),
        (("--station", "Lua"), 0),
        (("--limit", "1"), 1),
    )
    for words, found in cases:
        answer = log.run("audit", "list", *OWNER, "--action", "prices", *words, "--json")
        assert len(answer.document["lines"]) == found, words
    said = log.run("audit", "list", *OWNER, "--action", "people", "--user-name", "Ninguém")
    assert said.out == "Nenhum registro.\n"


def test_whoever_may_not_see_it_is_told_why(log: Counter, tmp_path: Path) -> None:
    for words in (("list",), ("export", tmp_path / "x.csv")):
        answer = log.run("audit", *words, "--user", CLERK)
        assert answer.code == 1
        assert "Seu perfil não pode ver a trilha de auditoria." in answer.err
        assert answer.out == ""
    assert not (tmp_path / "x.csv").exists()


def test_wrong_words_are_refused_with_what_can_be_said(log: Counter, tmp_path: Path) -> None:
    assert "não existe; use um grupo" in log.run("audit", "list", *OWNER, "--action", "tudo").err
    assert "não é um dia" in log.run("audit", "list", *OWNER, "--since", "31/02/2026").err
    assert log.run("audit", "list").code == 2
    answer = log.run("audit", "export", tmp_path / "trilha.pdf", *OWNER)
    assert (answer.code, answer.err.strip()) == (2, "O arquivo precisa terminar em .csv ou .xlsx.")


def test_an_exported_log_holds_no_formula(log: Counter, tmp_path: Path) -> None:
    path = tmp_path / "trilha.csv"
    answer = log.run("audit", "export", path, *OWNER, "--action", "prices")
    assert answer.out == f"2 registros exportados para {path}.\n"
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, newest, oldest = csv.reader(file, delimiter=";")
    assert tuple(heading) == HEADINGS
    assert newest[5] == "'=1+1"
    assert oldest[4:] == ["Preço alterado", "P-1", "Preço de venda: 10,00", "Preço de venda: 12,50"]
    book = tmp_path / "trilha.xlsx"
    document = log.run("audit", "export", book, *OWNER, "--action", "prices", "--json").document
    assert document["lines"] == 2
    sheet = load_workbook(book).active
    assert sheet is not None
    cell = sheet.cell(2, 6)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    assert sheet.cell(2, 2).value.date() in days_of(log)  # type: ignore[union-attr]
    assert isinstance(sheet.cell(2, 1).value, int)
    missing = log.run("audit", "export", tmp_path / "nenhuma" / "x.csv", *OWNER)
    assert (missing.code, missing.out) == (1, "")


def test_the_check_needs_nobody_and_names_what_was_touched(log: Counter) -> None:
    answer = log.run("audit", "check")
    assert answer.code == 0
    assert answer.out.startswith("A trilha está íntegra: ")
    document = log.run("audit", "check", "--json").document
    assert document["problems"] == []
    assert document["last"] == document["lines"]
    ((seal,),) = ask_sql(f"sqlite:///{log.books}", "SELECT hash FROM audit_head")
    assert document["seal"] == seal
    url = f"sqlite:///{log.books}"
    ask_sql(url, "DROP TRIGGER audit_entry_no_update")
    ask_sql(url, "UPDATE audit_entry SET operator = 'Ana Lima' WHERE id = 2")
    broken = log.run("audit", "check")
    assert broken.code == 1
    assert "PROBLEMA: O registro 2 foi alterado ou colocado depois." in broken.out
    assert broken.err.strip() == "Faça uma cópia de segurança e chame o suporte."
    books = log.run("db", "check")
    assert books.code == 1
    assert "um registro da trilha de auditoria foi alterado: 2" in books.out


def test_no_cell_is_a_formula_whatever_somebody_called_a_thing(tmp_path: Path) -> None:
    hostile = ('=HYPERLINK("http://x")', "+1", "-2+3", "@soma", "\t=1", "#N/A", "a\x01b", "'=1")
    at = datetime(2026, 3, 2, 12, 0, 5, tzinfo=SHOP_ZONE)
    lines = [(number, at, text) for number, text in enumerate(hostile)]
    headings = ("Registro", "Quando", "Sobre")
    write_log(tmp_path / "t.csv", headings, iter(lines))
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file, delimiter=";"))[1:]
    assert read[0] == ["0", "02/03/2026 12:00:05", f"'{hostile[0]}"]
    assert [unshielded(row[2]) for row in read] == list(hostile)
    assert not any(row[2][:1] in "=+-@\t" for row in read)
    write_log(tmp_path / "t.xlsx", headings, iter(lines))
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert [unescaped(str(row[2].value)) for row in rows] == list(hostile)
    assert {row[2].data_type for row in rows} == {"s"}
    assert rows[0][1].value == at.replace(tzinfo=None)
