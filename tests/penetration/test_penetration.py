"""A hostile text stays a text, and whoever may not does not: each attempt on each of the two databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.penetration.deeds import DEEDS, Deed
from tests.penetration.target import Breach, Target, stock_up
from tests.penetration.texts import FIELDS, SEARCHES, Field, Search, look_for_everything, type_everything
from tests.penetration.thefts import THEFTS, loot_of
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def target(database: Database, administrador: Actor, gerente: Actor, operador: Actor) -> Target:
    """A shop worth attacking."""
    return stock_up(database, administrador, gerente, operador)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_hostile_text_stays_a_text(target: Target, field: Field) -> None:
    assert "guardados" in type_everything(target, field)


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_looking_for_a_hostile_text_finds_nothing_else(target: Target, search: Search) -> None:
    assert "procurados" in look_for_everything(target, search)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_whoever_may_not_does_not(target: Target, deed: Deed) -> None:
    assert deed.do(target)


def test_a_breach_would_be_seen(target: Target) -> None:
    with pytest.raises(Breach):
        type_everything(
            target,
            Field("furo", lambda t, _text: t.database.run_now(lambda uow: uow.operators.save(_boss(uow)))),
        )


def _boss(uow: object) -> object:
    from dataclasses import replace

    from varejoforte_desktop.domain.operator import Role

    return replace(uow.operators.get(2), role=Role.ADMINISTRADOR)  # type: ignore[attr-defined]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_thief_with_the_files_has_no_secret(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "dados"
    folder.mkdir()
    url = f"sqlite:///{folder / 'loja.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    loot = loot_of(url, folder)
    for _name, theft in THEFTS:
        assert theft(loot)
