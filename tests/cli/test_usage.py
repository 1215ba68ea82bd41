"""How commands are written, refused and answered: words, exit codes, one document, no secret."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.cli.counter import LOGIN, PASSWORD, Counter
from varejoforte_desktop import __version__
from varejoforte_desktop.__main__ import main
from varejoforte_desktop.cli import products
from varejoforte_desktop.cli.answers import as_json, table
from varejoforte_desktop.cli.arguments import parse
from varejoforte_desktop.cli.parsing import in_portuguese
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect

COMMANDS = (
    "db upgrade",
    "db check",
    "db backup",
    "db restore",
    "db plan",
    "db passphrase",
    "db recheck",
    "db move",
    "people list",
    "people add",
    "people change",
    "people password",
    "people release",
    "people permissions",
    "station list",
    "station join",
    "station remove",
    "key change",
    "audit list",
    "audit export",
    "audit check",
    "tray connect",
    "tray status",
    "sync run",
    "queue list",
    "queue retry",
    "queue ignore",
    "queue pause",
    "queue resume",
    "orders list",
    "orders import",
    "orders register",
    "orders statuses",
    "products import",
    "products export",
    "products columns",
    "fiscal status",
    "fiscal check",
    "fiscal certificate install",
    "fiscal rules import",
    "fiscal rules export",
    "fiscal rules sign",
    "fiscal series list",
    "fiscal series set",
    "fiscal list",
    "fiscal send",
    "fiscal cancel",
    "fiscal void",
    "fiscal export",
    "simulator",
    "doctor",
    "tour",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_portuguese(command: str, empty: Counter) -> None:
    answer = empty.run(*command.split(), "--help")
    assert answer.code == 0
    assert answer.out.startswith("uso: varejoforte-desktop")
    assert "opções:" in answer.out
    for english in ("usage:", "options:", "positional arguments:", "show this help", "the following"):
        assert english not in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["db"], "falta informar: COMANDO"),
        (["db", "apagar"], "não existe"),
        (["nada"], "não existe"),
        (["queue", "retry", "--user", "ana"], "informe uma destas opções"),
        (["queue", "retry", "--all", "--id", "3", "--user", "ana"], "não pode ser usado junto"),
        (["queue", "list", "--limit", "0"], "não é um número de 1"),
        (["queue", "list", "--limit", "²"], "não é um número de 1"),
        (["queue", "list", "--limit"], "falta o valor"),
        (["sync", "run", "--user", "ana", "--once", "--timeout", "nan"], "não é um tempo"),
        (["sync", "run", "--once"], "falta informar: --user"),
        (["doctor", "--tudo"], "não reconhecido: --tudo"),
        (["simulator", "--port", "70000"], "não é um número de 0 a 65535"),
        (["--demo", "doctor"], "--demo abre o programa"),
        (["tray", "connect", "--user", "ana", "--secret", "x"], "não reconhecido"),
        (["queue", "retry", "--all", "--user", "ana", "--password", "x"], "não reconhecido"),
    ],
)
def test_wrong_usage_is_two_and_said_in_portuguese(empty: Counter, words: list[str], said: str) -> None:
    answer = empty.run(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_a_refusal_we_have_no_words_for_stays_as_it_is() -> None:
    assert in_portuguese("something new") == "something new"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Varejo Forte {__version__}\n"


def test_what_every_command_understands_may_stand_before_or_after_its_name() -> None:
    before = parse(["--json", "--database-url", "sqlite:///a.db", "queue", "list"])
    after = parse(["queue", "list", "--json", "--database-url", "sqlite:///a.db"])
    for asked in (before, after):
        assert (asked.json, asked.database_url, asked.run) == (True, "sqlite:///a.db", "queue:show")
    assert parse([]).run == ""


def test_without_a_command_the_program_opens(monkeypatch: pytest.MonkeyPatch, empty: Counter) -> None:
    import varejoforte_desktop.app.program
    import varejoforte_desktop.demo.program

    opened: list[tuple[str, str]] = []

    def open_program(settings: object) -> int:
        opened.append(("program", settings.database_url))  # type: ignore[attr-defined]
        return 0

    def open_demo(settings: object) -> int:
        opened.append(("demo", settings.database_url))  # type: ignore[attr-defined]
        return 7

    monkeypatch.setattr(varejoforte_desktop.app.program, "run", open_program)
    monkeypatch.setattr(varejoforte_desktop.demo.program, "run_demo", open_demo)
    assert empty.run("--database-url", "postgresql://l@localhost/l").code == 0
    assert empty.run("--demo").code == 7
    assert opened == [("program", "postgresql+psycopg://l@localhost/l"), ("demo", f"sqlite:///{empty.books}")]


@pytest.mark.parametrize("url", ["loja.db", "mysql://l@s/l", "sqlite://", "://", "postgresql"])
def test_an_address_that_is_none_is_refused_with_an_example(empty: Counter, url: str) -> None:
    answer = empty.run("queue", "list", "--database-url", url)
    assert answer.code == 1
    assert "postgresql://usuario@servidor/loja" in answer.err


def test_an_unreachable_server_is_one_and_its_password_stays_hidden(empty: Counter) -> None:
    answer = empty.run(
        "db", "check", "--json", "--database-url", "postgresql://l:canario-banco@127.0.0.1:1/l"
    )
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "books_unreachable"
    assert answer.err.startswith("O banco de dados não responde.")
    log = (empty.folder / "logs" / "varejoforte.log").read_text("utf-8")
    assert "canario-banco" not in answer.out + answer.err + log


def test_a_wrong_password_is_one_and_a_sentence(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAREJOFORTE_PASSWORD", "senha-errada-123")
    for user in (LOGIN, "ninguem"):
        answer = counter.run("queue", "retry", "--all", "--user", user)
        assert (answer.code, answer.err) == (1, "Operador ou senha incorretos.\n")


def test_too_many_wrong_passwords_have_to_wait(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAREJOFORTE_PASSWORD", "senha-errada-123")
    for _ in range(5):
        counter.run("queue", "retry", "--all", "--user", LOGIN)
    monkeypatch.setenv("VAREJOFORTE_PASSWORD", PASSWORD)
    answer = counter.run("queue", "retry", "--all", "--user", LOGIN)
    assert answer.code == 1
    assert answer.err.startswith("Muitas senhas erradas.")


def test_a_shop_that_was_never_founded_is_said_to_be_so(empty: Counter) -> None:
    empty.run("db", "upgrade")
    for words in (("queue", "list"), ("tray", "status"), ("queue", "retry", "--all", "--user", "ana")):
        answer = empty.run(*words, "--json")
        assert (answer.code, answer.document["error"]["kind"]) == (1, "not_founded")
    assert empty.run("db", "check").code == 0


def test_our_own_bug_is_three_and_its_trace_is_only_in_the_log(
    empty: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("canario de defeito password=canario-senha")

    monkeypatch.setattr(products, "table", broken)
    before = list(logging.getLogger().handlers)
    answer = empty.run("products", "columns", "--json")
    log = empty.folder / "logs" / "varejoforte.log"

    assert answer.code == 3
    assert answer.document["error"]["kind"] == "bug"
    assert str(log) in answer.err
    assert "canario" not in answer.out + answer.err
    assert "Traceback" not in answer.err
    kept = log.read_text("utf-8")
    assert "canario de defeito" in kept
    assert "canario-senha" not in kept
    assert logging.getLogger().handlers == before


def test_an_interruption_is_one_hundred_and_thirty(empty: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(products, "table", interrupted)
    answer = empty.run("products", "columns")
    assert (answer.code, answer.err) == (130, "Interrompido.\n")


def test_a_wrong_settings_file_is_named(empty: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    from varejoforte_desktop import settings

    folder = empty.folder.parent / "config"
    folder.mkdir()
    (folder / "estacao.toml").write_text("theme = 'rosa'", encoding="utf-8")
    monkeypatch.setattr(settings, "user_config_path", lambda *_, **__: folder)
    answer = empty.run("queue", "list")
    assert answer.code == 1
    assert "estacao.toml tem um valor errado em theme" in answer.err


def test_a_document_has_money_as_text_and_instants_in_iso() -> None:
    document = {
        "price": Money(123456),
        "left": Decimal("0.250"),
        "at": datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
        "day": date(2026, 3, 2),
        "aspects": {Aspect.STOCK, Aspect.PRICE},
    }
    assert json.loads(as_json(document)) == {
        "price": "1234.56",
        "left": "0.250",
        "at": "2026-03-02T15:00:00+00:00",
        "day": "2026-03-02",
        "aspects": ["price", "stock"],
    }
    with pytest.raises(TypeError):
        as_json({"what": object()})


def test_a_table_lines_up_and_cannot_steer_the_terminal() -> None:
    assert table(("nº", "nome"), [("1", "Pá\x1b[2J"), ("12", "x\ny")], right="r") == [
        "nº  nome",
        "--  ------",
        " 1  Pá [2J",
        "12  x y",
    ]
