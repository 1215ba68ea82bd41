"""What is said when a fiscal document, a certificate, a purchase note or a printer stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from varejoforte_desktop.application.tax_sheet import TaxSheetRefused
from varejoforte_desktop.domain import fiscal_errors as fiscal
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import field_name
from varejoforte_desktop.ui.notes.rejections import rejection

Words = tuple[str, str]

_SET_UP: Final = "Um administrador completa em Configurações › Fiscal."
#: What is missing before a document can be issued: the sentence, and what to do.
MISSING: Final[dict[str, Words]] = {
    "emitter": ("Faltam os dados fiscais da loja.", _SET_UP),
    "certificate": ("Falta o certificado digital A1 da loja.", _SET_UP),
    "certificate_expired": ("O certificado digital venceu.", "Instale o renovado em Configurações › Fiscal."),
    "certificate_of_others": ("O certificado é de outra empresa.", "Instale o da loja em Configurações › Fiscal."),
    "series": ("Este caixa ainda não tem série para as notas.", "Um administrador escolhe a série e o último número em Configurações › Fiscal."),
    "tax_rules": ("Falta a tabela de impostos do contador.", "Importe-a em Configurações › Fiscal."),
    "unsigned_rules": ("O contador ainda não assinou a tabela de impostos.", "Registre a assinatura em Configurações › Fiscal."),
    "csc": ("Falta o CSC, que o QR Code da NFC-e pede.", "Gere-o no site da SEFAZ e informe-o em Configurações › Fiscal."),
    "key": ("A chave da loja não está nesta estação.", "Um administrador precisa entrar aqui uma vez."),
    "endpoints": ("O endereço da SEFAZ deste estado não é conhecido.", "Confira a UF da loja em Configurações › Fiscal."),
    "confirmation": ("As notas passariam a ter valor fiscal.", "Confirme antes de continuar."),
    "changed": ("A configuração das notas mudou neste momento.", "Tente de novo."),
}  # fmt: skip
#: How a document stands, as a word within a sentence.
STATE_NAMES: Final[dict[str, str]] = {
    "generated": "a enviar",
    "sending": "a caminho da SEFAZ",
    "unknown": "sem resposta da SEFAZ",
    "replaced": "substituída por outra em contingência",
    "authorised": "autorizada",
    "rejected": "rejeitada",
    "offline": "em contingência",
    "offline_rejected": "em contingência e rejeitada",
    "number_taken": "com o número ocupado",
    "to_void": "a inutilizar",
    "voided": "inutilizada",
    "cancelled": "cancelada",
    "denied": "denegada",
}
_PLACES: Final = {"homologacao": "homologação", "producao": "produção"}
_BUYER: Final = {
    "document": "CPF ou CNPJ",
    "name": "nome",
    "street": "rua",
    "district": "bairro",
    "city": "cidade",
    "state": "estado",
    "postcode": "CEP",
}
_CERTIFICATE: Final[dict[str, Words]] = {
    "password": ("A senha não abre este certificado.", "Digite a senha que veio com o arquivo."),
    "damaged": ("O arquivo do certificado não pode ser lido.", "Peça-o de novo à certificadora (.pfx ou .p12)."),
    "expired": ("Este certificado já venceu.", "Use o renovado."),
    "not_yet": ("Este certificado ainda não vale.", "Confira a data do computador ou espere o início da validade."),
    "no_key": ("O arquivo não traz a chave do certificado.", "Exporte-o com a chave privada (.pfx)."),
    "no_cnpj": ("O certificado não é de uma empresa.", "Use o e-CNPJ A1 da loja."),
    "others": ("O certificado é de outra empresa.", "Use o e-CNPJ A1 do CNPJ da loja."),
    "big": ("O arquivo é grande demais para ser um certificado.", "Escolha o arquivo .pfx ou .p12."),
}  # fmt: skip
_MISMATCH: Final[dict[str, Words]] = {
    "buyer": ("A nota é de outro comprador.", "Escolha a nota deste pedido."),
    "total": ("O valor da nota não é o do pedido.", "Confira se é a nota deste pedido."),
    "issuer": ("A nota foi emitida por outra empresa.", "Escolha uma nota emitida pela loja."),
    "linked": ("Esta nota já está ligada a um pedido.", "Escolha outra."),
    "cancelled": ("Esta nota foi cancelada.", "Escolha uma nota válida."),
    "issued": (
        "O pedido já tem uma NF-e emitida por este programa.",
        "Cancele-a antes, se a outra for a certa.",
    ),
    "own": ("Esta nota foi emitida por este programa.", "Se ela não vale mais, cancele-a em Notas fiscais."),
    "not_linked": ("Esta nota não está vinculada a este pedido.", "Confira o pedido e a chave."),
    "kind": ("Só uma NF-e de venda pode ser ligada a um pedido.", "Escolha outra nota."),
}
_FILE: Final[dict[str, Words]] = {
    "big": ("O arquivo é grande demais para ser uma nota.", "Escolha o XML da NF-e."),
    "not_xml": ("O arquivo não é um XML.", "Escolha o XML da NF-e, não o PDF."),
    "entities": ("O XML contém declarações que não são aceitas.", "Peça o XML de novo a quem emitiu a nota."),
    "not_nfe": ("O arquivo não é uma NF-e.", "Escolha o XML da NF-e autorizada."),
    "unsigned": ("A nota não está assinada.", "Peça o XML autorizado a quem emitiu a nota."),
    "foreign": (
        "A nota foi assinada com o certificado de outro CNPJ.",
        "Peça o XML autorizado a quem emitiu a nota.",
    ),
    "damaged": ("O XML está incompleto ou foi alterado.", "Peça-o de novo a quem emitiu a nota."),
    "not_authorised": ("A nota não traz a autorização da SEFAZ.", "Peça o XML autorizado (procNFe) a quem a emitiu."),
    "unreadable": ("O arquivo não pode ser aberto.", "Confira se ele ainda está na pasta e tente de novo."),
}  # fmt: skip
_PURCHASE: Final[dict[str, Words]] = {
    "repeated": ("Esta nota já deu entrada.", "Veja a entrada na lista."),
    "recipient": ("Esta nota é para outro CNPJ.", "Dê entrada só nas notas da loja."),
    "own": ("Esta nota foi emitida pela própria loja.", "Escolha a nota do fornecedor."),
    "unmatched": ("Há itens que ainda não estão ligados a um produto.", "Ligue ou cadastre cada item antes."),
    "nothing": ("Nenhum item desta nota entra no estoque.", "Marque ao menos um item."),
    "direction": ("Esta é uma nota de entrada emitida pelo fornecedor, não uma venda.", "Peça a nota da venda."),
    "undone": ("A entrada desta nota já foi desfeita.", "Veja a nota na lista."),
    "sold": ("Parte da mercadoria desta nota já saiu da loja.", "Acerte o estoque antes de desfazer a entrada."),
    "promised": (
        "A mercadoria desta nota está prometida a pedidos da loja virtual.",
        "Registre ou cancele os pedidos antes de desfazer a entrada.",
    ),
    "unproven": ("A autorização desta nota não foi conferida.", "Confira a nota na SEFAZ antes de dar entrada."),
}  # fmt: skip
_PRINTER: Final[dict[str, Words]] = {
    "none": ("Esta estação não tem impressora para isto.", "Escolha uma em Configurações › Impressoras."),
    "offline": ("A impressora não responde.", "Veja se está ligada, com papel e na rede; tente de novo."),
    "refused": (
        "A impressora não aceitou o papel.",
        "Confira o nome e o tipo em Configurações › Impressoras.",
    ),
    "file": ("O arquivo não pôde ser gravado.", "Escolha outra pasta."),
    "driver": ("Este tipo de impressora não pode ser usado aqui.", "Escolha rede ou dispositivo."),
    "unsure": ("Não sei se o papel saiu.", "Olhe na impressora e diga em Configurações › Impressoras."),
    "format": ("O documento não pode ser desenhado.", "Mande o XML ao suporte."),
}


def missing_words(missing: str) -> Words:
    """What is missing before a document can be issued, and what to do."""
    return MISSING.get(missing, ("A loja ainda não pode emitir notas.", _SET_UP))


def fiscal_words(error: DomainError) -> Words | None:
    """What happened and what to do; None when it is about something else."""
    match error:
        case fiscal.FiscalNotReady(missing=missing):
            return missing_words(missing)
        case fiscal.BuyerIncomplete(missing=parts):
            return (
                f"Falta do comprador: {_listed(_BUYER.get(each, each) for each in parts)}.",
                "Complete o cadastro do cliente; a venda está guardada e a nota sai depois.",
            )
        case fiscal.NfceNotForCompanies():
            return (
                "A NFC-e não serve a um comprador com CNPJ.",
                "Escolha a NF-e; se o seu estado ainda aceita, um administrador libera em Configurações › Fiscal.",
            )
        case fiscal.DocumentInvalid(places=places):
            where = f" ({', '.join(places[:3])})" if places else ""
            return (
                f"A nota não cabe no formato oficial{where}.",
                "Confira os dados da loja, do comprador e dos produtos; se estiverem certos, chame o suporte.",
            )
        case fiscal.WrongCertificate(why=why, facts=facts):
            return _certificate(why, facts)
    return _taxes(error) or _with_sefaz(error) or _notes(error)


def _taxes(error: DomainError) -> Words | None:
    """The accountant's table."""
    match error:
        case fiscal.NoTaxRule(ended=date() as ended):
            return (
                f"A tabela de impostos valia até {ended:%d/%m/%Y}.",
                "Peça ao contador a tabela nova e importe-a em Configurações › Fiscal; as vendas ficam guardadas.",
            )
        case fiscal.NoTaxRule(reference=reference, ncm=ncm):
            which = f"{reference} (NCM {ncm})" if ncm else f"{reference} (sem NCM)"
            return (
                f"A tabela de impostos não diz como tributar {which}.",
                "Preencha o NCM do produto, ou peça ao contador a linha que falta.",
            )
        case TaxSheetRefused(errors=errors):
            return (
                f"A tabela de impostos tem {len(errors)} erros; nada foi mudado.",
                "Corrija as células apontadas e importe de novo.",
            )
        case fiscal.WrongTaxRule(line=line, column=column):
            return (
                f"A linha {line} da tabela de impostos não pode ser usada: {field_name(column)}.",
                "Corrija-a com o contador e importe de novo.",
            )
    return None


