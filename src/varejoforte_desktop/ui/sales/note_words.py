"""How the note of a sale is told beside the sale: in a word, and in a sentence that says what happens or helps now."""

from __future__ import annotations

from typing import Final, NamedTuple

from varejoforte_desktop.application.fiscal_questions import DocumentRow
from varejoforte_desktop.domain.fiscal import PUZZLES, DocumentState
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.fiscal_words import MODELS, STATES, StateWords, label, state_words, what_helps
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone

#: What a sale says of its document while it has none that counts; the other words are those of documents.
NONE: Final = "none"
OWED: Final = "owed"
GIVEN_UP: Final = "given_up"
CANCELLED: Final = DocumentState.CANCELLED.value
#: Documents that may still change by themselves while somebody looks.
MOVING: Final = frozenset(
    {
        DocumentState.GENERATED,
        DocumentState.SENDING,
        DocumentState.UNKNOWN,
        DocumentState.OFFLINE,
        DocumentState.NUMBER_TAKEN,
        DocumentState.REPLACED,
        DocumentState.REJECTED,
        DocumentState.OFFLINE_REJECTED,
    }
)
_WITHOUT: Final = {
    NONE: StateWords("Sem nota", "minus", Tone.NEUTRAL, "Esta venda não pede nota."),
    OWED: StateWords("A emitir", "clock", Tone.WARN, "A venda está guardada e a nota ainda não saiu."),
    GIVEN_UP: StateWords(
        "Sem nota", "warning", Tone.WARN, "Alguém desistiu da nota desta venda.", "Emita outra quando quiser."
    ),
}
_UNKNOWN: Final = StateWords("Veja na tela", "info", Tone.INFO, "A nota está em uma situação nova.")


#: Handed over, and SEFAZ has not confirmed it yet.
_UNTOLD: Final = frozenset({DocumentState.OFFLINE, DocumentState.SENDING, DocumentState.UNKNOWN})


class NoteTold(NamedTuple):
    """A note in two breaths: which and how it stands, and what that means."""

    head: str
    more: str
    icon: str
    tone: Tone

    @property
    def whole(self) -> str:
        """Both in one sentence."""
        return f"{self.head}: {self.more[:1].lower()}{self.more[1:]}" if self.more else f"{self.head}."

    @property
    def wrong(self) -> bool:
        """Whether it does not come right by itself."""
        return self.tone is Tone.BAD


def sale_state_words(state: str) -> StateWords:
    """How a sale's document stands, from the one word that the sale keeps of it."""
    if state in _WITHOUT:
        return _WITHOUT[state]
    return STATES[DocumentState(state)] if state in set(DocumentState) else _UNKNOWN


def going(model: FiscalModel) -> NoteTold:
    """It was asked for a moment ago and has no number yet."""
    return NoteTold(f"{MODELS[model]} — transmitindo…", "", "upload", Tone.INFO)


def note_told(row: DocumentRow) -> NoteTold:
    """A document as the one who sold wants to hear it."""
    words, (cause, remedy) = STATES[row.state], what_helps(row)
    if row.stat in PUZZLES and row.state is DocumentState.UNKNOWN:
        words = state_words(row)
    head, icon, tone = f" {words.word.lower()}", words.icon, words.tone
    more = f"{cause} {remedy}".strip()
    match row.state:
        case DocumentState.NUMBER_TAKEN:  # the next number is tried by itself
            tone, more = Tone.WARN, "A SEFAZ conhece outra nota com este número; tentamos com o seguinte."
        case DocumentState.OFFLINE_REJECTED:
            head = " em contingência e rejeitada"
        case DocumentState.AUTHORISED if row.cancelling:
            head, icon, tone = " — cancelando…", "clock", Tone.WARN
            more = "A SEFAZ ainda não confirmou o cancelamento; depois, cancele a venda mais uma vez."
        case DocumentState.AUTHORISED:
            more = ""
        case _ if row.deadline_at is not None and row.state in _UNTOLD:
            head, icon, tone = " em contingência", "wifi-off", Tone.WARN
            more = "Entregue o cupom, transmitimos depois."
        case DocumentState.SENDING:
            head, more = " — transmitindo…", ""
        case DocumentState.GENERATED:
            more = "Vai sozinha quando a SEFAZ responder."
        case DocumentState.UNKNOWN if row.stat not in PUZZLES:
            head = " sem resposta da SEFAZ"
            more = "Perguntamos de novo sozinhos; não emita outra."
    return NoteTold(f"{label(row)}{head}", more, icon, tone)


def refused(model: FiscalModel, error: BaseException) -> NoteTold:
    """Why the sale has no document: the sale stands all the same."""
    return NoteTold(f"{MODELS[model]} — sem nota", sentence(error).whole, "warning", Tone.BAD)


def state_note(model: FiscalModel, state: str) -> NoteTold:
    """What the sale itself knows, where no document can be shown."""
    words = sale_state_words(state)
    name = "" if model is FiscalModel.NONE or state == NONE else f"{MODELS[model]} "
    word = words.word if not name else words.word[:1].lower() + words.word[1:]
    more = f"{words.sentence} {words.remedy}".strip()
    return NoteTold(f"{name}{word}", "" if state == NONE else more, words.icon, words.tone)
