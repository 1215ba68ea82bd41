"""Whatever somebody does is asked for in the use case itself: a hidden button is a courtesy, never the lock."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.people.words import CHOOSABLE

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "varejoforte_desktop"
#: Where acts are let through or refused; the screens are not among them.
BELOW_THE_SCREENS = ("application", "persistence", "sync", "credentials", "app")

#: Use cases that are told who acts and yet ask for no permission, and why that is right.
NEED_NO_PERMISSION = {
    "people.change_own_password": "everybody changes their own, and the door has asked for the present one",
    "catalogue.note_prices": "the part that the editor and the import of a sheet share; both have asked before",
    "backups.note_run": "writes down a copy that `copy_order` has allowed, or why there is none",
    "recheck.mark_restored": "a copy was put back by somebody who was asked, or from outside and the program found it",
    "stations.keep_wrapped": "the key as one's own password opens it; asks for the role that the books hold",
    "purchases.save_repriced": "the part that entering a note and taking it back share; both have asked before",
    "sales.write_sale": "the part that a counter sale and an order's sale share; both have asked before",
    "fiscal_numbers.abandon": "the part that giving up a note and cancelling its sale share; both have asked before",
    "fiscal_numbers.move": "writes down a step of a note for a use case that has asked, or for the round by itself",
    "sales.till_for": "finds the open drawer of whoever sells, and changes nothing",
}
#: Use cases that nobody in particular does, and who it is instead.
DONE_BY_NOBODY = {
    "the store is owed what somebody who was asked has just changed": {
        "catalogue.owe",
        "catalogue.owe_product",
        "sales.owe_sold",
    },
    "looks, and changes nothing": {
        "customers.match_customer",
        "invoice_debts.has_one_from_elsewhere",
        "link_invoice.examine_note",
        "link_invoice.own_cnpj",
        "order_import.obstacles_of",
        "stations.key_state",
        "till.open_till_of",
    },
    "guards what follows, and lets nothing through": {
        "clock_watch.check_clock",
        "clock_watch.watch_clock",
        "recheck.sure_of_numbers",
        "sales.check_nfce",
    },
    "the loop that sends, under the lead of its station": {
        "delivery.begin_creation",
        "delivery.build_parcels",
        "delivery.end_creation",
        "delivery.give_up_lead",
        "delivery.keep_link",
        "delivery.link_and_name",
        "delivery.outage_over",
        "delivery.recover",
        "delivery.settle",
        "delivery.take_batch",
        "invoice_debts.invoice_debts",
        "invoice_debts.mind_cancelled",
        "invoice_debts.mind_unlinked",
        "invoice_debts.told_of_invoice",
        "order_status_flow.move_on",
        "order_status_flow.note_told",
        "order_status_flow.order_debts",
        "order_told.told_of_order",
        "quota.close_turns",
        "quota.reserve_turns",
        "store_connection.begin_renewal",
        "store_connection.close_route",
        "store_connection.connection_record",
        "store_connection.keep_renewed",
        "store_connection.route_open",
    },
    "the round that deals with SEFAZ, and the till that hands over the note of a sale it was allowed to make": {
        "fiscal_disputes.likeness",
        "fiscal_disputes.settle_disputed",
        "fiscal_events.adopt_letter",
        "fiscal_events.ask_replaced_cancel",
        "fiscal_events.begin_event",
        "fiscal_events.settle_event",
        "fiscal_events.settle_event_silence",
        "fiscal_numbers.go_offline",
        "fiscal_numbers.number_sale",
        "fiscal_sending.begin_consulting",
        "fiscal_sending.begin_sending",
        "fiscal_sending.authorised",
        "fiscal_sending.keep_events",
        "fiscal_sending.mind_block",
        "fiscal_sending.note_asked",
        "fiscal_sending.postpone",
        "fiscal_sending.recover_documents",
        "fiscal_sending.settle_consulted",
        "fiscal_sending.settle_replaced",
        "fiscal_sending.settle_sent",
        "fiscal_sending.settle_status",
        "fiscal_sending.settle_unanswered",
        "fiscal_sending.settle_unsent",
        "fiscal_voids.begin_void",
        "fiscal_voids.sent_in_range",
        "fiscal_voids.settle_void",
        "fiscal_voids.settle_void_silence",
        "recheck.raise_series",
    },
    "the printing of a station": {
        "print_jobs.begin_print",
        "print_jobs.doubt_unfinished",
        "print_jobs.give_back",
        "print_jobs.print_failed",
        "print_jobs.print_unsure",
        "print_jobs.printed",
    },
    "parts of a note that is being written": {
        "fiscal_drafts.draft_of",
        "fiscal_drafts.shop_time",
        "fiscal_numbers.series_for",
        "fiscal_numbers.successor",
        "fiscal_numbers.tell_sale",
        "fiscal_places.needs_here",
        "fiscal_places.nothing_open",
        "order_invoices.keep_invoice",
        "order_invoices.owe_invoice",
    },
    "the loop that looks at the store's orders": {
        "order_inbox.next_window",
        "order_inbox.note_heads",
        "order_inbox.note_look",
        "order_inbox.note_order",
        "order_inbox.note_statuses",
        "order_inbox.note_unreadable",
        "order_inbox.owe_stock",
        "order_status_flow.drop_moot",
    },
    "the door, before anybody is in": {
        "sign_in.admit",
        "sign_in.challenge",
        "sign_in.come_in",
        "sign_in.found_shop",
        "sign_in.note_wrong_password",
        "stations.found_at_station",
    },
}


@dataclass
class UseCase:
    """A function of the application that works in a transaction."""

    name: str
    node: ast.FunctionDef
    actors: frozenset[str] = field(default_factory=frozenset)

    @property
    def public(self) -> bool:
        """Whether a screen, a command or the loop may call it."""
        return not self.node.name.startswith("_")


def functions(sources: Mapping[str, str]) -> dict[str, UseCase]:
    """The functions that take a unit of work or somebody who acts, by "module.name"."""
    found = {}
    for module, text in sources.items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                told = {each.arg: each.annotation for each in _parameters(node)}
                words = {name: ast.unparse(note) if note else "" for name, note in told.items()}
                actors = frozenset(name for name, note in words.items() if "Actor" in note)
                if actors or "UnitOfWork" in words.values():
                    found[f"{module}.{node.name}"] = UseCase(f"{module}.{node.name}", node, actors)
    return found


def _parameters(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def asking(cases: Mapping[str, UseCase]) -> set[str]:
    """Those that ask before anything else can happen: themselves, or by handing whoever acts to one that asks."""
    asks: set[str] = set()
    while True:
        more = {name for name, case in cases.items() if name not in asks and _asks(case, asks)}
        if not more:
            return asks
        asks |= more


def _asks(case: UseCase, known: set[str]) -> bool:
    module = case.name.partition(".")[0]
    names = {each.partition(".")[2] for each in known if each.startswith(f"{module}.") or "._" not in each}
    return any(_asked_in(statement, case.actors, names) for statement in case.node.body)


def _asked_in(statement: ast.stmt, actors: frozenset[str], names: set[str]) -> bool:
    """Whether this line always asks: inside a branch it counts only when the other branch asks too."""
    if isinstance(statement, ast.If):
        return (
            any(_asked_of(node, actors, names) for node in ast.walk(statement.test))
            or _refuses_by_rank(statement, actors)
            or (
                _is_somebody(statement.test)
                and any(_asked_in(each, actors, names) for each in statement.body)
            )
            or (
                bool(statement.orelse)
                and all(
                    any(_asked_in(each, actors, names) for each in branch)
                    for branch in (statement.body, statement.orelse)
                )
            )
        )
    if isinstance(statement, ast.For | ast.While | ast.Try | ast.With | ast.FunctionDef):
        return False
    return any(_asked_of(node, actors, names) for node in ast.walk(statement))


def _asked_of(node: ast.AST, actors: frozenset[str], names: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in {"needs", "may"}:
        return _mentions(node.func.value, actors)
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    handed = [*node.args, *(keyword.value for keyword in node.keywords)]
    return called in names and any(_mentions(each, actors) for each in handed)


def _refuses_by_rank(statement: ast.If, actors: frozenset[str]) -> bool:
    """`if by.role is not Role.ADMINISTRADOR: raise …`."""
    return (
        isinstance(statement.body[-1], ast.Raise)
        and "Role.ADMINISTRADOR" in ast.unparse(statement.test)
        and any(
            isinstance(node, ast.Attribute) and node.attr == "role" and _mentions(node.value, actors)
            for node in ast.walk(statement.test)
        )
    )


def _is_somebody(test: ast.expr) -> bool:
    """`if by is not None:` — without anybody who acts, it is the program's own act."""
    return ast.unparse(test) == "by is not None"


