"""How fiscal documents, their history and the line to SEFAZ are told: a word, a drawing, and what goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from varejoforte_desktop.application.fiscal_desk import Finding, FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_questions import DocumentRow, FiscalOverview, StepRow
from varejoforte_desktop.domain.fiscal import (
    DISPUTED,
    OTHER_CONTENT,
    PUZZLES,
    DocumentState,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
    named_key,
)
from varejoforte_desktop.domain.fiscal_answers import REPLACED_CANCEL_TIME
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_messages import cause_words, missing_words
from varejoforte_desktop.ui.notes.rejections import own_words, rejection
from varejoforte_desktop.ui.palettes import Tone


class StateWords(NamedTuple):
    """How a document stands: a word, a drawing, a feeling, what it means and what happens or helps now."""

    word: str
    icon: str
    tone: Tone
    sentence: str
    remedy: str = ""


MODELS: Final = {FiscalModel.NFE: "NF-e", FiscalModel.NFCE: "NFC-e", FiscalModel.NONE: "Sem nota"}
STATES: Final = {
    DocumentState.GENERATED: StateWords(
        "A enviar", "clock", Tone.INFO, "Tem número e assinatura; espera a vez na SEFAZ.", "Vai sozinha."
    ),
    DocumentState.SENDING: StateWords(
        "Enviando", "upload", Tone.INFO, "Está a caminho da SEFAZ.", "A resposta vem em segundos."
    ),
    DocumentState.UNKNOWN: StateWords(
        "Sem resposta", "warning", Tone.WARN, "Foi enviada e a SEFAZ não respondeu.",
        "O programa pergunta pela chave antes de qualquer outra coisa.",
    ),
    DocumentState.REPLACED: StateWords(
        "Substituída", "undo", Tone.WARN, "Ficou sem resposta, e outra foi entregue em contingência no lugar dela.",
        "O programa pergunta à SEFAZ e cancela esta, ou libera o número para inutilizar.",
    ),
    DocumentState.AUTHORISED: StateWords("Autorizada", "check", Tone.GOOD, "Vale na SEFAZ."),
    DocumentState.REJECTED: StateWords("Rejeitada", "error", Tone.BAD, "A SEFAZ leu e não aceitou."),
    DocumentState.OFFLINE: StateWords(
        "Em contingência", "wifi-off", Tone.WARN, "O comprador já a recebeu; a SEFAZ ainda não sabe dela.",
        "Vai sozinha quando a SEFAZ voltar.",
    ),
    DocumentState.OFFLINE_REJECTED: StateWords(
        "Contingência rejeitada", "error", Tone.BAD, "O comprador já a recebeu e a SEFAZ não a aceitou.",
    ),
    DocumentState.NUMBER_TAKEN: StateWords(
        "Número ocupado", "error", Tone.BAD, "A SEFAZ conhece outra nota com este número.",
        "Esta não vale. Emita de novo em “Vendas sem nota”.",
    ),
    DocumentState.TO_VOID: StateWords(
        "A inutilizar", "minus", Tone.INFO, "Não vale, e o número ficou sem uso.",
        "Inutilize o número até o dia 10 do mês que vem.",
    ),
    DocumentState.VOIDED: StateWords(
        "Inutilizada", "minus", Tone.NEUTRAL, "A SEFAZ sabe que este número não foi usado."
    ),
    DocumentState.CANCELLED: StateWords("Cancelada", "close", Tone.NEUTRAL, "Não vale mais na SEFAZ."),
    DocumentState.DENIED: StateWords(
        "Denegada", "lock", Tone.NEUTRAL, "Nota antiga que a SEFAZ denegou; o número não volta."
    ),
}  # fmt: skip
_CANCELLING: Final = StateWords(
    "Cancelando",
    "clock",
    Tone.WARN,
    "O cancelamento foi pedido e a SEFAZ ainda não respondeu.",
    "O programa pergunta de novo sozinho; depois cancele mais uma vez, para devolver mercadoria e dinheiro.",
)


_UNCANCELLED: Final = StateWords(
    "Em dobro", "error", Tone.BAD, "A SEFAZ tem esta nota e não aceitou cancelá-la: a venda ficou com duas notas válidas.",
)  # fmt: skip
_DISPUTED: Final = StateWords("Em conflito", "error", Tone.BAD, "A SEFAZ tem outra coisa sob este número.")


class StateGroup(NamedTuple):
    """States that somebody looks for together."""

    name: str
    word: str
    states: frozenset[DocumentState]


GROUPS: Final = (
    StateGroup("rejected", "Rejeitadas", frozenset({
        DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED, DocumentState.NUMBER_TAKEN,
    })),
    StateGroup("offline", "Em contingência", frozenset({DocumentState.OFFLINE, DocumentState.OFFLINE_REJECTED})),
    StateGroup("waiting", "Esperam a SEFAZ", frozenset({
        DocumentState.GENERATED, DocumentState.SENDING, DocumentState.UNKNOWN, DocumentState.REPLACED,
    })),
    StateGroup("authorised", "Autorizadas", frozenset({DocumentState.AUTHORISED})),
    StateGroup("cancelled", "Canceladas", frozenset({DocumentState.CANCELLED, DocumentState.DENIED})),
    StateGroup("void", "Sem uso, inutilizadas", frozenset({DocumentState.TO_VOID, DocumentState.VOIDED})),
)  # fmt: skip


def state_words(row: DocumentRow) -> StateWords:
    """How a document stands."""
    if row.uncancelled:
        return _UNCANCELLED
    if _puzzling(row):
        return _DISPUTED
    return _CANCELLING if row.cancelling and row.state is DocumentState.AUTHORISED else STATES[row.state]


def _puzzling(row: DocumentRow) -> bool:
    return row.state in {DocumentState.UNKNOWN, DocumentState.REPLACED} and row.stat in PUZZLES


def label(row: DocumentRow) -> str:
    """A document as people call it: "NFC-e 1/123"."""
    return f"{MODELS[row.model]} {row.series}/{row.number}"


def what_helps(row: DocumentRow) -> tuple[str, str]:
    """Why a document stands as it does, and what helps: for what SEFAZ refused, the cause behind its code."""
    words = state_words(row)
    refused = {DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED, DocumentState.NUMBER_TAKEN}
    if row.state in refused and row.stat:
        told = rejection(row.stat, row.reason)
        return told.cause, told.remedy
    if row.uncancelled:
        until = (row.authorised_at or row.issued_at) + REPLACED_CANCEL_TIME
        return (
            words.sentence,
            f"A SEFAZ só aceita esse cancelamento até 168 horas da autorização ({formats.moment(until)}); até lá o "
            "programa tenta de hora em hora. Veja o motivo no histórico e fale já com o contador.",
        )
    if _puzzling(row) and row.stat == DISPUTED:
        return (
            f"A SEFAZ já tem a nota {key_words(named_key(row.reason))} sob este número.",
            "Confira se é a desta venda. Se for, guarde o XML dela e não emita outra. Se for de outra venda, escolha "
            "“Desistir”, e a venda recebe o próximo número.",
        )
    if _puzzling(row):
        return (
            "A SEFAZ tem esta chave com outro conteúdo.",
            "Não emita de novo: mande a chave ao suporte, que confere qual das duas vale.",
        )
    return words.sentence, words.remedy


def key_words(key: str) -> str:
    """An access key in groups of four, as on paper."""
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))


def sefaz_words(stat: str, reason: str) -> str:
    """SEFAZ's own words with its code: "SEFAZ 778: Informado NCM inexistente."; "" when it said nothing."""
    if not stat.isdecimal():
        return ""
    said = own_words(reason)
    return f"SEFAZ {stat}: {said}" if said else f"SEFAZ {stat}"


