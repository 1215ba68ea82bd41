"""An order is told in a shopkeeper's words: its risk, its obstacles, its sum, its life, and as a text for the buyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.gui.order_gallery import FACA, FRIDAY, PANELA, an_order
from tests.tray.order_papers import ORDER, read
from varejoforte_desktop.application.order_import import ImportReport, Skipped
from varejoforte_desktop.application.order_questions import OrderDetail, OrderRow, TimelineRow
from varejoforte_desktop.application.store_orders import OrderChange, StoreOrder, order_changes
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import Obstacle, OrderStage, StatusMeaning
from varejoforte_desktop.ui.orders.amounts import change_words, divergence_words, total_parts
from varejoforte_desktop.ui.orders.customer_text import address_lines, customer_text
from varejoforte_desktop.ui.orders.page import document_words, phone_words
from varejoforte_desktop.ui.orders.result import left_aside, short_words, summary_words, without
from varejoforte_desktop.ui.orders.timeline import chain, event_words, events_of
from varejoforte_desktop.ui.orders.words import (
    left_words,
    obstacle_list,
    obstacle_told,
    obstacle_words,
    readiness,
    risk_told,
    skipped_words,
    status_words,
)
from varejoforte_desktop.ui.palettes import Tone


def a_row(**changes: Any) -> OrderRow:
    facts: dict[str, Any] = {
        "id": 1,
        "remote_id": "7415",
        "stage": OrderStage.SEEN,
        "status": "A ENVIAR",
        "status_id": "23",
        "meaning": StatusMeaning.TO_SHIP,
        "paid": True,
        "placed_at": FRIDAY,
        "seen_at": FRIDAY,
        "buyer": "Marina Duarte Pires",
        "total": Money(28501),
        "pieces": Decimal(1),
        "scarcest": Decimal(2),
        "scarcest_name": "Panela de ferro",
        "obstacles": (),
        "changed": False,
        "sale_number": "",
    }
    return OrderRow(**facts | changes)


def a_detail(order: StoreOrder | None, *timeline: TimelineRow, **changes: Any) -> OrderDetail:
    facts: dict[str, Any] = {
        "row": a_row(),
        "order": order,
        "lines": (),
        "changes": (),
        "customer": None,
        "timeline": timeline,
        "divergence_accepted": False,
        "sale_id": None,
        "wanted_status_id": "",
        "cancel_wanted": False,
    }
    return OrderDetail(**facts | changes)


def happened(minutes: int, kind: str, operator: str = "", **facts: str) -> TimelineRow:
    at = FRIDAY + timedelta(minutes=minutes)
    station = "Caixa 1" if operator else ""
    return TimelineRow(at=at, kind=kind, operator=operator, station=station, facts=facts)


# --- risk and obstacles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (None, "—", Tone.NEUTRAL),
        (Decimal(2), "sobram 2 de Panela de ferro", Tone.NEUTRAL),
        (Decimal(1), "sobra 1 de Panela de ferro", Tone.NEUTRAL),
        (Decimal("0.250"), "sobra 0,250 de Panela de ferro", Tone.NEUTRAL),
        (Decimal(0), "não sobra Panela de ferro", Tone.WARN),
        (Decimal(-1), "falta 1 de Panela de ferro", Tone.BAD),
        (Decimal(-3), "faltam 3 de Panela de ferro", Tone.BAD),
    ],
)
def test_the_risk_of_the_scarcest_item(left: Decimal | None, words: str, tone: Tone) -> None:
    told = risk_told(a_row(scarcest=left))
    assert (told.word, told.tone) == (words, tone)
    assert bool(told.icon) == (tone is not Tone.NEUTRAL), "a state is never told by colour alone"


def test_what_is_left_of_a_line() -> None:
    assert left_words(Decimal(4), Decimal(12)) == ("12 no estoque, sobram 4", Tone.NEUTRAL)
    assert left_words(Decimal(0), Decimal(2)) == ("2 no estoque, todos prometidos", Tone.WARN)
    assert left_words(Decimal(-2), Decimal(1)) == ("1 no estoque, faltam 2 para todos os pedidos", Tone.BAD)
    assert left_words(None, None) == ("", Tone.NEUTRAL)


def test_our_meaning_and_the_stores_word_stand_together() -> None:
    assert status_words(a_row()) == "Separar e enviar · A ENVIAR"
    assert status_words(a_row(meaning=None, status="EM SEPARAÇÃO")) == "Sem significado · EM SEPARAÇÃO"


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_has_words_a_remedy_and_a_drawing(obstacle: Obstacle) -> None:
    said = obstacle_words(obstacle, "EM SEPARAÇÃO")
    assert said.word
    assert said.sentence.endswith(".")
    assert said.remedy.endswith(".")
    assert "{" not in said.sentence
    assert obstacle_told(a_row(obstacles=(obstacle,))).icon


def test_what_only_has_to_be_waited_for_does_not_keep_an_order_from_being_imported() -> None:
    unpaid = a_row(obstacles=(Obstacle.NOT_PAID,))
    assert readiness(unpaid).word == "Pronto para importar"
    assert obstacle_told(unpaid) == ("Não pago", "clock", Tone.NEUTRAL)
    imported = replace(unpaid, stage=OrderStage.IMPORTED)
    assert readiness(imported).word == "Não pago"
    assert readiness(replace(imported, obstacles=())).word == "Pronto para registrar"
    assert readiness(a_row(stage=OrderStage.BEFORE)).word == "Já encerrado"


def test_several_obstacles_in_a_line() -> None:
    found = (Obstacle.UNKNOWN_PRODUCT, Obstacle.STATUS_UNMAPPED, Obstacle.NOT_PAID)
    assert obstacle_list(found) == "Produto desconhecido, situação sem significado, não pago"


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("already_imported", ("Já estava importado.", "")),
        ("already_registered", ("Já é uma venda.", "")),
        ("closed_before", ("Já estava encerrado quando a loja foi conectada.", "")),
        ("gone", ("Não existe mais.", "")),
        ("cancelled", ("O pedido foi cancelado na loja.", "Não há o que enviar: deixe-o de lado.")),
        ("something_new", ("something_new", "")),
    ],
)
def test_why_an_order_was_left_out(why: str, words: tuple[str, str]) -> None:
    assert skipped_words(why) == words


# --- the import in a line ------------------------------------------------------------------------------------------


def test_the_figures_of_an_import_add_up() -> None:
    left_out = tuple(Skipped(each, str(each), "cancelled") for each in (1, 2, 3))
    report = ImportReport(new=tuple(map(str, range(45))), updated=("a", "b"), skipped=left_out)
    assert summary_words(report) == "Encontrados 50: 45 novos, 2 atualizados, 3 não importados"
    assert summary_words(ImportReport(new=("1",))) == "Encontrado 1: 1 novo, 0 atualizados, 0 não importados"
    assert summary_words(left_aside(report, 2)) == summary_words(report)
    assert left_aside(report, 2).skipped[1].why == "left_aside"
    again = without(report, [1, 3]) + ImportReport(new=("1", "3"))
    assert summary_words(again) == "Encontrados 50: 47 novos, 2 atualizados, 1 não importado"


def test_one_order_is_told_by_its_number() -> None:
    assert short_words(ImportReport(new=("7415",))) == "Pedido 7415 importado."
    assert short_words(ImportReport(updated=("7415",))) == "Alteração do pedido 7415 aceita."


# --- the sum -------------------------------------------------------------------------------------------------------


def test_how_the_total_is_made_to_the_cent() -> None:
    order = read(
        taxes="1.00",
        interest="2.00",
        payment_method_rate="3.00",
        discount="4.00",
        progressive_discount="5.00",
        cart_additional_values_increase="6.00",
        total="288.01",
    )
    parts = total_parts(order)
    assert [(name, value.cents) for name, value in parts] == [
        ("Itens do pedido", 28990),
        ("Frete", 2410),
        ("Impostos", 100),
        ("Juros", 200),
        ("Taxa da forma de pagamento", 300),
        ("Outros acréscimos", 600),
        ("Desconto", -400),
        ("Cupom", -2899),
        ("Outros descontos", -500),
    ]
    assert sum(value.cents for _name, value in parts) == order.amounts.total.cents
    assert divergence_words(order) == ""


def test_a_sum_that_does_not_add_up_says_by_how_much() -> None:
    assert divergence_words(read(total="290.02")) == (
        "Os valores dão R$ 285,01, mas a loja diz R$ 290,02: R$ 5,01 a mais."
    )
    assert divergence_words(read(total="284.01")).endswith("R$ 1,00 a menos.")


def test_what_changed_is_told_by_its_portuguese_name() -> None:
    before = read(total="285.01")
    after = read(
        total="309.90", discount_coupon="", coupon=[], Customer={**ORDER["Customer"], "cpf": "12345678909"}
    )
    told = [change_words(each) for each in order_changes(before, after)]
    assert told == [
        ("CPF", "111.222.333-96", "123.456.789-09"),
        ("Cupom", "R$ 28,99", "R$ 0,00"),
        ("Total", "R$ 285,01", "R$ 309,90"),
    ]
    more = an_order(1, FACA, PANELA, at=FRIDAY)
    gone = order_changes(more, an_order(1, replace(FACA, quantity=2), at=FRIDAY))
    words = {name: (was, now) for name, was, now in map(change_words, gone)}
    assert words["Faca do chef 8 pol"] == ("1 × R$ 79,90", "2 × R$ 79,90")
    assert words["Panela de ferro esmaltada 24 cm"] == ("1 × R$ 289,90", "fora do pedido")


def test_a_place_nobody_knows_is_shown_as_it_is() -> None:
    assert change_words(OrderChange(place="gift.note", before="", after="Feliz Natal")) == (
        "gift.note", "—", "Feliz Natal",
    )  # fmt: skip


# --- the buyer -----------------------------------------------------------------------------------------------------


def test_the_buyers_document_and_phone() -> None:
    buyer = read().buyer
    assert document_words(buyer) == "CPF 111.222.333-96, válido"
    assert document_words(replace(buyer, cpf="11122233397")) == (
        "CPF 111.222.333-97, inválido: confira com o cliente"
    )
    assert document_words(replace(buyer, cnpj="11222333000181")) == "CNPJ 11.222.333/0001-81, válido"
    assert document_words(replace(buyer, cpf="")) == "CPF ou CNPJ não informado"
    assert phone_words("14999990000") == "(14) 99999-0000"
    assert phone_words("1433330000") == "(14) 3333-0000"
    assert phone_words("+351 912") == "+351 912"


def test_an_address_leaves_out_what_is_not_known() -> None:
    assert address_lines(Address(city="Marília", postcode="17500000")) == ["Marília", "CEP 17500-000"]
    assert address_lines(Address()) == []


# --- its life ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("seen", {"status": "A ENVIAR", "total": "28501"}, "Visto pelo programa: A ENVIAR · R$ 285,01"),
        ("seen", {}, "Visto pelo programa"),
        ("status", {"before": "A ENVIAR", "after": "ENVIADO"}, "Situação: A ENVIAR → ENVIADO"),
        ("changed", {"total": "30990"}, "A loja mudou o pedido; total R$ 309,90"),
        ("cancelled_in_store", {}, "Cancelado na loja"),
        ("imported", {}, "Importado"),
        ("change_accepted", {}, "Alteração aceita"),
        ("line_linked", {"reference": "PAN-4"}, "Item é o produto PAN-4"),
        (
            "divergence_accepted",
            {"reason": "Combinado", "expected": "28501", "total": "29002"},
            "Divergência aceita (dá R$ 285,01, a loja diz R$ 290,02): Combinado",
        ),
        ("dismissed", {"reason": "Pedido de teste"}, "Deixado de lado: Pedido de teste"),
        ("restored", {}, "Trazido de volta"),
        ("registered", {"sale": "Balcão-871", "fiscal": "nfe"}, "Venda Balcão-871, NF-e"),
        (
            "registered",
            {"sale": "Balcão-871", "fiscal": "none", "checked": "no"},
            "Venda Balcão-871, sem conferir na loja",
        ),
        (
            "registered",
            {"sale": "Balcão-871", "fiscal": "nfe", "approved_by": "Bruno Reis"},
            "Venda Balcão-871, NF-e, com autorização de Bruno Reis",
        ),
        (
            "sale_cancelled",
            {"sale": "Balcão-871", "reason": "Desistiu"},
            "Venda Balcão-871 cancelada: Desistiu",
        ),
        ("cancel_wanted", {"reason": "Sem estoque"}, "Cancelamento pedido: Sem estoque"),
        ("cancel_told", {}, "Loja avisada do cancelamento"),
        ("cancel_recalled", {}, "Cancelamento retirado"),
        ("status_told", {"status_id": "31"}, "Loja avisada da situação ENVIADO"),
        ("status_told", {"status_id": "99"}, "Loja avisada da situação nº 99"),
        (
            "status_dropped",
            {"status_id": "31", "now": "40", "why": "back"},
            "A loja não foi avisada da situação ENVIADO: o pedido já está em nº 40",
        ),
        (
            "status_dropped",
            {"status_id": "99", "now": "31", "why": "cancelled"},
            "A loja não foi avisada da situação nº 99: o pedido foi cancelado",
        ),
        (
            "tracking_dropped",
            {"code": "AA1BR"},
            "A loja não foi avisada do rastreio AA1BR: o pedido foi cancelado",
        ),
        ("gift_wrapped", {"paper": "azul"}, "gift_wrapped"),
    ],
)
def test_each_event_in_words(kind: str, facts: dict[str, str], words: str) -> None:
    assert event_words(kind, facts, {"31": "ENVIADO"}) == words


def test_the_life_of_an_order_in_a_line() -> None:
    detail = a_detail(
        read(),
        happened(1, "seen", status="A ENVIAR", total="28501"),
        happened(15, "imported", "Ana Lima"),
        happened(20, "registered", "Ana Lima", sale="Balcão-871", fiscal="nfe"),
    )
    assert chain(events_of(detail, {})) == (
        "Comprado na loja 10:15 → visto pelo programa: A ENVIAR · R$ 285,01 10:16 → "
        "importado 10:30 (Ana Lima, Caixa 1) → venda Balcão-871, NF-e 10:35 (Ana Lima, Caixa 1)"
    )


# --- the text for the customer -------------------------------------------------------------------------------------

GOLDEN = """\
Pedido 7415 · Casa das Panelas
Cliente: Marina Duarte Pires
Comprado em 20/11/2026 às 09:42
Situação: A ENVIAR

