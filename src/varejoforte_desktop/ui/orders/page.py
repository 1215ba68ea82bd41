"""The opened order as a page to read: buyer, goods, how the total is made, what changed, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import OrderDetail, OrderLineRow
from varejoforte_desktop.application.store_orders import StoreBuyer, StoreOrder
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.tax_ids import formatted_tax_id, is_cnpj, valid_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.amounts import change_words, divergence_words, total_parts
from varejoforte_desktop.ui.orders.choices import REMEDIES, Deed, choice, first_remedy
from varejoforte_desktop.ui.orders.columns import since
from varejoforte_desktop.ui.orders.customer_text import address_lines
from varejoforte_desktop.ui.orders.papers_part import papers_part
from varejoforte_desktop.ui.orders.pieces import (
    choice_button,
    notice,
    pairs,
    part,
    sign_line,
    sums,
    words,
)
from varejoforte_desktop.ui.orders.timeline import chain, events_of, moment_words
from varejoforte_desktop.ui.orders.words import (
    left_words,
    meaning_told,
    obstacle_words,
    stage_told,
)
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.badge import Badge

Ask = Callable[[Deed], None]


def order_page(
    detail: OrderDetail, *, actor: Actor, now: datetime, statuses: Mapping[str, str], ask: Ask
) -> QWidget:
    """The page of an order; `ask` hears which remedy was pressed."""
    page = QWidget()
    page.setObjectName("order_page")
    page.setMinimumWidth(1)  # a long word is cut; it does not push the amounts out of sight
    column = QVBoxLayout(page)
    column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
    column.setSpacing(Space.L)
    column.addWidget(_head(detail, now))
    notices = _notices(detail, actor, ask)
    if notices is not None:
        column.addWidget(notices)
    if detail.changes:
        column.addWidget(_changes(detail))
    order = detail.order
    if order is not None or detail.lines:
        column.addWidget(_goods(detail))
    if order is not None:
        column.addWidget(_amounts(order, accepted=detail.divergence_accepted))
        column.addWidget(_buyer(order))
        column.addWidget(_delivery(order))
    papers = papers_part(detail, actor, ask)
    if papers is not None:
        column.addWidget(papers)
    if detail.timeline:
        column.addWidget(_timeline(detail, statuses, actor, ask))
    column.addStretch(1)
    return page


def show_age(page: QWidget, detail: OrderDetail, now: datetime) -> None:
    """Bring up to date the one thing on a page that changes by itself; nothing else of it is touched."""
    age = page.findChild(QLabel, "order_page_status")
    if age is not None:
        age.setText(_age_words(detail, now))


def _age_words(detail: OrderDetail, now: datetime) -> str:
    return f"{detail.row.status or 'Sem situação'} · {formats.age(since(detail.row), now)}"


def _head(detail: OrderDetail, now: datetime) -> QWidget:
    row = detail.row
    widget, column = part()
    column.addWidget(words(f"Pedido {row.remote_id}", "heading", name="order_page_number"))
    line = QHBoxLayout()
    line.setSpacing(Space.S)
    waits = row.stage in {OrderStage.SEEN, OrderStage.IMPORTED}
    for told in (stage_told(row.stage), *((meaning_told(row.meaning),) if waits else ())):
        line.addWidget(Badge(told.word, told.tone, told.icon))
    line.addStretch(1)
    column.addLayout(line)
    age = words(_age_words(detail, now), "muted", name="order_page_status")
    age.setToolTip(formats.full_moment(since(row)))
    column.addWidget(age)
    if row.sale_number:
        column.addWidget(words(f"Venda {row.sale_number}", "strong", name="order_page_sale"))
    return widget


# -- what is in the way ------------------------------------------------------------------------------------------------


def _notices(detail: OrderDetail, actor: Actor, ask: Ask) -> QWidget | None:
    widget, column = part()
    column.setSpacing(Space.S)
    first = first_remedy(detail)
    if detail.cancel_wanted:
        recall = _remedy(actor, Deed.RECALL, first, ask)
        sentence = "O cancelamento foi pedido; falta a loja confirmar."
        column.addWidget(notice("order_notice_cancel_wanted", sentence, "", Tone.WARN, recall))
    if detail.wanted_status_id:
        sentence = "A loja ainda não foi avisada da nova situação."
        column.addWidget(notice("order_notice_status_owed", sentence, "Vai sozinho.", Tone.NEUTRAL))
    for obstacle in detail.row.obstacles:
        if obstacle is Obstacle.CANCEL_WANTED:
            continue  # said above, with its remedy
        said = obstacle_words(obstacle, detail.row.status)
        deed = REMEDIES.get(obstacle)
        button = None if deed is None else _remedy(actor, deed, first, ask)
        sentence = said.sentence
        if obstacle is Obstacle.DIVERGENT and detail.order is not None:
            sentence = divergence_words(detail.order) or sentence
        column.addWidget(notice(f"order_notice_{obstacle.value}", sentence, said.remedy, said.tone, button))
    return widget if column.count() else None


def _remedy(actor: Actor, deed: Deed, first: Deed | None, ask: Ask) -> QPushButton:
    """The button of a notice; the first one is what F6 does."""
    kind = "primary" if deed is first else "secondary"
    button = choice_button(choice(actor, deed), kind=kind, with_key=deed in {first, Deed.LOOK})
    button.clicked.connect(lambda: ask(deed))
    return button


def _changes(detail: OrderDetail) -> QWidget:
    widget, column = part("O que mudou desde a importação")
    for change in detail.changes:
        what, before, after = change_words(change)
        column.addLayout(sign_line("edit", Tone.WARN, words(what), words(f"{before} → {after}", "muted")))
    return widget


# -- what was bought ---------------------------------------------------------------------------------------------------


def _goods(detail: OrderDetail) -> QWidget:
    pieces = formats.counted(int(detail.row.pieces), "unidade", "unidades")
    widget, column = part(f"Itens · {pieces}" if detail.row.pieces == int(detail.row.pieces) else "Itens")
    column.setSpacing(Space.S)
    for line in detail.lines:
        column.addWidget(_line(line))
    if not detail.lines:
        column.addWidget(words("O pedido não tem itens.", "muted"))
    return widget


def _line(line: OrderLineRow) -> QFrame:
    frame = QFrame()
    frame.setObjectName(f"order_line_{line.line_id}")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    top = QHBoxLayout()
    top.setSpacing(Space.S)
    top.addWidget(words(f"{formats.quantity(line.quantity)} × {line.name or 'Item sem nome'}"), 1)
    total = QLabel(formats.money(line.total))
    total.setToolTip(f"{formats.quantity(line.quantity)} × {formats.money(line.price)}")
    top.addWidget(total, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(top)
    if line.product_id is None:
        code = " · ".join(each for each in (line.reference, line.ean) if each)
        text = "Sem produto nosso" + (f" ({code})" if code else "")
        column.addLayout(sign_line("error", Tone.BAD, words(text, tone=Tone.BAD)))
        return frame
    left, tone = left_words(line.left, line.on_hand)
    names = [line.product_reference]
    if line.product_name and line.product_name != line.name:
        names.append(line.product_name)
    labels = [words(" · ".join(names), "small")]
    if left:
        labels.append(words(left, "small" if tone is Tone.NEUTRAL else "", tone=tone))
    column.addLayout(sign_line(tone.icon if tone is not Tone.NEUTRAL else "link", tone, *labels))
    return frame


def _amounts(order: StoreOrder, *, accepted: bool) -> QWidget:
    widget, column = part("Valores")
    lines = [(name, formats.amount(value), "") for name, value in total_parts(order)]
    lines.append(("Total", formats.money(order.amounts.total), "strong"))
    column.addLayout(sums(lines))
    wrong = divergence_words(order)
    if wrong:
        tone = Tone.NEUTRAL if accepted else Tone.BAD
        text = f"{wrong} A divergência foi aceita." if accepted else wrong
        label = words(text, tone=tone, name="order_page_divergence")
        column.addLayout(sign_line("check" if accepted else "error", tone, label))
    paid = ("Pago", Tone.GOOD, "check") if order.paid else ("Não pago", Tone.WARN, "clock")
    method = f" · {order.payment_method}" if order.payment_method else ""
    column.addLayout(sign_line(paid[2], paid[1], words(f"{paid[0]}{method}", name="order_page_payment")))
    return widget


# -- who bought, and where to ------------------------------------------------------------------------------------------


def document_words(buyer: StoreBuyer) -> str:
    """CPF or CNPJ as it is written, and whether its check digits hold: "CPF 111.222.333-96, válido"."""
    said = [each for each in (buyer.cnpj, buyer.cpf) if each]
    if not said:
        return "CPF ou CNPJ não informado"
    bare = next((each for each in said if valid_tax_id(each)), said[0])
    kind = "CNPJ" if is_cnpj(bare) or bare == buyer.cnpj else "CPF"
    holds = "válido" if valid_tax_id(bare) else "inválido: confira com o cliente"
    return f"{kind} {formatted_tax_id(bare)}, {holds}"


def phone_words(phone: str) -> str:
    """A phone number as Brazilians write it: "(14) 99999-0000"; another one as it is."""
    digits = "".join(mark for mark in phone if mark.isdigit())
    if len(digits) not in {10, 11}:
        return phone
    return f"({digits[:2]}) {digits[2:-4]}-{digits[-4:]}"


def _buyer(order: StoreOrder) -> QWidget:
    buyer = order.buyer
    widget, column = part("Comprador")
    column.addWidget(words(buyer.name or buyer.company or "Sem nome", "strong", name="order_page_buyer"))
    if buyer.company and buyer.company != buyer.name and buyer.name:
        column.addWidget(words(buyer.company))
    wrong = bool(buyer.cpf or buyer.cnpj) and "inválido" in document_words(buyer)
    tone = Tone.BAD if wrong else Tone.NEUTRAL
    document = words(document_words(buyer), name="order_page_document", tone=tone)
    if wrong:
        column.addLayout(sign_line("error", tone, document))
    else:
        column.addWidget(document)
    facts = [
        ("IE", buyer.state_registration),
        ("E-mail", buyer.email),
        ("Telefone", phone_words(buyer.phone)),
    ]
    column.addLayout(pairs([each for each in facts if each[1]]))
    return widget


def _delivery(order: StoreOrder) -> QWidget:
    widget, column = part("Retirada" if order.pickup else "Entrega")
    lines = [order.shipment] if order.shipment else []
    if order.pickup:
        lines = [f"Retira na loja{f': {order.shipment}' if order.shipment else ''}"]
    elif order.address is not None:
        lines += address_lines(order.address)
    column.addWidget(words("\n".join(lines) or "Sem endereço", name="order_page_address"))
    return widget


def _timeline(detail: OrderDetail, statuses: Mapping[str, str], actor: Actor, ask: Ask) -> QWidget:
    widget, column = part("Linha do tempo")
    column.setSpacing(Space.S)
    events = events_of(detail, statuses)
    widget.setAccessibleName(chain(events))
    widget.setObjectName("order_timeline")
    for event in events:
        when = " · ".join(each for each in (moment_words(event.at), event.who) if each)
        small = words(when, "small")
        small.setToolTip(formats.full_moment(event.at))
        column.addLayout(sign_line(event.icon, event.tone, words(event.text), small))
    if detail.order is not None:
        copy = choice_button(choice(actor, Deed.COPY))
        copy.setToolTip("Um texto para mandar ao cliente")
        copy.clicked.connect(lambda: ask(Deed.COPY))
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
    return widget