# -- what happened to a document ------------------------------------------------------------------------

_STEPS: Final[dict[str, tuple[str, str]]] = {
    "numbered": ("Numerada e assinada", "edit"),
    "sending": ("Enviada à SEFAZ", "upload"),
    "renewed": ("Refeita com o mesmo número", "edit"),
    "offline": ("Outra foi entregue em contingência no lugar dela", "wifi-off"),
    "given_up": ("Desistência: o número fica para inutilizar", "minus"),
    "sale_cancelled": ("A venda foi cancelada antes de a nota valer", "undo"),
    "interrupted": ("O computador parou no meio do envio", "warning"),
    OTHER_CONTENT: ("A SEFAZ tem outro conteúdo sob esta chave", "error"),
    DISPUTED: ("Não se sabe de que venda é a nota que a SEFAZ tem sob este número", "error"),
}


class Step(NamedTuple):
    """A line of a document's history."""

    text: str
    who: str
    icon: str
    tone: Tone


def step_words(step: StepRow) -> Step:
    """What happened, who did it, and how the document stood afterwards."""
    who = ", ".join(each for each in (step.operator, step.station) if each)
    state = STATES.get(DocumentState(step.after)) if step.after in set(DocumentState) else None
    tone = state.tone if state is not None else Tone.NEUTRAL
    if step.why == "numbered" and step.after == DocumentState.OFFLINE:
        return Step("Numerada, assinada e entregue em contingência", who, "wifi-off", tone)
    if step.why in _STEPS:
        text, icon = _STEPS[step.why]
        return Step(text, who, icon, tone)
    if step.why.isdecimal():
        word = state.word if state is not None else "Resposta"
        icon = state.icon if state is not None else "info"
        return Step(f"{word} · {sefaz_words(step.why, step.detail)}", who, icon, tone)
    return Step(cause_words(step.why)[0].rstrip("."), who, "warning", tone)