1 × Panela de ferro esmaltada 24 cm (R$ 289,90): R$ 289,90

Itens do pedido: R$ 289,90
Frete: R$ 24,10
Cupom: − R$ 28,99
Total: R$ 285,01
Pagamento: Cartão Visa - Vindi (pago)

Entrega por PAC
Marina Duarte Pires
Rua das Acácias, 88
Centro - Marília/SP
CEP 17500-000

O que já aconteceu:
20/11/2026 às 10:30 Pedido recebido pela loja
20/11/2026 às 10:35 Pedido separado
20/11/2026 às 11:55 Situação: ENVIADO
"""


def test_the_text_for_the_customer() -> None:
    """Word for word: what was bought and where it is, and nothing of what the shop keeps to itself."""
    detail = a_detail(
        read(),
        happened(1, "seen", status="A ENVIAR", total="28501"),
        happened(15, "imported", "Ana Lima"),
        happened(17, "line_linked", "Ana Lima", reference="PAN-24-AZ"),
        happened(18, "divergence_accepted", "Bruno Reis", reason="Cliente reclamão", expected="1", total="2"),
        happened(20, "registered", "Ana Lima", sale="Balcão-871", fiscal="nfe"),
        happened(100, "status", before="A ENVIAR", after="ENVIADO"),
        happened(101, "gift_wrapped"),
    )
    text = customer_text(detail, "Casa das Panelas")
    assert text == GOLDEN
    assert "111.222" not in text


def test_the_text_of_an_order_that_is_fetched_and_not_paid() -> None:
    order = replace(read(), pickup=True, shipment="Balcão da loja", paid=False, payment_method="", status="")
    text = customer_text(a_detail(order), "Casa das Panelas")
    assert "Retirada na loja: Balcão da loja\n" in text
    assert "Pagamento: aguardando pagamento\n" in text
    assert "Situação" not in text
    assert "Acácias" not in text
    assert "O que já aconteceu" not in text
    assert customer_text(a_detail(None), "Casa das Panelas") == "Pedido 7415 · Casa das Panelas\n"


def test_instants_are_the_shops_own() -> None:
    """Midnight in London is still yesterday in the shop."""
    order = replace(read(), placed_at=datetime(2026, 11, 21, 2, 30, tzinfo=UTC))
    assert "Comprado em 20/11/2026 às 23:30" in customer_text(a_detail(order), "Casa das Panelas")


def test_the_life_of_a_note_and_of_a_parcel_is_told_in_words() -> None:
    told = [
        event_words(kind, facts, {})
        for kind, facts in (
            ("invoice", {"number": "1/123", "origin": "issued"}),
            ("invoice", {"number": "1/77", "origin": "file"}),
            ("invoice_told", {"number": "1/123"}),
            ("invoice_cancelled", {"number": "1/123", "told": "yes"}),
            ("invoice_cancelled", {"number": "1/123", "told": "no"}),
            ("invoice_unlinked", {"number": "7/321", "why": "cancelled", "told": "no"}),
            ("invoice_unlinked", {"number": "7/321", "why": "mistake", "told": "yes"}),
            ("sent", {"code": "AA1BR"}),
            ("tracking_told", {"code": "AA1BR"}),
        )
    ]
    assert told == [
        "NF-e 1/123 autorizada",
        "NF-e 1/77 vinculada pelo XML",
        "Loja avisada da NF-e 1/123",
        "NF-e 1/123 cancelada depois de informada à Tray: avise o comprador",
        "NF-e 1/123 cancelada",
        "Vínculo da NF-e 7/321 desfeito: nota cancelada no outro programa",
        "Vínculo da NF-e 7/321 desfeito: vínculo errado; a Tray já a mostrava: avise o comprador",
        "Enviado, rastreio AA1BR",
        "Loja avisada do rastreio AA1BR",
    ]
