"""People and permissions from the command line: who may, what is said, and no password that anybody could read."""

from __future__ import annotations

import pytest

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, PASSWORD, Counter
from varejoforte_desktop.application.sign_in import note_wrong_password

NEW = "senha-nova-5128"


@pytest.fixture(autouse=True)
def _at_a_computer_of_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one the shop was founded at: at another, an administrator would have to come in first."""
    monkeypatch.setenv("VAREJOFORTE_STATION", "CAIXA-01")


def person(counter: Counter, login: str) -> dict[str, object]:
    people = counter.run("people", "list", "--json").document["people"]
    return next(each for each in people if each["login"] == login)


def line(counter: Counter, permission: str) -> dict[str, object]:
    told = counter.run("people", "permissions", "--json").document["permissions"]
    return next(each for each in told if each["permission"] == permission)


def wrong_passwords(counter: Counter, login: str) -> None:
    books = counter.open_books()
    for _ in range(6):
        books.run_now(note_wrong_password, login, station="OUTRA")
    books.close()


@pytest.mark.parametrize("name", ["list", "add", "change", "password", "release", "permissions"])
def test_every_command_explains_itself(counter: Counter, name: str) -> None:
    answer = counter.run("people", name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"uso: varejoforte-desktop people {name}")
    assert "opções:" in answer.out
    assert "usage:" not in answer.out


def test_everybody_is_listed_as_they_stand(counter: Counter) -> None:
    wrong_passwords(counter, CLERK)
    told = counter.run("people", "list")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[2].startswith("ana             Ana Lima     Operador       Espera até ")
    assert "Carla Souza" in lines[3]
    assert lines[-1] == "2 operadores ativos de 2."
    ana = person(counter, CLERK)
    assert set(ana) == {"login", "name", "role", "active", "must_change", "waits_until", "last_seen_at"}
    assert str(ana["waits_until"]).endswith("+00:00")


def test_somebody_is_taken_on_comes_in_and_has_to_choose_a_password(counter: Counter) -> None:
    answer = counter.process(
        *("people", "add", "Davi", "--name", "Davi  Prado", "--role", "gerente"),
        *("--user", LOGIN, "--from-stdin"),
        stdin=f"{PASSWORD}\n{NEW}\n",
    )
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "Davi Prado já pode entrar como “davi” e troca a senha na primeira vez.\n"
    assert person(counter, "davi") == {
        "login": "davi",
        "name": "Davi Prado",
        "role": "gerente",
        "active": True,
        "must_change": True,
        "waits_until": None,
        "last_seen_at": None,
    }


def test_the_same_name_at_the_door_is_taken_once(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAREJOFORTE_NEW_PASSWORD", NEW)
    answer = counter.run("people", "add", "ANA", "--name", "Ana Clara", "--user", LOGIN, "--json")
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "login_taken"
    assert answer.err == "Já existe um operador com o nome de acesso ana.\n"


def test_a_short_password_is_refused_and_nobody_is_taken_on(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_NEW_PASSWORD", "curta")
    answer = counter.run("people", "add", "davi", "--name", "Davi", "--user", LOGIN)
    assert (answer.code, answer.err) == (1, "A senha precisa de pelo menos 8 caracteres.\n")
    assert len(counter.run("people", "list", "--json").document["people"]) == 2


def test_no_password_can_be_an_argument(counter: Counter) -> None:
    answer = counter.run("people", "add", "davi", "--name", "Davi", "--user", LOGIN, "--password", NEW)
    assert answer.code == 2
    assert len(counter.run("people", "list", "--json").document["people"]) == 2


def test_without_a_place_to_ask_the_new_password_is_missed(counter: Counter) -> None:
    answer = counter.process("people", "password", CLERK, "--user", LOGIN)
    assert answer.code == 2
    assert "VAREJOFORTE_NEW_PASSWORD" in answer.err


def test_a_new_password_opens_the_door_and_ends_the_wait(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_passwords(counter, CLERK)
    monkeypatch.setenv("VAREJOFORTE_NEW_PASSWORD", NEW)
    answer = counter.run("people", "password", CLERK, "--user", LOGIN, "--json")
    assert (answer.code, answer.document) == (0, {"login": CLERK, "must_change": True})
    monkeypatch.setenv("VAREJOFORTE_PASSWORD", NEW)
    refused = counter.run("queue", "retry", "--user", CLERK, "--all")
    assert "mexer na fila de processamento" in refused.err  # she came in, and may not do that
    assert person(counter, CLERK)["must_change"] is True


def test_a_wait_is_ended(counter: Counter) -> None:
    wrong_passwords(counter, CLERK)
    answer = counter.run("people", "release", CLERK, "--user", LOGIN)
    assert (answer.code, answer.out) == (0, "Ana Lima pode tentar de novo agora.\n")
    again = counter.run("people", "release", CLERK, "--user", LOGIN, "--json")
    assert again.document == {"login": CLERK, "waited": False}


def test_only_what_is_named_changes(counter: Counter) -> None:
    answer = counter.run("people", "change", CLERK, "--role", "gerente", "--user", LOGIN)
    assert (answer.code, answer.out) == (0, "ana: Ana Lima, gerente, ativo.\n")
    left = counter.run("people", "change", CLERK, "--on-leave", "--user", LOGIN, "--json").document["person"]
    assert (left["name"], left["role"], left["active"]) == ("Ana Lima", "gerente", False)
    back = counter.run("people", "change", CLERK, "--active", "--name", "Ana L. Reis", "--user", LOGIN)
    assert back.out == "ana: Ana L. Reis, gerente, ativo.\n"
    nothing = counter.run("people", "change", CLERK, "--user", LOGIN)
    assert nothing.code == 2


def test_somebody_on_leave_does_not_come_in(counter: Counter) -> None:
    counter.run("people", "change", CLERK, "--on-leave", "--user", LOGIN)
    answer = counter.run("queue", "retry", "--user", CLERK, "--all")
    assert (answer.code, answer.err) == (1, "Operador ou senha incorretos.\n")


def test_the_last_administrator_stays(counter: Counter) -> None:
    answer = counter.run("people", "change", LOGIN, "--role", "operador", "--user", LOGIN)
    assert answer.code == 1
    assert answer.err == "A loja ficaria sem administrador. Torne outra pessoa administradora antes.\n"


def test_nobody_by_that_name_is_said(counter: Counter) -> None:
    answer = counter.run("people", "release", "zeca", "--user", LOGIN, "--json")
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "no_such_operator"


def test_whoever_may_not_keep_the_people_is_refused(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_NEW_PASSWORD", NEW)
    for words in (
        ("add", "davi", "--name", "Davi"),
        ("change", CLERK, "--role", "administrador"),
        ("password", LOGIN),
        ("release", LOGIN),
    ):
        answer = counter.run("people", *words, "--user", CLERK)
        assert (answer.code, "cadastrar operadores" in answer.err) == (1, True), words
    assert person(counter, CLERK)["role"] == "operador"


def test_permissions_are_shown_and_changed_for_the_next_command(counter: Counter) -> None:
    assert line(counter, "queue.manage") == {
        "permission": "queue.manage",
        "name": "mexer na fila de processamento",
        "operador": False,
        "gerente": True,
        "administrador": True,
        "changed": [],
    }
    given = counter.run("people", "permissions", "--set", "operador", "queue.manage", "on", "--user", LOGIN)
    assert given.code == 0
    assert given.out.startswith("Operador pode mexer na fila de processamento.\n")
    assert line(counter, "queue.manage")["changed"] == ["operador"]
    assert counter.run("queue", "retry", "--user", CLERK, "--all").code == 0
    both = ("--set", "operador", "queue.manage", "off", "--set", "gerente", "sale.cancel", "off")
    assert counter.run("people", "permissions", *both, "--user", LOGIN).code == 0
    assert counter.run("queue", "retry", "--user", CLERK, "--all").code == 1
    assert line(counter, "sale.cancel")["changed"] == ["gerente"]
    kept = ask_sql(f"sqlite:///{counter.books}", "SELECT role, permission, allowed FROM role_permission")
    assert kept == [("gerente", "sale.cancel", 0)]


def test_only_an_administrator_changes_permissions(counter: Counter) -> None:
    wish = ("people", "permissions", "--set", "operador", "people.manage", "on")
    answer = counter.run(*wish, "--user", CLERK)
    assert (answer.code, answer.err) == (1, "Só um administrador pode fazer isto. Peça a um administrador.\n")
    assert counter.run(*wish).code == 2  # nobody is answerable for it


@pytest.mark.parametrize(
    "wish",
    [
        ("administrador", "sale.cancel", "off"),
        ("gerente", "sale.fly", "on"),
        ("gerente", "sale.cancel", "talvez"),
    ],
)
def test_a_permission_that_cannot_be_meant_is_refused(counter: Counter, wish: tuple[str, ...]) -> None:
    answer = counter.run("people", "permissions", "--set", *wish, "--user", LOGIN)
    assert answer.code == 2
    assert "--set" in answer.err
    assert ask_sql(f"sqlite:///{counter.books}", "SELECT count(*) FROM role_permission") == [(0,)]


def test_no_password_is_printed_logged_or_written_down(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_NEW_PASSWORD", NEW)
    answers = [
        counter.run("people", "add", "davi", "--name", "Davi Prado", "--user", LOGIN, "--json"),
        counter.run("people", "password", "davi", "--user", LOGIN),
        counter.run("people", "list", "--json"),
    ]
    said = "".join(answer.out + answer.err for answer in answers)
    kept = "".join(path.read_text("utf-8") for path in (counter.folder / "logs").glob("*"))
    audit = str(ask_sql(f"sqlite:///{counter.books}", "SELECT subject, before, after FROM audit_entry"))
    assert "davi" in audit
    for text in (said, kept, audit):
        for secret in (PASSWORD, NEW, "$argon2"):
            assert secret not in text
