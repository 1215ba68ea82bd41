"""Brazil's municipalities and the number that IBGE gives each of them, found however the name is written."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from varejoforte_desktop.domain.texts import folded

# The wheel carries `resources/` inside the package; in the source tree it stands beside `src/`.
_FOLDERS: Final = tuple(Path(__file__).resolve().parents[depth] / "resources" for depth in (1, 3))
_FEDERAL_DISTRICT: Final = "DF"
_DOUBLED: Final = re.compile(r"(.)\1")
#: Spellings that differ between post office, registers and IBGE: Moji/Mogi, Luís/Luiz, Parati/Paraty, Moraes/Morais.
_SPELLINGS: Final = (("ae", "ai"), ("y", "i"), ("z", "s"), ("j", "g"), ("h", ""), ("w", "v"), ("eo", "eu"))


def city_code(name: str, state: str) -> str:
    """IBGE's seven digits of a city, "" when no city of that state (UF) has such a name.

    Accents, capitals, blanks, hyphens and apostrophes do not matter; a spelling that is only nearly IBGE's is
    taken when it can be just one city. The Federal District is one municipality, whatever its parts are called.
    """
    uf = state.strip().upper()
    if uf == _FEDERAL_DISTRICT and name.strip():
        return next(iter(_all()[uf].values()))
    bare = _bare(name)
    exact = _by_name().get((uf, bare))
    if exact is not None:
        return exact
    near = _by_spelling().get((uf, _spelt(bare)), ())
    return near[0] if len(near) == 1 else ""


def city_of(code: str) -> tuple[str, str] | None:
    """The name and the state (UF) of IBGE's number, None when there is no such city."""
    return _by_code().get(code.strip())


def cities_in(state: str) -> tuple[str, ...]:
    """The cities of a state (UF) by name, for choosing from; empty for no state."""
    return tuple(sorted(_all().get(state.strip().upper(), {}), key=folded))


def _bare(name: str) -> str:
    return "".join(letter for letter in folded(name) if letter.isalnum())


def _spelt(bare: str) -> str:
    for one, other in _SPELLINGS:
        bare = bare.replace(one, other)
    return _DOUBLED.sub(r"\1", bare)


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    """State → name → number, as IBGE publishes them (Divisão Territorial Brasileira, 5 571 municipalities)."""
    for folder in _FOLDERS:
        path = folder / "fiscal" / "cities.json"
        if path.exists():
            states: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
            return MappingProxyType(states)
    raise FileNotFoundError("fiscal/cities.json")


@cache
def _by_name() -> Mapping[tuple[str, str], str]:
    return {(uf, _bare(name)): code for uf, names in _all().items() for name, code in names.items()}


@cache
def _by_code() -> Mapping[str, tuple[str, str]]:
    return {code: (name, uf) for uf, names in _all().items() for name, code in names.items()}


@cache
def _by_spelling() -> Mapping[tuple[str, str], list[str]]:
    near: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (uf, bare), code in _by_name().items():
        near[uf, _spelt(bare)].append(code)
    return near