def _certificate(why: str, facts: str) -> Words:
    text, remedy = _CERTIFICATE.get(why, ("Este certificado não pode ser usado.", "Use o e-CNPJ A1 da loja."))
    if why == "others" and facts.isalnum() and len(facts) == 14:
        text = f"O certificado é do CNPJ {formatted_tax_id(facts)}."
    elif why in {"expired", "not_yet"} and (at := _instant(facts)) is not None:
        verb = "venceu em" if why == "expired" else "só vale a partir de"
        text = f"Este certificado {verb} {formats.day(at)}."
    return text, remedy


def _with_sefaz(error: DomainError) -> Words | None:
    """While talking to SEFAZ, or because of what it said."""
    match error:
        case fiscal.FiscalStateWrong(number=number, state=state):
            stands = STATE_NAMES.get(state, "em outra situação")
            return f"A nota {number} está {stands}; isto não cabe agora.", "Veja na tela Notas fiscais."
        case fiscal.FiscalElsewhere(number=number, what=what, belongs=belongs):
            return _elsewhere(number, what, belongs)
        case fiscal.NotesOpen(what=what, documents=documents, events=events):
            return _still_open(what, documents, events)
        case fiscal.FiscalFirst(number=number):
            return (
                f"A venda tem a nota {number}, que precisa ser cancelada antes.",
                "Cancele pela tela Notas fiscais; a venda é cancelada junto.",
            )
        case fiscal.FiscalRefused(stat=stat, reason=reason):
            told = rejection(stat, reason)
            return f"{told.cause} (SEFAZ {stat})", told.remedy
        case fiscal.ReasonTooShort(least=least, most=most):
            return f"A SEFAZ pede um texto de {least} a {most} letras.", "Escreva o que aconteceu."
        case fiscal.NumbersInUse(number=number):
            return (
                f"O número {number} está em uso, ou a série ainda não chegou até ele.",
                "Inutilize só números que nenhuma nota usou.",
            )
        case fiscal.SeriesTaken(series=series, station=station):
            return f"A série {series} já é da estação {station}.", "Escolha outra série."
    return _silent(error)


