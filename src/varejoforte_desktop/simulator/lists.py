"""How the store lists things: pages, order, and the filters a shopkeeper would use to find them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.shelf import Shelf
from varejoforte_desktop.simulator.switches import Switches

MAX_LIMIT = 50
DEFAULT_LIMIT = 30
NO_DIRECTION = "Parametro direção da ordenação invalido."

Test = Callable[[Row], bool]
#: The value a filter looks at; None when the store has no such value and the filter is ignored.
ValueOf = Callable[[Row, str], str | None]

RANGES = {"price_range": "price", "current_price_range": "current_price"}


def stored(row: Row, name: str) -> str | None:
    """The value as it is kept."""
    return row.get(name)


@dataclass(frozen=True, kw_only=True)
class ListKind:
    """What a list is called and by what it can be filtered.

    `days` are compared by calendar day, `amounts` as numbers, `choices` take several values separated by commas
    and do not care about capitals. `tables` overrides the model a filter is reported under.
    """

    model: str
    plural: str
    filters: tuple[str, ...] = ()
    days: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    sort: tuple[str, str] = ("id", "asc")
    value: ValueOf = stored


def listed(
    kind: ListKind,
    shelf: Shelf,
    query: Mapping[str, str],
    present: Callable[[Row], dict[str, object]],
    *,
    switches: Switches,
    visible: Test | None = None,
) -> dict[str, object]:
    """The list envelope for a query. `present` shows one record; `visible` hides some from a visitor.

    Raises Refused(400) for a sort without direction or a day that is none.
    """
    applied: dict[str, str] = {}
    tests = _tests(kind, query, applied)
    if visible is not None:
        tests.append(visible)
    found = [row for row in _candidates(kind, shelf, query) if all(test(row) for test in tests)]
    sort = _sort_of(kind, query)
    _order(found, sort, kind.value)
    limit = _limit(query, switches)
    page = max(_number(query.get("page"), 1), 1)
    offset = (page - 1) * limit
    shown = [_projected(present(row), query.get("attrs")) for row in found[offset : offset + limit]]
    return {
        "paging": {
            "total": len(found),
            "page": page,
            "offset": offset,
            "limit": limit,
            "maxLimit": MAX_LIMIT,
        },
        "sort": [{name: direction} for name, direction in sort],
        "availableFilters": list(kind.filters),
        "appliedFilters": applied or [],
        kind.plural: [{kind.model: item} for item in shown],
    }


def _candidates(kind: ListKind, shelf: Shelf, query: Mapping[str, str]) -> Iterable[Row]:
    # Ten thousand products and one reference: the index answers, nobody walks the shelves.
    if "id" in kind.filters and (wanted := query.get("id", "")).isdecimal():
        row = shelf.get(wanted)
        return [row] if row else []
    for name in kind.filters:
        wanted = query.get(name, "")
        if wanted and "%" not in wanted and name not in kind.choices and shelf.is_indexed(name):
            return shelf.where(name, wanted)
    return shelf


def _tests(kind: ListKind, query: Mapping[str, str], applied: dict[str, str]) -> list[Test]:
    tests: list[Test] = []
    for name in kind.filters:
        wanted = query.get(name)
        if wanted is None or wanted == "":
            continue
        label = f"{kind.model}.{name}"
        if name in kind.days:
            tests.append(_day_test(kind, name, wanted, label, applied))
        elif name in RANGES:
            tests.append(_range_test(kind, RANGES[name], wanted, applied))
        else:
            applied[f"{label} LIKE" if "%" in wanted else label] = wanted
            tests.append(_value_test(kind, name, wanted))
    return tests


def _value_test(kind: ListKind, name: str, wanted: str) -> Test:
    value_of = kind.value
    if name in kind.amounts:
        amount = _amount(wanted)
        return lambda row: (found := value_of(row, name)) is None or _amount(found) == amount
    if name in kind.choices or "%" in wanted:
        options = wanted.split(",") if name in kind.choices else [wanted]
        patterns = [_like(option.strip()) for option in options]
        return lambda row: any(pattern.fullmatch(value_of(row, name) or "") for pattern in patterns)
    return lambda row: (found := value_of(row, name)) is None or found == wanted


def _day_test(kind: ListKind, name: str, wanted: str, label: str, applied: dict[str, str]) -> Test:
    value_of = kind.value
    first, _, last = wanted.partition(",")
    start = _day(first)
    applied[f"{label} >="] = start
    if not last:
        return lambda row: (value_of(row, name) or "")[:10] >= start
    end = _day(last)
    applied[f"{label} <="] = end
    return lambda row: start <= (value_of(row, name) or "")[:10] <= end


def _range_test(kind: ListKind, name: str, wanted: str, applied: dict[str, str]) -> Test:
    low, _, high = wanted.partition(",")
    start, end = _amount(low) or Decimal(0), _amount(high)
    applied[f"{kind.model}.{name} >="] = low
    if end is not None:
        applied[f"{kind.model}.{name} <="] = high

    def test(row: Row) -> bool:
        found = _amount(kind.value(row, name) or "0") or Decimal(0)
        return found >= start and (end is None or found <= end)

    return test


def _sort_of(kind: ListKind, query: Mapping[str, str]) -> list[tuple[str, str]]:
    if not query.get("sort"):
        return [kind.sort]
    sort: list[tuple[str, str]] = []
    for part in query["sort"].split(","):
        name, _, direction = part.strip().rpartition("_")
        if not name or direction.lower() not in ("asc", "desc"):
            raise Refused(400, [NO_DIRECTION])
        sort.append((name, direction.lower()))
    return sort


def _order(rows: list[Row], sort: list[tuple[str, str]], value_of: ValueOf) -> None:
    if sort == [("id", "asc")]:
        return  # the shelf and its indexes already give them by id

    def key(row: Row, name: str) -> tuple[int, Decimal, str]:
        found = value_of(row, name) or ""
        number = _amount(found)
        return (1, Decimal(0), found.casefold()) if number is None else (0, number, "")

    for name, direction in reversed(sort):
        rows.sort(key=lambda row, by=name: key(row, by), reverse=direction == "desc")  # type: ignore[misc]


def _limit(query: Mapping[str, str], switches: Switches) -> int:
    limit = _number(query.get("limit"), DEFAULT_LIMIT)
    if limit > MAX_LIMIT and switches.limit_over_50 == "400":
        raise Refused(400, ["Parametro limit invalido."])
    return min(limit, MAX_LIMIT) if limit > 0 else DEFAULT_LIMIT


def _projected(item: dict[str, object], attrs: str | None) -> dict[str, object]:
    if not attrs:
        return item
    wanted = [name.strip() for name in attrs.split(",")]
    return {name: item[name] for name in wanted if name in item}


def _like(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("%")), re.IGNORECASE | re.DOTALL)


def _number(value: str | None, default: int) -> int:
    # "isdecimal" also accepts digits of other scripts, which int() reads alike.
    return int(value) if value and value.isdecimal() and len(value) < 10 else default


def _amount(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value: str) -> str:
    # Precision below the day is documented nowhere, so an hour in the filter is dropped.
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat()
    except ValueError:
        raise Refused(400, ["Parametro data invalido."]) from None
