"""Every trouble has a Portuguese sentence, and none of them speaks of our insides."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import varejoforte_desktop
from varejoforte_desktop.application import books, delivery, outside
from varejoforte_desktop.application.product_import import ImportRefused
from varejoforte_desktop.domain import errors
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.ui.field_names import aspect_name, permission_name
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.store_causes import has_words_for, outside_sentence

SOURCE = Path(varejoforte_desktop.__file__).parent
JARGON = re.compile(
    r"outbox|lease|HTTP|None|Error|Exception|Traceback|\bepoch\b|timeout|\{|\}", re.IGNORECASE
)
SAMPLES: dict[str, Any] = {
    "str": "texto",
    "int": 3,
    "datetime": datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
    "tuple[str, ...]": ("a", "b"),
    "tuple[LineError, ...]": (),
    "tuple[WrongTaxRule, ...]": (),
}


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def made(kind: type[Exception]) -> Exception:
    """An error of this kind with plausible facts."""
    facts: dict[str, Any] = {}
    if kind.__init__ in {Exception.__init__, errors.DomainError.__init__, books.BooksError.__init__}:
        return kind()
    for name, parameter in inspect.signature(kind).parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        if parameter.default is parameter.empty:
            wanted = str(parameter.annotation)
            facts[name] = (
                "dates_missing" if name == "why" and kind is errors.PromotionOutOfOrder else SAMPLES[wanted]
            )
    return kind(**facts)


@pytest.mark.parametrize(
    "kind", sorted({*below(errors.DomainError), ImportRefused}, key=lambda k: k.__name__)
)
def test_what_a_person_can_put_right_is_never_called_a_bug(kind: type[Exception]) -> None:
    said = sentence(made(kind))
    assert not said.bug, kind.__name__
    assert not JARGON.search(said.whole), said.whole


@pytest.mark.parametrize("kind", sorted(below(books.BooksError), key=lambda k: k.__name__))
def test_trouble_with_the_books_says_what_to_do(kind: type[Exception]) -> None:
    said = sentence(made(kind))
    assert not said.bug
    assert said.remedy
    assert not JARGON.search(said.text), said.text


def causes_in_the_source() -> set[str]:
    """Every stable cause that is written down anywhere: code="…" of an error, cause="…" of a settlement."""
    found: set[str] = set()
    for room in ("tray", "sync", "application", "persistence", "app"):
        for path in (SOURCE / room).rglob("*.py"):
            found |= set(re.findall(r'\b(?:code|cause)="([a-z_]+)"', path.read_text(encoding="utf-8")))
    return found | delivery.OUTAGE_CAUSES


def test_every_cause_that_can_stand_in_the_queue_has_words_of_its_own() -> None:
    causes = causes_in_the_source() - {"bug"}
    assert {"no_line", "refused", "unlinked", "too_many_tries"} <= causes
    assert not {cause for cause in causes if not has_words_for(cause)}


@pytest.mark.parametrize("cause", sorted(causes_in_the_source()))
def test_a_cause_is_told_without_jargon_also_when_facts_are_missing(cause: str) -> None:
    for text in outside_sentence(cause):
        assert not JARGON.search(text), text


def test_the_stores_own_words_are_passed_on() -> None:
    refused = outside.Refused(code="refused", detail="Este campo não pode ser deixado em branco")
    assert "Este campo não pode ser deixado em branco" in sentence(refused).text


def test_our_own_bug_is_told_without_its_text() -> None:
    said = sentence(KeyError("senha=123"))
    assert said.bug
    assert "123" not in said.whole


def test_every_permission_and_aspect_has_a_name() -> None:
    assert "fazer isto" not in {permission_name(each.value) for each in Permission}
    names = {aspect_name(each.value) for each in Aspect}
    assert names == {"Estoque", "Preço e custo", "Cadastro", "Situação do pedido", "Nota do pedido"}