EVENTS: Final = {
    FiscalEventKind.CANCEL: "Cancelamento",
    FiscalEventKind.CANCEL_REPLACED: "Cancelamento por substituição",
    FiscalEventKind.CORRECTION: "Carta de correção",
}
EVENT_STATES: Final = {
    EventState.GENERATED: StateWords("A enviar", "clock", Tone.INFO, ""),
    EventState.SENDING: StateWords("Enviando", "upload", Tone.INFO, ""),
    EventState.UNKNOWN: StateWords("Sem resposta", "warning", Tone.WARN, ""),
    EventState.REGISTERED: StateWords("Na SEFAZ", "check", Tone.GOOD, ""),
    EventState.REJECTED: StateWords("Recusa da SEFAZ", "error", Tone.BAD, ""),
}


# -- the shop as a whole ----------------------------------------------------------------------------------

REHEARSAL: Final = "HOMOLOGAÇÃO — sem valor fiscal"
ENVIRONMENTS: Final = {
    FiscalEnvironment.HOMOLOGACAO: "Homologação, sem valor fiscal",
    FiscalEnvironment.PRODUCAO: "Produção",
}


def deadline_words(at: datetime, now: datetime) -> str:
    """Until when SEFAZ must have something: "hoje 23:59", "amanhã 23:59", "30/11 23:59"; past: "29/11 23:59, vencido"."""
    local, today = at.astimezone(formats.SHOP_ZONE), now.astimezone(formats.SHOP_ZONE).date()
    hour = formats.hour(at)
    days = (local.date() - today).days
    day = {0: f"hoje {hour}", 1: f"amanhã {hour}"}.get(days, formats.moment(at))
    return f"{day}, vencido" if at < now else day


def deadline_day(at: datetime, now: datetime) -> str:
    """The same where there is little room, without the hour: "hoje", "amanhã", "30/11"; past: "vencida"."""
    return "vencida" if at < now else deadline_words(at, now).partition(" ")[0]


def offline_words(overview: FiscalOverview, now: datetime) -> str:
    """What still has to reach SEFAZ: "3 NFC-e em contingência, a mais antiga até hoje 23:59"; "" for nothing."""
    if not overview.offline:
        return ""
    words = f"{formats.count(overview.offline)} NFC-e em contingência"
    if overview.oldest_deadline is None:
        return words
    which = "a mais antiga até" if overview.offline > 1 else "até"
    return f"{words}, {which} {deadline_words(overview.oldest_deadline, now)}"


def uncancelled_words(overview: FiscalOverview, now: datetime) -> str:
    """Sales with two valid notes: "1 nota em dobro, a cancelar até 09/03 14:02"; "" for none."""
    if not overview.uncancelled:
        return ""
    words = formats.counted(overview.uncancelled, "nota em dobro", "notas em dobro")
    if overview.uncancelled_until is None:
        return words
    return f"{words}, a cancelar até {deadline_words(overview.uncancelled_until, now)}"


def disputed_words(overview: FiscalOverview) -> str:
    """What SEFAZ has otherwise than the books: "2 notas em conflito com a SEFAZ"; "" for nothing."""
    many = overview.disputed
    return (
        formats.counted(many, "nota em conflito com a SEFAZ", "notas em conflito com a SEFAZ") if many else ""
    )


def elsewhere_words(overview: FiscalOverview) -> str:
    """What is open under other names: "1 nota aberta em outro ambiente ou CNPJ"; "" for nothing."""
    many = overview.elsewhere
    return (
        formats.counted(
            many, "nota aberta em outro ambiente ou CNPJ", "notas abertas em outro ambiente ou CNPJ"
        )
        if many
        else ""
    )


