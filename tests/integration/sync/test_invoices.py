"""An authorised note reaches the order in the store once, whatever is lost on the way; then the order moves on."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.sync.test_order_debts import Desk
from tests.purchase_notes import SHOP, a_note, item, note_key
from tests.stations import PracticeShop
from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName
from varejoforte_desktop.application.invoice_debts import mind_cancelled
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.link_invoice import link_note
from varejoforte_desktop.application.order_invoices import owe_invoice
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_status_flow import send_off
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.status_map import choose_order_rules
from varejoforte_desktop.application.unlink_invoice import unlink_invoice
from varejoforte_desktop.domain.errors import OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.domain.outbox import Aspect, QueueState, SubjectKind
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.invoice_file import parse_invoice
from varejoforte_desktop.simulator.faults import FaultKind

PRODUCTION, REHEARSAL = FiscalEnvironment.PRODUCAO, FiscalEnvironment.HOMOLOGACAO
Row = dict[str, str]


class Notes(Desk):
    """The order is a sale, and notes are issued for it."""

    async def begin(self) -> None:
        await super().begin()
        await self.register()
        await self.shop.until_empty()
        self.shop.store.log.clear()

    def rules(self, **chosen: str) -> None:
        """What the store is told afterwards, by the names of its statuses."""
        ids: dict[str, Any] = {
            name: self.shop.store.shop.status_named(status)["id"] for name, status in chosen.items()
        }
        self.shop.main.database.run_now(choose_order_rules, OrderRules(**ids), by=self.shop.actor)

    def issue(
        self,
        number: int = 123,
        *,
        environment: FiscalEnvironment = PRODUCTION,
        cfops: Sequence[str] = ("5102",),
    ) -> int:
        """SEFAZ has authorised a note; gives the document's id."""
        return self.shop.main.database.run_now(self._issued, number, environment, cfops)

    def _issued(
        self, uow: UnitOfWork, number: int, environment: FiscalEnvironment, cfops: Sequence[str]
    ) -> int:
        sale = uow.sales.live_of_order(self.order_id)
        assert sale is not None
        body = "".join(f"<det><prod><CFOP>{each}</CFOP></prod></det>" for each in cfops)
        record = DocumentRecord(
            sale_id=sale.id,
            name=SeriesName(cnpj=SHOP, environment=environment, model=FiscalModel.NFE, series=1),
            number=number,
            random_code="48213975",
            key=note_key(number, issuer=SHOP),
            emission_type=EmissionType.NORMAL,
            state=DocumentState.AUTHORISED,
            station="CAIXA-1",
            issued_at=uow.now,
            total=sale.amounts.total,
            xml=b"<NFe/>",
            digest="x",
            proc=f"<nfeProc>{body}</nfeProc>".encode(),
            protocol="135260000123456",
            authorised_at=uow.now,
            sent=True,
        )
        document = replace(record, id=uow.documents.add(record))
        owe_invoice(uow, document)
        return document.id

    def cancel_note(self, document_id: int) -> None:
        """SEFAZ has cancelled it."""

        def work(uow: UnitOfWork) -> None:
            document = replace(uow.documents.get(document_id), state=DocumentState.CANCELLED)
            uow.documents.save(document)
            mind_cancelled(uow, document)

        self.shop.main.database.run_now(work)

    def in_store(self) -> list[Row]:
        """The notes that the store has, after late writes have landed."""
        self.shop.store._apply_what_is_due()
        return list(self.shop.store.shop.invoices)

    def records(self) -> list[InvoiceRecord]:
        """Ours, the newest first."""
        return self.shop.main.database.run_now(lambda uow: uow.invoices.of_order(self.order_id))

    def asked(self, method: str) -> list[str]:
        return [each.path for each in self.shop.asked(method, "/invoices")]

    async def halted(self) -> str:
        """Wait for a line that a person has to look at; gives its cause."""
        await self.shop.until(lambda: any(row.state is QueueState.HALTED for row in self.shop.queue))
        (row,) = [each for each in self.shop.queue if each.state is QueueState.HALTED]
        return row.cause


@pytest.fixture
async def desk(shop: PracticeShop) -> Notes:
    """An order that is a sale."""
    made = Notes(shop)
    await made.begin()
    return made