def _silent(error: DomainError) -> Words | None:
    """SEFAZ has not answered yet, or wants to be left alone."""
    match error:
        case fiscal.FiscalPaused(until=until):
            at = _instant(until)
            hour = f" até {formats.hour(at)}" if at is not None else ""
            return f"A SEFAZ pediu para esperar{hour}.", "O programa volta sozinho; nada se perde."
        case fiscal.FiscalUnanswered():
            return (
                "A SEFAZ ainda não respondeu; o pedido está guardado.",
                "O programa pergunta de novo sozinho; confira em alguns minutos.",
            )
        case fiscal.LetterUnanswered():
            return (
                "A carta de correção anterior ainda espera a SEFAZ; este texto não foi enviado.",
                "Envie-o de novo quando ela responder.",
            )
    return None


def _elsewhere(number: str, what: str, belongs: str) -> Words:
    """A note of another environment or company than the shop issues for now."""
    if what == "cnpj":
        return (
            f"A nota {number} é do CNPJ {formatted_tax_id(belongs)}, e a loja agora emite com outro.",
            "Volte a esse CNPJ em Configurações › Fiscal para tratar dela.",
        )
    place = _PLACES.get(belongs, belongs)
    return (
        f"A nota {number} é de {place}, e a loja agora emite no outro ambiente.",
        f"Volte a {place} em Configurações › Fiscal para tratar dela.",
    )


