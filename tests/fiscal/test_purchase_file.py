"""A supplier's file is read to the cent, and whatever else arrives under that name is refused by its own word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.purchase_notes import OTHER_SHOP, SHOP, SUPPLIER, a_note, item, note_key, read
from varejoforte_desktop.domain.fiscal_errors import WrongInvoiceFile
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.purchase import Signature
from varejoforte_desktop.fiscal.purchase_file import LARGEST, parse_note, read_note

NOTE = a_note(
    [item("A", "Cabo & tampa", vIPI="1.00"), item("B", cEAN="7891000315507"), item("C", CFOP="5910")]
)


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(WrongInvoiceFile) as raised:
        parse_note(data)
    return raised.value.why, raised.value.facts


def test_a_note_is_read_as_the_supplier_wrote_it() -> None:
    note = parse_note(NOTE)
    assert (note.key, note.number, note.series) == (note_key(4471), 4471, 1)
    assert (note.supplier.document, note.supplier.name) == (SUPPLIER, "Metalúrgica Fervalto Ltda")
    assert (note.supplier.city, note.supplier.state, note.supplier.ie) == ("São Paulo", "SP", "111222333444")
    assert (note.recipient, note.issued_at.isoformat()) == (SHOP, "2026-11-24T10:12:00-03:00")
    assert (note.total, note.difference) == (Money(30100), ZERO)
    assert (note.protocol, note.proven, note.xml) == ("135260000123456", True, NOTE)
    assert [line.bonus for line in note.lines] == [False, False, True]
    assert note.lines[0].name == "Cabo & tampa"
    assert note.lines[1].barcodes == ("7891000315507",)


def test_every_charge_reaches_the_cost_of_its_line() -> None:
    line = read(
        [
            item(
                "A", qCom="3.0000", vUnCom="33.3300000000", vProd="99.99", vDesc="10.00", vFrete="5.01", vSeg="0.50",
                vOutro="2.00", vIPI="9.00", vICMSST="7.77", vFCPST="0.23", vICMS="12.00",
            )
        ]
    ).lines[0]  # fmt: skip
    assert (line.discount, line.freight, line.insurance, line.other) == (
        Money(1000), Money(501), Money(50), Money(200),
    )  # fmt: skip
    assert (line.ipi, line.st, line.icms) == (Money(900), Money(800), Money(1200))
    assert line.landed == Money(9999 - 1000 + 501 + 50 + 200 + 900 + 800)


def test_relieved_icms_duties_and_returned_ipi_are_found_where_the_layout_puts_them() -> None:
    plain = a_note([item("A", vICMS="12.00")], signature=False).decode()
    taxes = "<vICMSDeson>3.00</vICMSDeson><indDeduzDeson>1</indDeduzDeson>"
    plain = plain.replace("<vICMS>12.00</vICMS>", f"<vICMS>12.00</vICMS>{taxes}")
    plain = plain.replace("</imposto>", "<II><vII>4.00</vII></II></imposto><impostoDevol><pDevol>1.00</pDevol>"
                          "<IPI><vIPIDevol>1.50</vIPIDevol></IPI></impostoDevol>")  # fmt: skip
    line = parse_note(plain.encode()).lines[0]
    assert (line.discount, line.other) == (Money(300), Money(550))


def test_a_line_that_does_not_count_leaves_the_total_alone_and_a_wrong_total_is_told() -> None:
    assert read([item("A"), item("B", indTot="0")]).difference == ZERO
    assert read([item("A")], total="100.03").difference == Money(3)


@pytest.mark.parametrize(
    ("changed", "signature", "proven"),
    [
        (NOTE, Signature.HOLDS, True),
        (NOTE.replace(b"Cabo &amp; tampa", b"Cabo &amp; tampo"), Signature.BROKEN, False),
        (NOTE.replace(b"<emit>", b"\n  <emit>"), Signature.BROKEN, False),
        (a_note(signature=False), Signature.ABSENT, False),
        (a_note(stat=None), Signature.HOLDS, False),
        (a_note(environment="2"), Signature.HOLDS, False),
        (NOTE.decode().replace("UTF-8", "ISO-8859-1").encode("iso-8859-1"), Signature.HOLDS, True),
    ],
    ids=["whole", "touched", "indented", "unsigned", "without protocol", "rehearsal", "other letters"],
)  # fmt: skip
def test_what_is_known_of_the_signature_and_the_protocol(
    changed: bytes, signature: Signature, proven: bool
) -> None:
    note = parse_note(changed)
    assert (note.signature, note.proven) == (signature, proven)


UTF_16 = NOTE.decode().replace("UTF-8", "UTF-16")
PREFIXED = (
    NOTE.replace(b"<NFe xmlns=", b'<n:NFe xmlns:n="http://www.portalfiscal.inf.br/nfe" xmlns=', 1)
    .replace(b"</NFe>", b"</n:NFe>")
)  # fmt: skip


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("UTF-16", "ISO-8859-1").encode("iso-8859-1"),
        lambda text: text.replace("UTF-16", "windows-1252").encode("cp1252"),
        lambda text: b"\xef\xbb\xbf" + text.replace("UTF-16", "UTF-8").encode(),
    ],
    ids=["utf-16", "utf-16 without a mark", "latin", "windows", "utf-8 with a mark"],
)
def test_a_note_saved_in_other_letters_is_proved_and_an_altered_one_is_not(
    saved: Callable[[str], bytes],
) -> None:
    whole = parse_note(saved(UTF_16))
    assert (whole.signature, whole.proven) == (Signature.HOLDS, True)
    assert whole.supplier.city == "São Paulo"
    altered = parse_note(saved(UTF_16.replace("<qCom>10.0000</qCom>", "<qCom>90.0000</qCom>")))
    assert altered.lines[0].quantity == 90
    assert (altered.signature, altered.proven) == (Signature.BROKEN, False)


@pytest.mark.parametrize("change", [(b"", b""), (b"<qCom>10.0000</qCom>", b"<qCom>90.0000</qCom>")])
def test_names_with_prefixes_are_not_what_was_signed(change: tuple[bytes, bytes]) -> None:
    note = parse_note(PREFIXED.replace(*change))
    assert (note.signature, note.proven) == (Signature.BROKEN, False)
    inside = NOTE.decode().replace("<infNFe ", '<n:infNFe xmlns:n="http://www.portalfiscal.inf.br/nfe" ')
    note = parse_note(inside.replace("</infNFe>", "</n:infNFe>").encode().replace(*change))
    assert (note.signature, note.proven) == (Signature.BROKEN, False)


@pytest.mark.parametrize("name", ["infNFe", "NFe"])
def test_a_second_note_beside_the_signed_one_is_refused(name: str) -> None:
    false = f'<x:{name} xmlns:x="urn:x"/><{name} '
    assert refusal(NOTE.replace(f"<{name} ".encode(), false.encode(), 1)) == ("damaged", name)


def test_what_cannot_be_checked_proves_nothing() -> None:
    assert not replace(parse_note(NOTE), signature=Signature.UNCHECKED).proven


@pytest.mark.parametrize(
    ("signer", "signature"),
    [
        (f"METALURGICA FERVALTO LTDA:{SUPPLIER}", Signature.HOLDS),
        ("METALURGICA FERVALTO FILIAL:60746948000201", Signature.HOLDS),
        (f"OUTRA EMPRESA:{OTHER_SHOP}", Signature.FOREIGN),
        ("METALURGICA FERVALTO LTDA", Signature.HOLDS),
    ],
    ids=["its own", "a branch", "another company", "names no company"],
)
def test_the_certificate_is_of_the_company_that_issued_the_note(signer: str, signature: Signature) -> None:
    note = parse_note(a_note(signer=signer))
    assert (note.signature, note.proven) == (signature, signature is Signature.HOLDS)


def test_a_note_inside_an_envelope_that_gives_it_the_namespace_still_proves() -> None:
    inner = NOTE.replace(b'<NFe xmlns="http://www.portalfiscal.inf.br/nfe">', b"<NFe>")
    assert inner != NOTE
    assert parse_note(inner).signature is Signature.HOLDS


DOCTYPE = b'<!DOCTYPE n [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not_xml"),
        (b"PK\x03\x04 a zip", "not_xml"),
        ("Referência;Nome".encode(), "not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><NFe/>', "not_xml"),
        (DOCTYPE + b"<NFe/>", "entities"),
        (b"<?xml version='1.0'?><!--" + b"x" * 3_000_000 + b"-->" + DOCTYPE + b"<n>&c;</n>", "entities"),
        (f"<?xml version='1.0' encoding='utf-16'?>{DOCTYPE.decode()}<NFe/>".encode("utf-16"), "entities"),
        (NOTE.replace(b"portalfiscal.inf.br/nfe", b"portalfiscal.inf.br/nfx"), "not_nfe"),
        (b"<html><body>Sess\xc3\xa3o expirada</body></html>", "not_nfe"),
        (NOTE[: len(NOTE) // 2], "damaged"),
        (NOTE.replace("São".encode(), "São".encode("latin-1"), 1), "damaged"),
        (b"<a>" * 100_000, "damaged"),
        (b"<a>" + b"<b/>" * 300_000 + b"</a>", "damaged"),
        (b" " * (LARGEST + 1), "big"),
    ],
    ids=["empty", "zip", "csv", "encoding", "doctype", "behind a comment", "utf-16", "namespace", "html",
         "cut off", "letters", "deep", "many", "big"],
)  # fmt: skip
def test_what_is_no_note_is_refused(data: bytes, why: str) -> None:
    assert refusal(data)[0] == why


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (a_note(model="65"), "NFC-e"),
        (b'<cteProc xmlns="http://www.portalfiscal.inf.br/cte"/>', "CT-e"),
        (b'<mdfeProc xmlns="http://www.portalfiscal.inf.br/mdfe"/>', "MDF-e"),
        (b'<procEventoNFe xmlns="http://www.portalfiscal.inf.br/nfe"/>', "evento de NF-e"),
        (b"<CompNfse/>", "NFS-e"),
    ],
)
def test_another_fiscal_file_is_called_by_its_name(data: bytes, facts: str) -> None:
    assert refusal(data) == ("not_nfe", facts)


@pytest.mark.parametrize("stat", ["101", "135", "302", "217"])
def test_a_note_that_is_not_authorised_is_refused(stat: str) -> None:
    assert refusal(a_note(stat=stat)) == ("not_authorised", stat)


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ("<vProd>100.00</vProd>", "<vProd>-100.00</vProd>", "item 1"),
        ("<vProd>100.00</vProd>", "<vProd>1e9</vProd>", "item 1"),
        ("<vProd>100.00</vProd>", "<vProd>100.005</vProd>", "item 1"),
        ("<vProd>100.00</vProd>", "<vProd>١٠٠</vProd>", "item 1"),
        ("<qCom>10.0000</qCom>", "<qCom>NaN</qCom>", "item 1"),
        ("<qCom>10.0000</qCom>", "<qCom>99999999999.0000</qCom>", "item 1"),
        ("<indTot>", "<vDesc>100.01</vDesc><indTot>", "item 1"),
        ('nItem="1"', 'nItem="0"', "nItem 0"),
        ('nItem="2"', 'nItem="1"', "nItem 1"),
        ("<nNF>4471</nNF>", "<nNF>4472</nNF>", "chave"),
        (f"<CNPJ>{SUPPLIER}</CNPJ>", f"<CNPJ>{OTHER_SHOP}</CNPJ>", "chave"),
        (f"<CNPJ>{SUPPLIER}</CNPJ>", "<CNPJ>60746948000113</CNPJ>", "WrongTaxId"),
        (f"<chNFe>{note_key(4471)}", f"<chNFe>{note_key(4472)}", "protNFe"),
        ("<digVal>", "<digVal>A", "protNFe"),
        ("<nProt>135260000123456</nProt>", "<nProt>x</nProt>", "nProt"),
        ("2026-11-24T10:12:00-03:00", "2026-11-24T10:12:00", "ValueError"),
        ("2026-11-24T10:12:00-03:00", "ontem", "ValueError"),
        (f'Id="NFe{note_key(4471)}"', f'Id="NFe{note_key(4471)[:43]}9"', "WrongAccessKey"),
        ("<dest>", "<destino>", "dest"),
    ],
)  # fmt: skip
def test_garbage_is_named_by_its_place(old: str, new: str, facts: str) -> None:
    text = a_note([item("A"), item("B")]).decode()
    assert old in text
    changed = (
        text.replace(old, new).replace("</dest>", "</destino>")
        if "destino" in new
        else text.replace(old, new, 1)
    )
    assert refusal(changed.encode()) == ("damaged", facts)


def test_990_items_are_read_and_one_more_is_not() -> None:
    lines = [item(f"FV-{number}") for number in range(990)]
    assert len(read(lines).lines) == 990
    assert refusal(a_note([*lines, item("FV-990")])) == ("damaged", "det")


def test_names_lose_what_would_steer_a_screen_and_numbers_keep_their_places() -> None:
    line = read(
        [item("  A  1 ", "Panela\u202e\u200b  torta\x85", qCom="0.1234", vUnCom="1.2345678901", vProd="0.15")]
    ).lines[0]
    assert (line.code, line.name) == ("A 1", "Panela torta")
    assert (line.quantity, line.unit_price) == (Decimal("0.1234"), Decimal("1.2345678901"))


def test_a_farmer_sells_with_a_cpf() -> None:
    note = read(issuer="11122233396")
    assert (note.supplier.document, note.key[6:20]) == ("11122233396", "00011122233396")


def test_a_file_is_read_from_the_disk_and_no_more_of_it_than_a_note_can_have(tmp_path: Path) -> None:
    good = tmp_path / "nota.xml"
    good.write_bytes(NOTE)
    assert read_note(good).xml == NOTE
    huge = tmp_path / "filme.xml"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    for path, why in ((huge, "big"), (tmp_path / "sumiu.xml", "unreadable"), (tmp_path, "unreadable")):
        with pytest.raises(WrongInvoiceFile) as raised:
            read_note(path)
        assert (raised.value.why, raised.value.facts) == (why, path.name)


@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(NOTE) - 1), st.integers(0, 40), st.binary(max_size=12)), max_size=6
    )
)
def test_whatever_is_changed_in_a_file_it_is_a_note_or_a_wrong_file(
    cuts: list[tuple[int, int, bytes]],
) -> None:
    data = NOTE
    for place, length, instead in cuts:
        data = data[:place] + instead + data[place + length :]
    why = ""
    try:
        parse_note(data)
    except WrongInvoiceFile as refused:
        why = refused.why
    assert why in {"", "not_xml", "entities", "not_nfe", "damaged", "not_authorised"}


@given(place=st.integers(0, 200), text=st.text(max_size=30))
def test_whatever_a_field_says_it_is_a_note_or_a_wrong_file(place: int, text: str) -> None:
    fields = re.findall(rb"<(\w+)>([^<>]*)</\1>", NOTE)
    name, old = fields[place % len(fields)]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "surrogatepass")
    data = NOTE.replace(b"<%b>%b</%b>" % (name, old, name), b"<%b>%b</%b>" % (name, escaped, name))
    try:
        parse_note(data)
    except WrongInvoiceFile:
        return