async def test_an_authorised_note_reaches_the_order_in_the_store(shop_on_both: PracticeShop) -> None:
    """Key, number, amount, XML and the CFOP of each thing; then the status that the shop chose, once."""
    desk = Notes(shop_on_both)
    await desk.begin()
    desk.rules(invoiced_status_id="ENVIADO")
    desk.issue(123, cfops=["5102"])
    await desk.shop.until_empty()
    (row,) = desk.in_store()
    assert (row["order_id"], row["number"], row["serie"]) == (desk.remote_id, "123", "1")
    assert (row["key"], row["issue_date"]) == (note_key(123, issuer=SHOP), "2026-11-20")
    assert row["xml_danfe"].startswith("<nfeProc>")
    assert row["link"].endswith(row["key"])
    assert f'"product_id": "{desk.pan}", "variation_id": "0", "cfop": "5102"' in row["cfop"]
    assert row["value"] == desk.shop.store.orders[desk.remote_id]["total"]
    (record,) = desk.records()
    assert (record.remote_id, record.told_at is not None) == (row["id"], True)
    assert desk.status() == "ENVIADO"
    assert desk.kinds[-3:] == ["invoice", "invoice_told", "status_told"]
    label, push = next(each for each in desk.shop.history() if each[1].aspects == (Aspect.INVOICE,))
    assert (label, push.outcome) == (f"NF-e 1/123 do pedido {desk.remote_id}", "sent")
    assert (desk.asked("GET"), desk.asked("POST")) == (
        [desk.asked("POST")[0]],
        [f"/orders/{desk.remote_id}/invoices"],
    )


async def test_the_queue_calls_a_note_by_its_number_and_order(desk: Notes) -> None:
    desk.shop.main.line.offline = True
    desk.issue(124)
    (row,) = desk.shop.queue
    assert (row.subject.kind, row.label) == (SubjectKind.INVOICE, f"NF-e 1/124 do pedido {desk.remote_id}")
    detail = desk.shop.main.database.read_now(lambda reader: reader.queue_detail(row.id))
    assert detail.changes == ()


async def test_the_status_is_left_alone_unless_the_shop_chose_one(desk: Notes) -> None:
    desk.issue()
    await desk.shop.until_empty()
    assert desk.status() == "A ENVIAR"
    assert desk.puts() == []


async def test_a_rehearsal_is_not_told_unless_the_shop_wants_it(desk: Notes) -> None:
    desk.issue(1, environment=REHEARSAL)
    await desk.shop.sleep(65)
    assert (desk.shop.owed(), desk.in_store()) == (0, [])

    def rehearse(uow: UnitOfWork) -> None:
        uow.fiscal_setup.save_settings(replace(uow.fiscal_setup.settings(), tell_rehearsals=True))

    desk.shop.main.database.run_now(rehearse)
    document = desk.shop.main.database.run_now(lambda uow: uow.documents.by_key(note_key(1, issuer=SHOP)))
    assert document is not None
    desk.shop.main.database.run_now(owe_invoice, document)
    await desk.shop.until_empty()
    assert [row["number"] for row in desk.in_store()] == ["1"]
    assert "hom.nfe" in desk.in_store()[0]["link"]


@pytest.mark.parametrize(
    ("kind", "applied"),
    [
        ("timeout", True),
        ("timeout", False),
        ("reset", True),
        ("status", True),
        ("html", False),
        ("html", True),
    ],
)
async def test_a_note_that_nobody_confirmed_is_looked_for_first(
    desk: Notes, kind: FaultKind, applied: bool
) -> None:
    """It is posted again only when it did not arrive, and not before it can no longer arrive late."""
    desk.shop.store.faults.next(
        kind,
        method="POST",
        path_contains="/invoices",
        after_applying=applied,
        status=500 if kind == "status" else None,
    )
    desk.issue()
    took = await desk.shop.until_empty()
    assert len(desk.in_store()) == 1
    assert len(desk.asked("POST")) == (1 if applied else 2)
    assert took < 60 if applied else took >= 85
    assert desk.kinds.count("invoice_told") == 1