def _mentions(node: ast.AST, actors: frozenset[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in actors for each in ast.walk(node))


def application() -> dict[str, UseCase]:
    """All of the program's own."""
    return functions({path.stem: path.read_text("utf-8") for path in (PACKAGE / "application").glob("*.py")})


def _works_in_a_transaction(case: UseCase) -> bool:
    return any(
        each.annotation and ast.unparse(each.annotation) == "UnitOfWork" for each in _parameters(case.node)
    )


CASES = application()
TOLD_WHO = sorted(
    name for name, case in CASES.items() if case.public and case.actors and _works_in_a_transaction(case)
)


def test_there_is_something_to_look_at() -> None:
    assert len(TOLD_WHO) > 40
    assert {"sales.cancel_sale", "people.set_permission", "stock.move_stock"} <= set(TOLD_WHO)


@pytest.mark.parametrize("name", TOLD_WHO)
def test_whoever_acts_is_asked_for_a_permission(name: str) -> None:
    if name in NEED_NO_PERMISSION:
        assert name not in asking(CASES), f"{name} asks after all: take it off the list"
    else:
        assert name in asking(CASES), f"{name} asks for no permission before it acts"


def test_every_exception_is_still_a_use_case() -> None:
    assert set(TOLD_WHO) >= set(NEED_NO_PERMISSION)


def test_a_use_case_that_is_not_told_who_acts_is_nobodys_act() -> None:
    alone = {name for name, case in CASES.items() if case.public and not case.actors}
    explained = {name for names in DONE_BY_NOBODY.values() for name in names}
    assert alone - explained == set(), "who does these, and who may?"
    assert explained - alone == set(), "gone, or told by now who acts"


def permissions_asked_for() -> Iterator[str]:
    """The names of the permissions that anything below the screens asks for."""
    for room in BELOW_THE_SCREENS:
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in {"needs", "may"}
                ):
                    yield from (each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute))


