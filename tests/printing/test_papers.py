"""What the shop hands out can be read by people and by machines: every paper is decoded again and compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.printing import papers
from varejoforte_desktop.application.printing_ports import NARROW, WIDE, PrinterBook, QrMode
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.print_job import (
    Paper,
    PaperKind,
    correction_content,
    lines_content,
    read_receipt,
    receipt_content,
)
from varejoforte_desktop.domain.sale import Payment, PaymentMethod, Sale, SaleAmounts, SaleLine, SaleSource
from varejoforte_desktop.printing.desk import ready_sheet
from varejoforte_desktop.printing.documents import document
from varejoforte_desktop.printing.pictures import pictures
from varejoforte_desktop.printing.rolls import Cut, Line, Qr
from varejoforte_desktop.printing.slips import slip
from varejoforte_desktop.printing.thermal import printable, thermal

BOOK = PrinterBook()
KEY = papers.a_key("65")
ROLLS = pytest.mark.parametrize("columns", [WIDE, NARROW])


def a_slip(xml: str, **facts: Any) -> Paper:
    return Paper(kind=PaperKind.NFCE_SLIP, content=xml, **facts)


def text_of(paper: Paper, book: PrinterBook = BOOK) -> str:
    """The letters of a slip, its lines joined so that wrapping does not matter."""
    lines = [piece.text for piece in slip(paper, book) if isinstance(piece, Line)]
    return " ".join(" ".join(lines).split())


def codes(pdf: bytes, *, dpi: int = 203) -> list[tuple[str, str]]:
    """Every code on the pages, as a reader reads it from the paper."""
    pages = (Image.open(BytesIO(page)) for page in pictures(pdf, dots_per_inch=dpi))
    return [
        (str(code.format).replace(" ", "").replace("Code", ""), code.text)
        for page in pages
        for code in zxingcpp.read_barcodes(page)
    ]


def receipt(**facts: Any) -> str:
    sale = Sale(
        token="t",
        station="Balcão",
        number=871,
        source=SaleSource.COUNTER,
        amounts=SaleAmounts(goods=Money(22740), discount=Money(740)),
        lines=(
            SaleLine(
                product_id=1,
                reference="PAN-1",
                name="Panela de pressão 4,5 L",
                unit="UN",
                quantity=Decimal(1),
                price=Money(18990),
            ),
            SaleLine(
                product_id=2,
                reference="QJ-1",
                name="Queijo minas",
                unit="KG",
                quantity=Decimal("0.750"),
                price=Money(5000),
            ),
        ),
        payments=(
            Payment(method=PaymentMethod.PIX, amount=Money(10000)),
            Payment(method=PaymentMethod.CASH, amount=Money(12000), tendered=Money(15000)),
        ),
        operator_id=2,
        at=datetime(2026, 11, 23, 17, 32, tzinfo=UTC),
    )
    return receipt_content(
        replace(sale, **facts),
        shop_name="Casa das Panelas",
        timezone="America/Sao_Paulo",
        operator="Ana Lima",
    )


# -- the NFC-e on the roll --------------------------------------------------------------------------------------------


@ROLLS
@pytest.mark.parametrize("offline", [False, True])
def test_the_code_on_a_printed_nfce_is_the_one_sefaz_was_told(columns: int, offline: bool) -> None:
    xml = papers.nfce(offline=offline, authorised=not offline)
    expected = papers.qr_of(papers.a_key("65", emission="9" if offline else "1"), offline=offline)
    book = replace(BOOK, columns=columns)
    for kind in (PaperKind.NFCE_SLIP, PaperKind.NFCE_PDF):
        found = codes(document(Paper(kind=kind, content=xml), book))
        assert found
        assert set(found) == {("QR", expected)}


@ROLLS
def test_no_line_is_longer_than_the_roll(columns: int) -> None:
    long_name = ("Jogo de panelas antiaderentes com tampa de vidro temperado", "1.0000", "227.4", "227.40")
    paper = a_slip(papers.nfce(items=[long_name], cpf="52998224725"), copy=2, cancelled=True)
    lines = [piece for piece in slip(paper, replace(BOOK, columns=columns)) if isinstance(piece, Line)]
    assert max(len(line.text) for line in lines) <= columns
    assert any(len(line.text) == columns for line in lines)


def test_a_slip_says_what_the_law_asks_for() -> None:
    text = text_of(a_slip(papers.nfce(rehearsal=False, cpf="52998224725", discount="7.40", total="220.00")))
    for said in (
        "CNPJ 11.222.333/0001-81",
        "IE 110042490114",
        "Documento Auxiliar da Nota Fiscal de Consumidor Eletrônica",
        "001 PAN-1001 Panela de pressão 4,5 L",
        "1 UN x 189,90 189,90",
        "Colher de bambu & cia",
        "Qtd. total de itens 2",
        "Valor total R$ 227,40",
        "Descontos R$ -7,40",
        "VALOR A PAGAR R$ 220,00",
        "Dinheiro 250,00",
        "Troco R$ 22,60",
        "(Lei Federal 12.741/2012): R$ 20,00",
        "NFC-e nº 871 Série 1",
        "23/11/2026 14:32:05",
        "Via consumidor",
        "https://www.nfce.fazenda.sp.gov.br/consulta",
        " ".join(KEY[start : start + 4] for start in range(0, 44, 4)),
        "CPF 529.982.247-25",
        f"Protocolo de autorização {papers.PROTOCOL}",
        "em 23/11/2026 14:32:07",
    ):
        assert said in text, said
    for unsaid in ("HOMOLOGAÇÃO", "CONTINGÊNCIA", "Pendente", "VIA -", "CANCELADA"):
        assert unsaid not in text


def test_a_rehearsal_says_twice_that_it_has_no_value() -> None:
    assert text_of(a_slip(papers.nfce())).count("SEM VALOR FISCAL") == 2


def test_an_unknown_buyer_is_said_to_be_unknown() -> None:
    assert "CONSUMIDOR NÃO IDENTIFICADO" in text_of(a_slip(papers.nfce()))


def test_an_offline_document_is_printed_for_the_buyer_and_for_the_shop() -> None:
    paper = a_slip(papers.nfce(offline=True, authorised=False))
    pieces, text = slip(paper, BOOK), text_of(paper)
    assert sum(isinstance(piece, Cut) for piece in pieces) == 1
    assert sum(isinstance(piece, Qr) for piece in pieces) == 2
    assert text.index("Via consumidor") < text.index("Via estabelecimento")
    assert text.count("EMITIDA EM CONTINGÊNCIA") == 4
    assert "Protocolo" not in text
    alone = text_of(paper, replace(BOOK, both_ways=False))
    assert "Via estabelecimento" not in alone
    # Authorised afterwards, the buyer's paper is enough.
    later = text_of(a_slip(papers.nfce(offline=True)))
    assert "Via estabelecimento" not in later
    assert f"Protocolo de autorização {papers.PROTOCOL}" in later


def test_a_copy_and_a_cancelled_document_are_marked_top_and_bottom() -> None:
    text = text_of(a_slip(papers.nfce(), copy=3, cancelled=True))
    assert text.count("3ª VIA - REIMPRESSÃO") == 2
    assert text.count("*** CANCELADA ***") == 2


def test_a_document_of_the_wrong_kind_or_none_at_all_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><NFe xmlns="http://www.portalfiscal.inf.br/nfe">&a;</NFe>'
    for kind, content in (
        (PaperKind.NFCE_SLIP, papers.nfe()),
        (PaperKind.NFCE_PDF, papers.nfe()),
        (PaperKind.DANFE, papers.nfce()),
        (PaperKind.SHIPPING_LABEL, papers.nfce()),
        (PaperKind.NFCE_SLIP, ""),
        (PaperKind.NFCE_SLIP, bomb),
        (PaperKind.DANFE, bomb),
        (PaperKind.DANFE, papers.nfe().replace("<ide>", "<x>").replace("</ide>", "</x>")),
        (PaperKind.CORRECTION, "{}"),
        (PaperKind.CORRECTION, "<a/>"),
        (PaperKind.RECEIPT, "[]"),
        (PaperKind.TILL_SLIP, "{}"),
    ):
        with pytest.raises(PrinterTrouble) as refused:
            document(Paper(kind=kind, content=content), BOOK)
        assert refused.value.why == "format", kind


# -- in the printer's tongue ------------------------------------------------------------------------------------------


def test_the_printer_draws_the_code_itself() -> None:
    paper = a_slip(papers.nfce())
    job = ready_sheet(paper, BOOK, "nfce-1").raw
    payload = papers.qr_of(KEY).encode()
    length = len(payload) + 3
    assert b"\x1d(k" + bytes((length % 256, length // 256)) + b"1P0" + payload in job
    assert job.startswith(b"\x1b@\x1bt\x02")
    assert b"VALOR A PAGAR R$" in job
    assert "Panela de pressão".encode("cp850") in job
    assert len(job) < 2500


@ROLLS
def test_a_printer_that_cannot_is_sent_the_code_as_a_picture_that_fits(columns: int) -> None:
    xml = papers.nfce(offline=True, authorised=False)
    book = replace(BOOK, qr=QrMode.PICTURE, columns=columns, both_ways=False)
    job = ready_sheet(a_slip(xml), book, "x").raw
    assert b"\x1d(k" not in job
    start = job.index(b"\x1dv0") + 4
    across = int.from_bytes(job[start : start + 2], "little")
    down = int.from_bytes(job[start + 2 : start + 4], "little")
    assert across * 8 <= (384 if columns == NARROW else 576)
    picture = Image.frombytes("1", (across * 8, down), job[start + 4 : start + 4 + across * down])
    dark_on_light = Image.eval(picture.convert("L"), lambda dot: 255 - dot)
    framed = Image.new("L", (across * 8 + 80, down + 80), 255)
    framed.paste(dark_on_light, (40, 40))
    found = zxingcpp.read_barcodes(framed)
    assert [each.text for each in found] == [papers.qr_of(papers.a_key("65", emission="9"), offline=True)]


def test_without_accents_only_plain_letters_leave() -> None:
    job = ready_sheet(a_slip(papers.nfce()), replace(BOOK, accents=False), "x").raw
    assert b"Panela de pressao" in job
    assert b"AMBIENTE DE HOMOLOGACAO" in job
    assert b"NFC-e no 871" in job
    assert all(byte < 128 for byte in job)


def test_what_somebody_typed_never_becomes_an_order_to_the_printer() -> None:
    assert printable("a\x1bp\x00b\ta", accents=True) == "a p b a"
    assert printable("“Promoção” – 50% … 3º ☃ 漢", accents=False) == '"Promocao" - 50% . 3o ? ?'
    line = lines_content([("troco \x1bp\x00\x19\xfa", False)])
    job = ready_sheet(Paper(kind=PaperKind.TILL_SLIP, content=line), BOOK, "x").raw
    assert b"\x1bp" not in job


def test_the_drawer_opens_with_the_first_paper_of_a_sale_only() -> None:
    kick, book = b"\x1bp", replace(BOOK, drawer=True)
    first = a_slip(papers.nfce())
    assert kick in ready_sheet(first, book, "x").raw
    assert kick in ready_sheet(Paper(kind=PaperKind.RECEIPT, content=receipt()), book, "x").raw
    assert kick not in ready_sheet(first, BOOK, "x").raw
    assert kick not in ready_sheet(replace(first, copy=2), book, "x").raw
    assert kick not in ready_sheet(replace(first, cancelled=True), book, "x").raw
    till = Paper(kind=PaperKind.TILL_SLIP, content=lines_content([("Sangria", True)]))
    assert kick not in ready_sheet(till, book, "x").raw


def test_the_knife_cuts_each_paper_or_none() -> None:
    two = slip(a_slip(papers.nfce(offline=True, authorised=False)), BOOK)
    assert thermal(two, BOOK).count(b"\x1dV") == 2
    assert thermal(two, replace(BOOK, cut=False)).count(b"\x1dV") == 0


# -- papers without a fiscal document ---------------------------------------------------------------------------------


def test_a_receipt_says_what_was_sold_and_that_it_is_no_fiscal_document() -> None:
    told = read_receipt(receipt())
    assert (told.number, told.total, told.change) == ("Balcão-871", 22000, 3000)
    text = text_of(
        Paper(kind=PaperKind.RECEIPT, content=receipt(buyer_name="Maria", buyer_document="52998224725"))
    )
    for said in (
        "Casa das Panelas RECIBO DE VENDA",
        "Venda Balcão-871 23/11/2026 14:32",  # the shop's clock, not the books'
        "Cliente: Maria 529.982.247-25",
        "0,75 KG x 50,00 37,50",
        "Desconto -7,40",
        "TOTAL R$ 220,00",
        "PIX 100,00",
        "Dinheiro 150,00",
        "Troco 30,00",
        "NÃO É DOCUMENTO FISCAL",
    ):
        assert said in text, said


def test_the_receipt_of_a_cancelled_sale_says_so() -> None:
    paper = Paper(kind=PaperKind.RECEIPT, content=receipt(), copy=2, cancelled=True)
    assert text_of(paper).count("*** VENDA CANCELADA ***") == 2
    assert text_of(paper).count("2ª VIA") == 2


def test_the_tills_own_lines_are_printed_as_they_were_laid_out() -> None:
    content = lines_content(
        [("FECHAMENTO DE CAIXA", True), ("Fundo de troco                            100,00", False)]
    )
    assert slip(Paper(kind=PaperKind.TILL_SLIP, content=content), BOOK) == (
        Line("FECHAMENTO DE CAIXA", strong=True),
        Line("Fundo de troco                            100,00"),
    )
    narrow = slip(Paper(kind=PaperKind.TILL_SLIP, content=content), replace(BOOK, columns=NARROW))
    assert "".join(piece.text for piece in narrow[1:] if isinstance(piece, Line)).split() == [
        "Fundo",
        "de",
        "troco",
        "100,00",
    ]


# -- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cnpj", [papers.CNPJ, papers.LETTERED_CNPJ])
@pytest.mark.parametrize("kind", [PaperKind.DANFE, PaperKind.SHIPPING_LABEL])
def test_the_bars_of_an_nfe_are_its_key(kind: PaperKind, cnpj: str) -> None:
    pdf = document(Paper(kind=kind, content=papers.nfe(cnpj=cnpj)), BOOK)
    assert codes(pdf, dpi=300) == [("128", papers.a_key("55", cnpj=cnpj))]


def test_the_bars_of_a_correction_are_the_key_of_its_note() -> None:
    for content in (correction_content(papers.correction(), papers.nfe()), papers.correction()):
        pdf = document(Paper(kind=PaperKind.CORRECTION, content=content), BOOK)
        assert codes(pdf, dpi=300) == [("128", papers.a_key("55"))]


def pdf_text(pdf: bytes) -> str:
    import pypdfium2

    opened = pypdfium2.PdfDocument(pdf)
    pages = [opened[number] for number in range(len(opened))]
    texts = [page.get_textpage().get_text_bounded() for page in pages]
    opened.close()
    return " ".join(" ".join(texts).split())


def test_a_correction_names_who_corrects_and_what() -> None:
    content = correction_content(papers.correction(text="PESO BRUTO 2,100 KG"), papers.nfe())
    text = pdf_text(document(Paper(kind=PaperKind.CORRECTION, content=content), BOOK))
    assert "Casa das Panelas Comércio Ltda" in text
    assert "PESO BRUTO 2,100 KG" in text
    assert papers.PROTOCOL in text


def test_the_correction_of_a_cancelled_note_says_so() -> None:
    paper = Paper(
        kind=PaperKind.CORRECTION, content=correction_content(papers.correction(), papers.nfe()), copy=2
    )
    assert "CANCELADA" not in pdf_text(document(paper, BOOK))
    assert "NOTA CANCELADA - 2ª VIA - REIMPRESSÃO" in pdf_text(document(replace(paper, cancelled=True), BOOK))


@pytest.mark.parametrize(
    ("kind", "xml"),
    [
        (PaperKind.DANFE, papers.nfe()),
        (PaperKind.NFCE_PDF, papers.nfce()),
        (PaperKind.SHIPPING_LABEL, papers.nfe()),
    ],
)
def test_a_cancelled_document_is_marked_across_the_page(kind: PaperKind, xml: str) -> None:
    assert "CANCELADA" not in pdf_text(document(Paper(kind=kind, content=xml), BOOK))
    assert "CANCELADA" in pdf_text(document(Paper(kind=kind, content=xml, cancelled=True), BOOK))


@pytest.mark.parametrize(
    ("kind", "content", "pages"),
    [
        (PaperKind.DANFE, papers.nfe(), 1),
        (PaperKind.DANFE, papers.nfe(items=[papers.ITEMS[0]] * 90), 2),
        (PaperKind.NFCE_PDF, papers.nfce(), 1),
        (PaperKind.SHIPPING_LABEL, papers.nfe(), 1),
        (PaperKind.CORRECTION, correction_content(papers.correction(), papers.nfe()), 1),
    ],
)
@pytest.mark.parametrize("columns", [48, 32])
def test_a_copy_as_pdf_says_on_every_page_which_it_is(
    kind: PaperKind, content: str, pages: int, columns: int
) -> None:
    book = replace(BOOK, columns=columns)
    paper = Paper(kind=kind, content=content)
    assert "VIA -" not in pdf_text(document(paper, book))
    said = pdf_text(document(replace(paper, copy=3), book)).split("3ª VIA - REIMPRESSÃO")
    assert len(said) == pages + 1


def test_a_rehearsal_on_a4_says_that_it_has_no_value() -> None:
    assert "SEM VALOR FISCAL" in pdf_text(
        document(Paper(kind=PaperKind.DANFE, content=papers.nfe(rehearsal=True)), BOOK)
    )


def test_a_document_of_hundreds_of_items_is_printed_whole() -> None:
    many = [(f"Item número {number} da lista", "1.0000", "1.00", "1.00") for number in range(120)]
    pages = pictures(
        document(Paper(kind=PaperKind.DANFE, content=papers.nfe(items=many)), BOOK), dots_per_inch=40
    )
    assert len(pages) > 1
    assert "119 da lista" in text_of(a_slip(papers.nfce(items=many)))


def test_what_is_no_pdf_gives_no_pictures() -> None:
    with pytest.raises(PrinterTrouble):
        pictures(b"not a pdf")


def test_samples_from_elsewhere_are_printed_too() -> None:
    """Documents of other programs, indented and with optional parts that ours never write."""
    from pathlib import Path

    import nfelib

    samples = Path(str(nfelib.__file__)).parent / "nfe/samples/v4_0"
    notes = [
        *sorted((samples / "leiauteNFe").glob("*procNFe.xml")),
        samples / "leiauteNFe/nfe_reforma_tributaria.xml",
    ]
    assert len(notes) >= 4
    for path in notes:
        xml = path.read_text("utf-8")
        assert pictures(document(Paper(kind=PaperKind.DANFE, content=xml), BOOK), dots_per_inch=30)
    nfce = (samples / "nfce_contingencia.xml").read_text("utf-8")
    assert "EMITIDA EM CONTINGÊNCIA" in text_of(a_slip(nfce))