async def test_a_note_is_told_once_though_the_station_dies_before_it_hears_the_answer(desk: Notes) -> None:
    desk.shop.store.faults.next("timeout", method="POST", path_contains="/invoices", after_applying=True)
    desk.issue()
    await desk.shop.until(lambda: desk.shop.asked("POST", "/invoices"))
    fresh = await desk.shop.crash(desk.shop.main)
    fresh.sync.start(desk.shop.actor)
    await desk.shop.until_empty()
    assert (len(desk.in_store()), len(desk.asked("POST"))) == (1, 1)
    assert desk.records()[0].remote_id == desk.in_store()[0]["id"]


async def test_a_note_that_the_store_already_has_is_well(desk: Notes) -> None:
    """Somebody typed it in the store's panel."""
    key = note_key(123, issuer=SHOP)
    row = {
        "link": "",
        "xml_danfe": "",
        "issue_date": "2026-11-20",
        "number": "123",
        "serie": "1",
        "value": "1.00",
    }
    number = desk.shop.store.shop.invoices.add({**row, "key": key, "order_id": desk.remote_id, "cfop": "[]"})
    desk.issue(123)
    await desk.shop.until_empty()
    assert desk.asked("POST") == []
    assert desk.records()[0].remote_id == number


async def test_a_number_that_the_store_has_under_another_order_waits_for_a_person(desk: Notes) -> None:
    row = {
        "link": "",
        "xml_danfe": "",
        "issue_date": "2026-11-20",
        "number": "123",
        "serie": "1",
        "value": "1.00",
    }
    desk.shop.store.shop.invoices.add({**row, "key": "0" * 44, "order_id": "1", "cfop": "[]"})
    desk.issue(123)
    assert await desk.halted() == "invoice_taken"
    assert "already" in desk.shop.queue[0].detail
    assert desk.records()[0].told_at is None


async def test_an_order_that_is_gone_from_the_store_takes_no_note(desk: Notes) -> None:
    desk.shop.store.shop.orders.remove(desk.remote_id)
    desk.issue()
    assert await desk.halted() == "order_not_there"


# -- cancelled -------------------------------------------------------------------------------------------------------


async def test_a_note_cancelled_in_time_is_never_told(desk: Notes) -> None:
    desk.shop.main.line.offline = True
    desk.cancel_note(desk.issue())
    desk.shop.main.line.offline = False
    await desk.shop.until_empty()
    assert desk.in_store() == []


async def test_a_note_cancelled_after_it_was_told_is_for_a_person_until_a_substitute_takes_its_place(
    desk: Notes,
) -> None:
    first = desk.issue(123)
    await desk.shop.until_empty()
    desk.cancel_note(first)
    assert await desk.halted() == "invoice_cancelled"
    assert "invoice_cancelled" in desk.kinds
    assert [row["number"] for row in desk.in_store()] == ["123"]
    desk.issue(124)
    await desk.shop.until_empty()
    (row,) = desk.in_store()
    assert (row["number"], row["key"]) == ("124", note_key(124, issuer=SHOP))
    assert desk.asked("POST") == [f"/orders/{desk.remote_id}/invoices"]
    assert desk.asked("PUT") == [f"/orders/{desk.remote_id}/invoices/{row['id']}"]
    assert desk.records()[0].remote_id == row["id"]


async def test_a_note_cancelled_while_nobody_knew_whether_it_arrived_is_looked_for(desk: Notes) -> None:
    desk.shop.store.faults.next("late", method="POST", path_contains="/invoices", seconds=40)
    document = desk.issue(123)
    await desk.shop.until(lambda: desk.shop.asked("POST", "/invoices"))
    await desk.shop.sleep(20)
    desk.cancel_note(document)
    assert await desk.halted() == "invoice_cancelled"
    assert len(desk.in_store()) == 1


# -- sent off --------------------------------------------------------------------------------------------------------