def test_every_permission_that_can_be_given_opens_something() -> None:
    asked = set(permissions_asked_for())
    assert {each.name for each in CHOOSABLE} - asked == set()


def test_what_cannot_be_taken_away_is_asked_for_nowhere() -> None:
    assert set(Permission) - set(CHOOSABLE) == {Permission.SEE_CATALOGUE}
    assert Permission.SEE_CATALOGUE.name not in set(permissions_asked_for())


def test_nobody_slips_past_the_books_inside_a_small_function() -> None:
    """`run(lambda uow: sell(uow, by=actor))` would hand over whoever signed in, not who the books know now."""
    slips = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"run", "run_now"}:
                for each in (each for each in node.args if isinstance(each, ast.Lambda)):
                    handed = {
                        word.arg
                        for call in ast.walk(each)
                        if isinstance(call, ast.Call)
                        for word in call.keywords
                    }
                    slips += [f"{path.name}:{node.lineno}"] if handed & {"by", "approved_by"} else []
    assert slips == []


# -- the rule itself can see ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("by.needs(Permission.SELL)", True),
        ("(approved_by or by).needs(Permission.SELL)", True),
        ("uow.sales.add(1)", False),
        ("uow.sales.add(by)", False),
        ("if uow.now:\n        by.needs(Permission.SELL)", False),
        (
            "if uow.now:\n        by.needs(Permission.SELL)\n    else:\n        by.needs(Permission.SYNC)",
            True,
        ),
        ("for each in uow.sales:\n        by.needs(Permission.SELL)", False),
        ("if by.role is not Role.ADMINISTRADOR:\n        raise OnlyAdministrators", True),
        ("if by.role is not Role.ADMINISTRADOR:\n        uow.note()", False),
        ("if by is not None:\n        by.needs(Permission.SELL)", True),
        ("if by is not None:\n        uow.note()", False),
        ("if approved_by is not None:\n        approved_by.needs(Permission.SELL)", False),
        ("return _inner(uow, by)", True),
        ("return _inner(uow, None)", False),
        ("return _silent(uow, by)", False),
        ("uow.other.needs(Permission.SELL)", False),
    ],
)
def test_the_rule_sees_who_asks(body: str, asks: bool) -> None:
    head = "(uow: UnitOfWork, by: Actor, approved_by: Actor | None = None) -> None:\n    "
    text = (
        f"def act{head}{body}\ndef _inner{head}by.needs(Permission.SELL)\ndef _silent{head}uow.sales.add(1)\n"
    )
    assert ("shop.act" in asking(functions({"shop": text}))) is asks