def _still_open(what: str, documents: int, events: int) -> Words:
    """Environment or company cannot change yet."""
    notes = formats.counted(documents, "nota espera a SEFAZ", "notas esperam a SEFAZ") if documents else ""
    asked = formats.counted(events, "pedido sem resposta", "pedidos sem resposta") if events else ""
    changes = "o CNPJ não pode mudar" if what == "cnpj" else "o ambiente não pode mudar"
    return (
        f"Por enquanto {changes}: {' e '.join(each for each in (notes, asked) if each)}.",
        "Em Notas fiscais, consulte as sem resposta e corrija as rejeitadas, ou desista delas; depois mude de novo.",
    )


def _notes(error: DomainError) -> Words | None:
    """About notes of others, and paper."""
    match error:
        case fiscal.WrongAccessKey():
            return (
                "A chave de acesso não confere.",
                "Ela tem 44 dígitos; digite de novo ou leia o código de barras.",
            )
        case fiscal.InvoiceMismatch(why="taken", facts=number):
            return (
                f"Já há uma nota vinculada a este pedido: a NF-e {number}.",
                "Se a certa for outra, desfaça antes esse vínculo.",
            )
        case fiscal.InvoiceMismatch(why=why):
            return _MISMATCH.get(why, ("Esta nota não é deste pedido.", "Escolha outra."))
        case fiscal.WrongInvoiceFile(why=why):
            return _FILE.get(why, ("O arquivo não pode ser lido como uma nota.", "Escolha o XML da NF-e."))
        case fiscal.PurchaseRefused(why="unmatched", facts=facts) if facts:
            return f"Faltam produtos para os itens {facts}.", "Ligue ou cadastre cada item antes."
        case fiscal.PurchaseRefused(why="sold" | "promised" as why, facts=facts) if facts:
            text, remedy = _PURCHASE[why]
            return f"{text.removesuffix('.')}: {facts}.", remedy
        case fiscal.PurchaseRefused(why=why):
            return _PURCHASE.get(why, ("Esta nota não pode dar entrada.", "Confira a nota e tente de novo."))
        case fiscal.PrinterTrouble(why=why, printer=printer):
            text, remedy = _PRINTER.get(why, ("A impressão falhou.", "Confira a impressora e tente de novo."))
            return f"{printer}: {text[:1].lower()}{text[1:]}" if printer else text, remedy
    return None


#: Why a question to SEFAZ got no answer: what happened, and what goes on.
CAUSES: Final[Mapping[str, Words]] = {
    "no_line": ("A SEFAZ não foi alcançada.", "Veja a internet; o programa tenta de novo sozinho."),
    "timeout_connecting": ("A SEFAZ demora para atender.", "O programa tenta de novo sozinho."),
    "no_answer": ("A SEFAZ não respondeu a tempo.", "O programa pergunta de novo sozinho."),
    "reset": ("A conexão com a SEFAZ caiu no meio.", "O programa pergunta de novo sozinho."),
    "server_error": ("A SEFAZ está com problemas.", "O programa pergunta de novo sozinho."),
    "unreadable": ("A SEFAZ deu uma resposta que não se pode ler.", "O programa pergunta de novo sozinho."),
    "tls": ("A identidade da SEFAZ não pôde ser conferida.", "Veja a data e a hora do computador; se estiverem certas, chame o suporte."),
    "certificate_refused": ("A SEFAZ não deixou entrar com o certificado da loja.", "Confira-o em Configurações › Fiscal."),
    "no_endpoint": ("O endereço da SEFAZ deste estado não é conhecido.", "Confira a UF da loja em Configurações › Fiscal."),
    "interrupted": ("O programa ou o computador parou no meio do envio.", "O programa pergunta à SEFAZ o que houve."),
}  # fmt: skip


def cause_words(cause: str) -> Words:
    """Why SEFAZ did not answer, and what goes on."""
    return CAUSES.get(cause, ("A SEFAZ não respondeu.", "O programa pergunta de novo sozinho."))


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _listed(words: Iterable[str]) -> str:
    names = list(words) or ["dados"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} e {names[-1]}"
