"""What the screens call papers and printers, and what they say when one does not come out."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.application.printing_ports import PrinterKind, PrintJobRow
from varejoforte_desktop.domain.print_job import PaperKind, PrintState, PrintUse

PAPER_WORDS: Final = {
    PaperKind.NFCE_SLIP: "Cupom da NFC-e",
    PaperKind.NFCE_PDF: "NFC-e em PDF",
    PaperKind.DANFE: "DANFE da NF-e",
    PaperKind.SHIPPING_LABEL: "Etiqueta de envio",
    PaperKind.CORRECTION: "Carta de correção",
    PaperKind.RECEIPT: "Recibo de venda",
    PaperKind.TILL_SLIP: "Comprovante do caixa",
    PaperKind.TEST_PAGE: "Página de teste",
}
USE_WORDS: Final = {
    PrintUse.SLIP: "Cupons e comprovantes",
    PrintUse.SHEET: "Notas e documentos (A4)",
    PrintUse.LABEL: "Etiquetas de envio (10 × 15 cm)",
}
ABOUT_USES: Final = {
    PrintUse.SLIP: "A impressora de bobina do balcão: NFC-e, recibos, sangrias e fechamentos.",
    PrintUse.SHEET: "DANFE da NF-e, carta de correção e NFC-e em folha.",
    PrintUse.LABEL: "A etiqueta que vai colada no pacote. Sem impressora própria, ela sai na de documentos.",
}
KIND_WORDS: Final = {
    PrinterKind.NONE: "Nenhuma",
    PrinterKind.NETWORK: "Na rede",
    PrinterKind.DEVICE: "No cabo (USB, paralela, compartilhada)",
    PrinterKind.WINDOWS: "Impressora do Windows",
    PrinterKind.SYSTEM: "Impressora deste computador",
    PrinterKind.VIEWER: "Abrir o PDF na tela",
    PrinterKind.FOLDER: "Salvar em uma pasta",
}
#: The label of the address, an example, and what helps; "" for kinds without one.
ADDRESS_WORDS: Final = {
    PrinterKind.NONE: ("", "", ""),
    PrinterKind.NETWORK: (
        "Endereço na rede",
        "192.168.0.50",
        "O número que a impressora mostra na página de configuração. A porta é a 9100, se não disser outra.",
    ),
    PrinterKind.DEVICE: (
        "Dispositivo ou compartilhamento",
        r"/dev/usb/lp0 ou \\CAIXA-1\cupom",
        "Onde o sistema põe a impressora ligada ao cabo.",
    ),
    PrinterKind.WINDOWS: (
        "Nome da impressora",
        "Elgin i9",
        "Como aparece em Impressoras e scanners do Windows.",
    ),
    PrinterKind.SYSTEM: (
        "Nome da impressora",
        "A padrão do sistema",
        "Vazio: a impressora padrão.",
    ),
    PrinterKind.VIEWER: ("", "", "O documento abre no leitor de PDF, e a pessoa imprime de lá."),
    PrinterKind.FOLDER: ("Pasta", "", "Nada é impresso: cada papel vira um arquivo."),
}
#: What each use offers. Documents go to the system as PDF; slips in the printer's own tongue.
CHOICES: Final = {
    PrintUse.SLIP: (
        PrinterKind.NONE,
        PrinterKind.NETWORK,
        PrinterKind.DEVICE,
        PrinterKind.WINDOWS,
        PrinterKind.SYSTEM,
        PrinterKind.VIEWER,
        PrinterKind.FOLDER,
    ),
    PrintUse.SHEET: (
        PrinterKind.NONE,
        PrinterKind.VIEWER,
        PrinterKind.SYSTEM,
        PrinterKind.NETWORK,
        PrinterKind.FOLDER,
    ),
    PrintUse.LABEL: (
        PrinterKind.NONE,
        PrinterKind.VIEWER,
        PrinterKind.SYSTEM,
        PrinterKind.NETWORK,
        PrinterKind.FOLDER,
    ),
}


def trouble_words(why: str, printer: str = "") -> tuple[str, str]:
    """What happened and what helps, for the `why` of a PrinterTrouble."""
    named = f" {printer}" if printer else ""
    told = {
        "none": (
            "Nenhuma impressora foi escolhida nesta estação.",
            "Escolha uma em Configurações › Impressoras.",
        ),
        "offline": (
            f"A impressora{named} não responde.",
            "Veja se está ligada, com papel e com o cabo no lugar.",
        ),
        "refused": (
            f"A impressora{named} não aceitou o papel.",
            "Veja se está pronta e se o endereço em Configurações › Impressoras está certo.",
        ),
        "file": (
            f"Não foi possível gravar em{named}." if printer else "Não foi possível gravar o arquivo.",
            "Veja se a pasta existe, se há espaço e se ela pode ser escrita.",
        ),
        "driver": (
            "Falta neste computador o programa que entrega papéis a essa impressora.",
            "Escolha outra forma em Configurações › Impressoras.",
        ),
        "unsure": (
            f"A impressora{named} parou no meio.",
            "Veja se o papel saiu antes de imprimir de novo.",
        ),
    }
    unreadable = ("Este documento não pode ser lido para impressão.", "Mande o relatório ao suporte.")
    return told.get(why, unreadable)


def paper_title(row: PrintJobRow) -> str:
    """What a line of the list is: "Cupom da NFC-e, 2ª via"."""
    return PAPER_WORDS[row.kind] + (f", {row.copy}ª via" if row.copy > 1 else "")


def state_words(row: PrintJobRow) -> str:
    """How it stands, in a sentence."""
    if row.unsure:
        return "Não sei se saiu: o programa ou a impressora parou no meio. Olhe a impressora e responda."
    if row.state is PrintState.PRINTING:
        return "Imprimindo…"
    if row.state is PrintState.FAILED:
        return " ".join(trouble_words(row.cause, row.printer if row.cause != "none" else ""))
    if row.cause:
        return f"{trouble_words(row.cause, row.printer)[0]} O programa tenta de novo sozinho."
    return "Aguardando a vez."
