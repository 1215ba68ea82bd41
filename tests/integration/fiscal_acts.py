"""What a person can do about fiscal documents, each act with the permission behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tests.books import NOON
from tests.fiscal_shop import CNPJ, OWN, emitter, set_up
from tests.integration.test_counter import a_basket, pay
from tests.order_builders import a_registration
from tests.purchase_notes import SHOP, item, read
from varejoforte_desktop.application import fiscal_setup, print_jobs
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_events import ask_cancel, ask_correction
from varejoforte_desktop.application.fiscal_numbers import (
    Pen,
    abandon,
    give_up,
    number_sale,
    renew_document,
)
from varejoforte_desktop.application.fiscal_ports import Answer, CertificateFacts
from varejoforte_desktop.application.fiscal_sending import begin_sending, settle_sent
from varejoforte_desktop.application.fiscal_voids import ask_void
from varejoforte_desktop.application.link_invoice import link_note
from varejoforte_desktop.application.order_sale import register_order
from varejoforte_desktop.application.order_status_flow import send_off
from varejoforte_desktop.application.print_jobs import PrintTicket
from varejoforte_desktop.application.purchases import enter_purchase
from varejoforte_desktop.application.undo_purchase import undo_purchase
from varejoforte_desktop.application.unlink_invoice import unlink_invoice
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.fiscal import FiscalEnvironment, KeyParts, access_key
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.domain.print_job import Paper, PaperKind
from varejoforte_desktop.domain.purchase import LineChoice
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import ProductTax
from varejoforte_desktop.fiscal.office import SefazOffice
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority

if TYPE_CHECKING:
    from tests.integration.permitted_acts import Given, Scene

P = Permission
SETTINGS: Final = FiscalSettings(emitter=emitter(), own_endpoints=OWN)
FACTS: Final = CertificateFacts(
    holder="CASA DAS PANELAS",
    cnpj=CNPJ,
    issuer="AC de teste",
    serial="1",
    not_before=NOON - timedelta(days=1),
    not_after=NOON + timedelta(days=300),
)
_WHY: Final = "Cliente desistiu da compra"


def pen_of(scene: Scene) -> Pen:
    """What the shop writes its documents with, once it is set up for them."""
    found = getattr(scene, "pen", None)
    if isinstance(found, Pen):
        return found
    seal, authority = ShopKey(""), PracticeAuthority(lambda: NOON)
    seal.make()
    set_up(scene.database, seal, authority, by=scene.owner, now=NOON)
    secret = scene.database.read_now(lambda reader: reader.fiscal.secrets())["certificate"]
    notary = SefazOffice().notary(seal.open(secret.sealed), SETTINGS)
    pen = Pen(notary=notary, cnpj=CNPJ, environment=FiscalEnvironment.HOMOLOGACAO)
    scene.pen = pen  # type: ignore[attr-defined]
    return pen


def numbered(scene: Scene, fiscal: FiscalModel = FiscalModel.NFCE) -> DocumentRecord:
    """A document that SEFAZ has not seen yet."""
    pen = pen_of(scene)
    assert scene.till
    buyer: dict[str, Any] = {}
    if fiscal is FiscalModel.NFE:
        buyer["customer_id"] = scene.database.run_now(lambda uow: uow.customers.add(_BUYER, uow.now))
        buyer |= {"buyer_document": _BUYER.document, "buyer_name": _BUYER.name}
    basket = pay(a_basket(scene.pan, **buyer))
    sale = scene.run(finish_basket, basket, fiscal=fiscal)
    document = scene.database.run_now(number_sale, sale.sale_id, pen=pen, station="Balcão")
    assert document is not None
    return document


_BUYER: Final = Customer(
    name="Marina Duarte",
    document="52998224725",
    address=Address(
        street="Rua A", number="1", district="Centro", city="São Paulo", state="SP", postcode="01001000"
    ),
)


def answered(scene: Scene, stat: str, fiscal: FiscalModel = FiscalModel.NFCE) -> DocumentRecord:
    """A document to which SEFAZ said this."""
    document = numbered(scene, fiscal)
    errand = scene.database.run_now(begin_sending, document.id, claim="teste")
    assert errand is not None
    answer = Answer(stat=stat, reason="", protocol="135260000000001", digest=document.digest)
    return scene.database.run_now(settle_sent, errand, answer, proc=b"<nfeProc/>")


def _to_void(scene: Scene) -> SeriesName:
    document = numbered(scene)
    scene.database.run_now(lambda uow: abandon(uow, uow.documents.get(document.id), why="teste", by=None))
    return document.name


def fiscal_acts(
    given: Callable[..., Given],
) -> tuple[tuple[Permission, Callable[..., Any], Callable[[Scene], Given]], ...]:
    """The permission, and what it lets be done."""
    series = SeriesRecord(
        name=SeriesName(
            cnpj=CNPJ, environment=FiscalEnvironment.HOMOLOGACAO, model=FiscalModel.NFCE, series=7
        ),
        station="Balcão",
        last=0,
    )
    return (
        (P.CHANGE_SETTINGS, fiscal_setup.save_fiscal_settings, lambda _: given(SETTINGS)),
        (
            P.CHANGE_SETTINGS,
            fiscal_setup.keep_certificate,
            lambda s: given(FACTS, "x", key_version=_key_version(s)),
        ),
        (
            P.CHANGE_SETTINGS,
            fiscal_setup.keep_csc,
            lambda s: given(FiscalEnvironment.HOMOLOGACAO, "x", key_version=_key_version(s)),
        ),
        (P.CHANGE_SETTINGS, fiscal_setup.keep_series, lambda _: given(series)),
        (P.CHANGE_SETTINGS, fiscal_setup.save_tax_rules, lambda _: given((), source="planilha.csv")),
        (P.CHANGE_SETTINGS, fiscal_setup.sign_tax_rules, lambda s: given(signer=_signer(s))),
        (P.ISSUE_DOCUMENTS, link_note, lambda s: given(s.order, _key_for(s))),
        (
            P.ISSUE_DOCUMENTS,
            unlink_invoice,
            lambda s: given(s.order, _linked_to(s), why=UnlinkReason.MISTAKE),
        ),
        (P.REGISTER_ORDERS, send_off, lambda s: given(_registered(s), code="AA123456785BR")),
        (P.SELL, print_jobs.ask_print, lambda _: given(_PAGE, token="t1", station="Balcão")),
        (P.SELL, print_jobs.reprint, lambda s: given(_asked(s), token="t2", station="Balcão")),
        (P.SELL, print_jobs.retry_print, lambda s: given(_asked(s))),
        (P.SELL, print_jobs.settle_print, lambda s: given(_asked(s), came_out=True)),
        (P.SELL, print_jobs.cancel_print, lambda s: given(_asked(s))),
        (P.ENTER_PURCHASES, enter_purchase, lambda s: _bought(s, given)),
        (
            P.ENTER_PURCHASES,
            undo_purchase,
            lambda s: given(_entered(s, given), reason=_WHY, approved_by=s.owner),
        ),
        (P.EDIT_CATALOGUE, fiscal_setup.save_product_tax, lambda s: given(s.pan.id, ProductTax(group="st"))),
        (P.ISSUE_DOCUMENTS, renew_document, lambda s: given(answered(s, "778").id, pen=pen_of(s))),
        (P.MANAGE_DOCUMENTS, give_up, lambda s: given(answered(s, "778").id)),
        (P.CANCEL_SALES, ask_cancel, lambda s: given(answered(s, "100").id, _WHY, pen=pen_of(s))),
        (
            P.MANAGE_DOCUMENTS,
            ask_correction,
            lambda s: given(answered(s, "100", FiscalModel.NFE).id, _WHY, pen=pen_of(s)),
        ),
        (
            P.MANAGE_DOCUMENTS,
            ask_void,
            lambda s: given(_to_void(s), first=1, last=1, reason=_WHY, pen=pen_of(s)),
        ),
    )


_PAGE: Final = Paper(kind=PaperKind.TEST_PAGE, content="")


def _asked(scene: Scene) -> int:
    ticket: PrintTicket = scene.run(print_jobs.ask_print, _PAGE, token="pedida", station="Balcão")
    return ticket.job_id


def _bought(scene: Scene, given: Callable[..., Given]) -> Given:
    choice = LineChoice(place=1, product_id=scene.pan.id, factor=Decimal(1))
    return given(read([item("FV-100")], recipient=SHOP), [choice], own_cnpj=SHOP)


def _entered(scene: Scene, given: Callable[..., Given]) -> int:
    """A purchase that entered."""
    note = _bought(scene, given)
    receipt = scene.run(enter_purchase, *note.args, **note.options)
    return int(receipt.purchase_id)


def _key_for(scene: Scene) -> str:
    """A key of a note that the shop issued with another program."""
    pen_of(scene)
    return access_key(
        KeyParts(
            uf_code="35", month="2603", issuer=CNPJ, model="55", series=9, number=77, emission_type="1",
            random_code="73920184",
        )
    )  # fmt: skip


def _linked_to(scene: Scene) -> str:
    """The key of such a note, linked to the order."""
    key = _key_for(scene)
    scene.run(link_note, scene.order, key)
    return key


def _registered(scene: Scene) -> int:
    scene.run(register_order, a_registration(scene.order))
    return scene.order


def _key_version(scene: Scene) -> int:
    return int(scene.database.run_now(lambda uow: uow.installation.get().key_version))


def _signer(scene: Scene) -> str:
    assert pen_of(scene)
    return "Contador, CRC 1SP000000"
