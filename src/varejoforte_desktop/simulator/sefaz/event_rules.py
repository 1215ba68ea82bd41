"""What each kind of event must say, and which invoice it may happen to."""

from __future__ import annotations

import re

from varejoforte_desktop.simulator.sefaz.invoices import COUNTER
from varejoforte_desktop.simulator.sefaz.ledger import Document
from varejoforte_desktop.simulator.sefaz.markup import Node, find, local
from varejoforte_desktop.simulator.sefaz.office import Office
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.schemas import Layout

CORRECT = "110110"
CANCEL = "110111"
SUBSTITUTE = "110112"
CANCELLATIONS = frozenset({CANCEL, SUBSTITUTE})
NAMES = {
    CORRECT: "Carta de Correcao",
    CANCEL: "Cancelamento",
    SUBSTITUTE: "Cancelamento por substituicao",
}
LAYOUTS: dict[str, Layout] = {CORRECT: "det110110", CANCEL: "det110111"}
MOST_CORRECTIONS = 20

#: A replacement has no published layout here: the fields in their order, and what each may say.
SUBSTITUTE_FIELDS = (
    ("descEvento", r"Cancelamento por substitui(ç|c)(ã|a)o"),
    ("cOrgaoAutor", r"[0-9]{2}"),
    ("tpAutor", r"1"),
    ("verAplic", r"\S(.{0,18}\S)?"),
    ("nProt", r"[0-9]{15}|[0-9]{17}"),
    ("xJust", r"\S.{13,253}\S"),
    ("chNFeRef", r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}"),
)


def check_details(office: Office, event: Node, kind: str) -> None:
    """Raises Rejection 493 when the details of an event do not follow the layout of its kind."""
    details = find(event, "infEvento/detEvento")
    version = find(event, "infEvento/verEvento")
    if details is None or version is None or version.text != "1.00" or details.get("versao") != "1.00":
        raise Rejection("493")
    layout = LAYOUTS.get(kind)
    if layout is not None:
        office.follow(layout, details, "493")
        return
    told = [(local(node), node.text or "") for node in details]
    if [name for name, _ in told] != [name for name, _ in SUBSTITUTE_FIELDS]:
        raise Rejection("493")
    for (name, said), (_, pattern) in zip(told, SUBSTITUTE_FIELDS, strict=True):
        if re.fullmatch(pattern, said) is None:
            raise Rejection("493", f"[{name}]")


def check_correction(document: Document, sequence: int) -> None:
    """Raises Rejection: no NFC-e is corrected by letter, and no invoice more than twenty times."""
    if document.place[1] == COUNTER:
        raise Rejection("784")
    if sequence > MOST_CORRECTIONS:
        raise Rejection("594")


def check_substitute(office: Office, document: Document, reference: str) -> None:
    """Raises Rejection unless an authorised off-line NFC-e tells the same sale as the one to be cancelled."""
    if document.place[1] != COUNTER or document.emission != "1":
        raise Rejection("991")
    other = office.ledger.documents.get(reference)
    if other is None or other.state != "authorised" or other.place[1] != COUNTER:
        raise Rejection("992")
    if other.emission != "9":
        raise Rejection("993")
    for name, mine, its in (
        ("CNPJ", document.place[0], other.place[0]),
        ("dest", document.buyer, other.buyer),
        ("vNF", document.total, other.total),
        ("vICMS", document.icms, other.icms),
        ("item", document.first_item, other.first_item),
    ):
        if mine != its:
            raise Rejection("994", f"[{name}]")
    gap = office.terms.substitute_gap
    if gap is not None and abs(other.issued - document.issued) > gap:
        raise Rejection("995")