def phase_words(status: FiscalStatus) -> StateWords:
    """How the line to SEFAZ is, for a bar or a strip."""
    match status.phase:
        case FiscalPhase.READY:
            word = "Emitindo" if status.busy else "Pronta"
            return StateWords(word, "check", Tone.GOOD, "As notas saem na hora.")
        case FiscalPhase.OFFLINE:
            sentence = "A SEFAZ não responde: as NFC-e saem em contingência e as NF-e esperam."
            return StateWords(
                "Em contingência", "wifi-off", Tone.WARN, sentence, "Tudo vai sozinho quando ela voltar."
            )
        case FiscalPhase.PAUSED:
            sentence = "A SEFAZ pediu para esperar."
            return StateWords("Pausada", "pause", Tone.WARN, sentence, "O programa volta sozinho.")
    text, remedy = missing_words(status.cause)
    return StateWords("Não configurada", "settings", Tone.INFO, text, remedy)


def taxes_until(last: date, *, over: bool = False) -> str:
    """How long the accountant's table is good for, as a sentence; its last day when it is over."""
    return f"{'Valia' if over else 'Vale'} até {last:%d/%m/%Y}."


_FINDINGS: Final[dict[str, tuple[str, str, str]]] = {
    "emitter": ("Dados da loja", "Preenchidos.", "Preencha CNPJ, inscrição estadual, endereço e cidade."),
    "certificate": ("Certificado A1", "Instalado e da loja.", "Instale o certificado A1 do CNPJ da loja."),
    "certificate_expiry": ("Validade do certificado", "Em dia.", "Renove o certificado com a certificadora."),
    "tax_rules": ("Tabela de impostos", "Importada.", "Importe a tabela do contador."),
    "tax_rules_end": ("Validade da tabela de impostos", "Em dia.", "Peça ao contador a tabela nova e importe-a."),
    "rules_signed": ("Assinatura do contador", "Registrada.", "Registre quem responde pela tabela."),
    "series_nfe": ("Série da NF-e", "Escolhida.", "Escolha a série e o último número usado."),
    "series_nfce": ("Série da NFC-e", "Escolhida.", "Escolha a série e o último número usado."),
    "csc": ("CSC do QR Code", "Informado, ou não é preciso.", "Gere o CSC no site da SEFAZ e informe-o aqui."),
    "clock": ("Relógio do computador", "Igual ao da SEFAZ.", "Acerte a data e a hora do computador."),
    "status_nfe": ("SEFAZ para NF-e", "Em operação.", "A SEFAZ não respondeu; tente de novo mais tarde."),
    "status_nfce": ("SEFAZ para NFC-e", "Em operação.", "A SEFAZ não respondeu; tente de novo mais tarde."),
}  # fmt: skip
_UNTRIED: Final = "Ainda não pôde ser conferido."


class FindingWords(NamedTuple):
    """A point of the check-up: what it is about, how it is, drawing and feeling."""

    title: str
    text: str
    icon: str
    tone: Tone


def finding_words(finding: Finding) -> FindingWords:
    """A point of the check-up in words; facts that tell more are added."""
    title, fine, wrong = _FINDINGS.get(finding.name, (finding.name, "Em ordem.", "Confira este ponto."))
    extra = _fact_words(finding.name, finding.facts)
    if finding.fine is None:
        return FindingWords(title, _UNTRIED, "clock", Tone.NEUTRAL)
    text = fine if finding.fine else wrong
    tone = Tone.GOOD if finding.fine else Tone.BAD
    return FindingWords(title, f"{extra} {text}".strip() if extra else text, tone.icon, tone)


def _fact_words(name: str, facts: Mapping[str, str]) -> str:
    if name == "certificate_expiry" and (days := facts.get("days", "")).lstrip("-").isdecimal():
        left = int(days)
        gone = formats.counted(-left, "dia", "dias")
        return f"Vence em {formats.counted(left, 'dia', 'dias')}." if left >= 0 else f"Venceu há {gone}."
    if name == "tax_rules_end" and facts.get("last"):
        return taxes_until(date.fromisoformat(facts["last"]), over=facts.get("days", "").startswith("-"))
    if name in {"status_nfe", "status_nfce"} and facts.get("stat"):
        return sefaz_words(facts["stat"], facts.get("reason", ""))
    if name in {"series_nfe", "series_nfce"} and facts.get("series"):
        return f"Série {facts['series']}."
    return ""