async def test_the_tracking_code_and_the_status_go_together(shop_on_both: PracticeShop) -> None:
    desk = Notes(shop_on_both)
    await desk.begin()
    desk.rules(shipped_status_id="ENVIADO", invoiced_status_id="A ENVIAR")
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    sent = run(send_off, desk.order_id, code=" AA123456785BR ", url="rastreio.exemplo/AA", by=by)
    assert (sent.code, sent.url) == ("AA123456785BR", "https://rastreio.exemplo/AA")
    await desk.shop.until_empty()
    row = desk.shop.store.orders[desk.remote_id]
    assert (row["sending_code"], row["tracking_url"]) == (sent.code, sent.url)
    assert row["sending_date"] == "2026-11-20"
    assert (desk.status(), len(desk.puts())) == ("ENVIADO", 1)
    assert desk.kinds[-3:] == ["sent", "tracking_told", "status_told"]
    assert run(send_off, desk.order_id, code="AA123456785BR", url=sent.url, by=by) == sent
    assert desk.shop.owed() == 0
    desk.issue()  # a note that comes after the parcel has left does not take the order back
    await desk.shop.until_empty()
    assert desk.status() == "ENVIADO"


async def test_a_code_typed_wrong_is_typed_again(desk: Notes) -> None:
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    desk.shop.main.line.offline = True
    run(send_off, desk.order_id, code="ERRADO", by=by)
    run(send_off, desk.order_id, code="CERTO", by=by)
    desk.shop.main.line.offline = False
    await desk.shop.until_empty()
    assert desk.shop.store.orders[desk.remote_id]["sending_code"] == "CERTO"
    assert (desk.status(), len(desk.puts())) == ("A ENVIAR", 1)


async def test_an_order_that_is_no_sale_or_is_cancelled_is_not_sent_off(shop: PracticeShop) -> None:
    plain = Desk(shop)
    await plain.begin()
    with pytest.raises(OrderStageWrong):
        shop.main.database.run_now(send_off, plain.order_id, code="A", by=shop.actor)
    await plain.register()
    shop.store.cancel_order(plain.remote_id)
    await plain.look()
    with pytest.raises(OrderBlocked):
        shop.main.database.run_now(send_off, plain.order_id, code="A", by=shop.actor)


# -- linked ----------------------------------------------------------------------------------------------------------


async def test_a_linked_note_goes_to_the_store_the_same_way(desk: Notes) -> None:
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    order = desk.detail.order
    assert order is not None
    total = f"{order.amounts.total.reais:.2f}"
    data = a_note(
        [item("PAN-1", CFOP="5405"), item("OUTRO", CFOP="5102")],
        number=77, issuer=SHOP, recipient=order.buyer.cpf, total=total,
    )  # fmt: skip
    run(_is_of, SHOP)
    found = run(link_note, desk.order_id, parse_invoice(data), by=by)
    assert not found.repeated
    await desk.shop.until_empty()
    (row,) = desk.in_store()
    assert (row["number"], row["value"], row["xml_danfe"]) == ("77", total, data.decode())
    assert '"cfop": "5405"' in row["cfop"]


async def test_a_typed_note_is_told_without_what_nobody_knows(desk: Notes) -> None:
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    run(_is_of, SHOP)
    run(link_note, desk.order_id, note_key(78, issuer=SHOP), by=by)
    await desk.shop.until_empty()
    (row,) = desk.in_store()
    order = desk.detail.order
    assert order is not None
    total = f"{order.amounts.total.reais:.2f}"
    assert (row["number"], row["value"], row["xml_danfe"], row["cfop"]) == ("78", total, "", "[]")


@pytest.mark.parametrize(
    ("why", "cause"),
    [(UnlinkReason.CANCELLED, "invoice_cancelled"), (UnlinkReason.MISTAKE, "invoice_unlinked")],
)
async def test_a_note_whose_link_was_taken_back_is_for_a_person_until_the_right_one_takes_its_place(
    desk: Notes, why: UnlinkReason, cause: str
) -> None:
    """The store cannot take a note back; the next one, here the shop's own, is put over it."""
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    run(_is_of, SHOP)
    wrong = note_key(78, issuer=SHOP)
    run(link_note, desk.order_id, wrong, by=by)
    await desk.shop.until_empty()
    run(unlink_invoice, desk.order_id, wrong, why=why, by=by)
    assert await desk.halted() == cause
    assert [each["key"] for each in desk.in_store()] == [wrong]
    desk.issue(123)
    await desk.shop.until_empty()
    assert [each["number"] for each in desk.in_store()] == ["123"]
    assert [each.split("/")[-1] for each in desk.asked("PUT")] == [desk.in_store()[0]["id"]]


