"""The letter to the buyer: ready to be sent, with the note as it was signed and its DANFE, and no surprises."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.fiscal.drafts import BRASILIA, CNPJ, a_buyer, counter_draft, settings_of, shipped_draft
from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName
from varejoforte_desktop.application.fiscal_ports import DocumentDraft
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.fiscal.buyer_mail import BuyerMail, buyer_address, draft, write_note
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.notary import FiscalNotary

PDF = b"%PDF-1.7 practice"


@pytest.fixture
def note(material: Material) -> DocumentRecord:
    """An NF-e of the practice shop, as the books keep it."""
    return record_of(shipped_draft(), material)


def record_of(made: DocumentDraft, material: Material, **changes: Any) -> DocumentRecord:
    """A draft as a document that SEFAZ authorised."""
    signed = FiscalNotary(material, settings_of(made)).compose(made)
    record = DocumentRecord(
        sale_id=1,
        name=SeriesName(cnpj=CNPJ, environment=made.environment, model=made.model, series=made.series),
        number=made.number,
        random_code=made.random_code,
        key=signed.key,
        emission_type=EmissionType.NORMAL,
        state=DocumentState.AUTHORISED,
        station="Balcão",
        issued_at=made.issued_at,
        total=made.total,
        buyer_document=made.buyer.document if made.buyer else "",
        buyer_name=made.buyer.name if made.buyer else "",
        xml=signed.xml,
        digest=signed.digest,
        proc=b'<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe">' + signed.xml + b"</nfeProc>",
        protocol="135260000000001",
        authorised_at=made.issued_at + timedelta(seconds=2),
    )
    return replace(record, **changes)


def letter(mail: BuyerMail) -> EmailMessage:
    """As a mail program opens it."""
    read = message_from_bytes(draft(mail, BRASILIA), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_the_letter_opens_as_one_to_be_sent_with_both_papers(note: DocumentRecord) -> None:
    read = letter(BuyerMail(shop="Casa das Panelas", to="maria@example.com", note=note, pdf=PDF))
    assert read["X-Unsent"] == "1"
    assert read["To"].addresses[0].addr_spec == "maria@example.com"
    assert read["To"].addresses[0].display_name == "Maria José d'Ávila & Filhos"
    assert read["From"] is None
    assert read["Subject"] == "[SEM VALOR FISCAL] NF-e 1042 série 2 - Casa das Panelas"
    xml, pdf = read.iter_attachments()
    assert xml.get_filename() == f"{note.key}-procNFe.xml"
    assert xml.get_content_type() == "application/xml"
    assert xml.get_payload(decode=True) == note.proc
    assert pdf.get_filename() == f"DANFE-{note.key}.pdf"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_payload(decode=True) == PDF


def test_the_letter_says_in_portuguese_what_it_brings(note: DocumentRecord) -> None:
    body = letter(BuyerMail(shop="Casa das Panelas", to="", note=note, pdf=PDF)).get_body()
    assert body is not None
    text = body.get_content()
    for words in (
        "Olá, Maria José d'Ávila & Filhos,",
        "O arquivo XML e o DANFE em PDF da NF-e da sua compra vão em anexo.",
        "Emitida em: 23/11/2026 10:15",
        "Valor: R$ 65,80",
        f"Chave de acesso: {note.key}",
        "Protocolo de autorização: 135260000000001",
        "sem valor fiscal",
    ):
        assert words in text, words


def test_a_note_of_value_is_not_called_a_rehearsal(material: Material) -> None:
    note = record_of(shipped_draft(environment=FiscalEnvironment.PRODUCAO), material)
    read = letter(BuyerMail(shop="Casa das Panelas", to="", note=note))
    assert read["Subject"] == "NF-e 1042 série 2 - Casa das Panelas"
    body = read.get_body()
    assert body is not None
    assert "sem valor fiscal" not in body.get_content()
    assert "O arquivo XML da NF-e da sua compra vai em anexo." in body.get_content()
    assert len(list(read.iter_attachments())) == 1


def test_a_cancelled_note_says_so_first(note: DocumentRecord) -> None:
    read = letter(BuyerMail(shop="Loja", to="", note=replace(note, state=DocumentState.CANCELLED)))
    assert read["Subject"].startswith("[SEM VALOR FISCAL] CANCELADA: NF-e 1042")
    body = read.get_body()
    assert body is not None
    assert "que foi cancelada" in body.get_content()


def test_the_buyers_address_is_read_from_the_note_itself(material: Material, note: DocumentRecord) -> None:
    assert buyer_address(note.xml) == "maria@example.com"
    assert buyer_address(note.proc) == "maria@example.com"
    without = record_of(shipped_draft(buyer=a_buyer(email="")), material)
    assert buyer_address(without.xml) == ""
    assert buyer_address(record_of(counter_draft(), material).xml) == ""
    assert buyer_address(b"nothing of the kind") == ""


@pytest.mark.parametrize(
    "typed", ["maria", "maria@", "@loja.com", "maria silva@loja.com", "maria@loja.com\nBcc: todos@loja.com", "m" * 300 + "@a.b"]
)  # fmt: skip
def test_what_is_no_address_is_left_for_a_person(note: DocumentRecord, typed: str) -> None:
    read = letter(BuyerMail(shop="Loja", to=typed, note=note))
    assert read["To"] is None
    assert read["Bcc"] is None


def test_nobodys_name_begins_a_new_header(note: DocumentRecord) -> None:
    named = replace(note, buyer_name="Maria\r\nBcc: todos@example.com")
    read = letter(BuyerMail(shop="Loja\nX-Mau: sim", to="maria@example.com", note=named))
    assert read["Bcc"] is None
    assert read["X-Mau"] is None
    assert read["Subject"].endswith("Loja X-Mau: sim")


def test_the_letter_is_written_whole_to_its_file(note: DocumentRecord, tmp_path: Path) -> None:
    path = tmp_path / "nota.eml"
    assert write_note(path, note, "Casa das Panelas", PDF, BRASILIA) == "maria@example.com"
    read = message_from_bytes(path.read_bytes(), policy=default)
    assert read["X-Unsent"] == "1"
    assert os.listdir(tmp_path) == ["nota.eml"]
    with pytest.raises(SheetNotWritten) as refused:
        write_note(tmp_path / "sem" / "nota.eml", note, "Casa das Panelas", PDF, BRASILIA)
    assert refused.value.why == "no_folder"