async def test_a_link_taken_back_in_time_never_reaches_the_store(desk: Notes) -> None:
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    run(_is_of, SHOP)
    await desk.shop.main.sync.stop()
    wrong = note_key(78, issuer=SHOP)
    run(link_note, desk.order_id, wrong, by=by)
    run(unlink_invoice, desk.order_id, wrong, why=UnlinkReason.MISTAKE, by=by)
    desk.shop.start()
    await desk.shop.until_empty()
    assert (desk.in_store(), desk.asked("POST")) == ([], [])


def _is_of(uow: UnitOfWork, cnpj: str) -> None:
    settings = uow.fiscal_setup.settings()
    uow.fiscal_setup.save_settings(replace(settings, emitter=replace(settings.emitter, cnpj=cnpj)))


# -- everything at once ----------------------------------------------------------------------------------------------

UNANSWERED: tuple[FaultKind, ...] = ("timeout", "reset", "status", "html")


async def _history(url: str, seed: int) -> None:
    """Notes are issued and cancelled while answers are dropped, writes land late and stations die."""
    shop = PracticeShop(url, seconds=asyncio.get_running_loop().time, sleep=asyncio.sleep, seed=seed)
    chance = random.Random(seed)
    try:
        await shop.connect()
        desk = Notes(shop)
        await desk.begin()
        desk.rules(invoiced_status_id="ENVIADO")
        if seed % 2:  # a store that would take a note twice: only our own care is in the way
            shop.store.switches.duplicate_invoice = "accept"
        faults = shop.store.faults
        for kind in UNANSWERED:
            for applied in (True, False):
                faults.next(
                    kind,
                    times=None,
                    probability=chance.uniform(0, 0.2),
                    path_contains="/invoices",
                    after_applying=applied,
                    status=chance.choice([500, 502]),
                )
        faults.next(
            "late", times=None, probability=chance.uniform(0, 0.4), path_contains="/invoices",
            seconds=chance.uniform(1, 60),
        )  # fmt: skip
        numbers = itertools.count(1)
        living = desk.issue(next(numbers))
        for _ in range(chance.randrange(1, 4)):
            await shop.sleep(chance.uniform(0, 120))
            if chance.random() < 0.5:
                desk.cancel_note(living)
                living = desk.issue(next(numbers))
            elif chance.random() < 0.5:
                fresh = await shop.crash(shop.main)
                fresh.sync.start(shop.actor)
            else:
                shop.store.revoke_tokens()
        await shop.sleep(chance.uniform(0, 60))
        faults.clear()
        shop.main.sync.start(shop.actor)
        await shop.until(lambda: all(row.state is QueueState.HALTED for row in shop.queue), within=1200)
        await shop.sleep(100)
        _check(desk, living)
    except BaseException:
        print(f"\nseed {seed}")
        raise
    finally:
        await shop.close()


def _check(desk: Notes, living: int) -> None:
    rows = desk.in_store()
    counted = Counter(row["key"] for row in rows)
    assert set(counted.values()) <= {1}, counted
    document = desk.shop.main.database.run_now(lambda uow: uow.documents.get(living))
    assert counted[document.key] == 1
    told = [each for each in desk.records() if each.told_at is not None]
    assert [each.key for each in told][:1] == [document.key]
    assert desk.kinds.count("invoice_told") == len(told)
    assert desk.status() == "ENVIADO"
    # A cancelled note that the store shows beside the living one is never passed over in silence.
    dead = {row["key"] for row in rows} - {document.key}
    halted = {row.subject.id for row in desk.shop.queue if row.cause == "invoice_cancelled"}
    assert {each.key for each in desk.records() if each.id in halted} == dead


@pytest.mark.parametrize("seed", range(1, 21))
async def test_after_any_history_the_store_has_each_note_once(sqlite_url: str, seed: int) -> None:
    await _history(sqlite_url, seed)


@pytest.mark.parametrize("seed", range(21, 23))
async def test_the_same_on_postgresql(copied_postgres_url: str, seed: int) -> None:
    await _history(copied_postgres_url, seed)
