"""A fiscal document of the shop: which kind it is, what number it has, how it stands with SEFAZ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.fiscal_errors import WrongAccessKey
from varejoforte_desktop.domain.sale import FiscalModel


class FiscalEnvironment(StrEnum):
    """Where documents go: a rehearsal without value, or the real thing."""

    HOMOLOGACAO = "homologacao"
    PRODUCAO = "producao"

    @property
    def code(self) -> str:
        """SEFAZ's `tpAmb`."""
        return "1" if self is FiscalEnvironment.PRODUCAO else "2"


class EmissionType(StrEnum):
    """How a document was issued (`tpEmis`, the digit that is part of its access key)."""

    NORMAL = "1"
    OFFLINE = "9"  # NFC-e handed over before SEFAZ knew of it
    SVC_AN = "6"
    SVC_RS = "7"


class DocumentState(StrEnum):
    """How a document stands. What ends well or is of no more use does not hold its sale any longer."""

    GENERATED = "generated"  # numbered and signed; surely not at SEFAZ
    SENDING = "sending"  # on its way, or was when the computer stopped
    UNKNOWN = "unknown"  # sent, and no answer came
    REPLACED = "replaced"  # sent without an answer, and an offline document took its place
    AUTHORISED = "authorised"
    REJECTED = "rejected"  # SEFAZ read it and said no: the same number is sent again when it is put right
    OFFLINE = "offline"  # handed to the buyer, SEFAZ still to be told
    OFFLINE_REJECTED = "offline_rejected"
    NUMBER_TAKEN = "number_taken"  # SEFAZ knows another document under this number
    TO_VOID = "to_void"  # given up: SEFAZ has to be told that the number was not used
    VOIDED = "voided"
    CANCELLED = "cancelled"
    DENIED = "denied"  # an old document that SEFAZ denied; its number is gone


#: States in which a document stands for its sale: at most one such document for each sale.
LIVE_STATES: Final = frozenset(
    {
        DocumentState.GENERATED,
        DocumentState.SENDING,
        DocumentState.UNKNOWN,
        DocumentState.AUTHORISED,
        DocumentState.REJECTED,
        DocumentState.OFFLINE,
        DocumentState.OFFLINE_REJECTED,
    }
)
#: States that somebody or something still has to bring to an end.
OPEN_STATES: Final = frozenset(DocumentState) - {
    DocumentState.AUTHORISED,
    DocumentState.VOIDED,
    DocumentState.CANCELLED,
    DocumentState.DENIED,
}
#: Handed to a buyer, or valid at SEFAZ: the sale cannot be cancelled as if there were no document.
BINDING_STATES: Final = frozenset(
    {
        DocumentState.SENDING,
        DocumentState.UNKNOWN,
        DocumentState.AUTHORISED,
        DocumentState.OFFLINE,
        DocumentState.OFFLINE_REJECTED,
    }
)

MODEL_CODES: Final = {FiscalModel.NFE: "55", FiscalModel.NFCE: "65"}
MODELS: Final = {code: model for model, code in MODEL_CODES.items()}


#: Stands where SEFAZ's code does, in a document under whose number SEFAZ has a note that may or may not be its sale's.
DISPUTED: Final = "taken"
#: Stands there when SEFAZ has another content under a document's key.
OTHER_CONTENT: Final = "digest"
#: What the program does not go on with by itself: a person has to look.
PUZZLES: Final = frozenset({DISPUTED, OTHER_CONTENT})
#: Codes that say: this number has another key.
OTHER_KEY_CODES: Final = frozenset({"539", "561", "562", "613"})
_NAMED_KEY: Final = re.compile(r"chNFe\W{0,3}(\d{6}[0-9A-Z]{12}\d{26})(?![0-9A-Z])")


class FiscalEventKind(StrEnum):
    """What can happen to an authorised document (`tpEvento`)."""

    CANCEL = "110111"
    CANCEL_REPLACED = "110112"  # it was replaced by an offline document
    CORRECTION = "110110"  # carta de correção


class EventState(StrEnum):
    """How an event, or a range of numbers to be voided, stands."""

    GENERATED = "generated"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REGISTERED = "registered"
    REJECTED = "rejected"


#: IBGE's number of each state, the first two digits of an access key.
UF_CODES: Final = {
    "RO": "11", "AC": "12", "AM": "13", "RR": "14", "PA": "15", "AP": "16", "TO": "17",
    "MA": "21", "PI": "22", "CE": "23", "RN": "24", "PB": "25", "PE": "26", "AL": "27", "SE": "28", "BA": "29",
    "MG": "31", "ES": "32", "RJ": "33", "SP": "35",
    "PR": "41", "SC": "42", "RS": "43",
    "MS": "50", "MT": "51", "GO": "52", "DF": "53",
}  # fmt: skip

_KEY: Final = re.compile(r"\d{6}[0-9A-Z]{12}\d{26}")
_MARKS: Final = re.compile(r"[\s.\-/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParts:
    """What an access key is made of. `month` is AAMM; `issuer` a CNPJ, or a CPF filled up with zeros."""

    uf_code: str
    month: str
    issuer: str
    model: str
    series: int
    number: int
    emission_type: str
    random_code: str


def access_key(parts: KeyParts) -> str:
    """The 44 characters of the key with its check digit.

    Source: Manual de Orientação do Contribuinte 7.0, 2.2.6; letters count as their ASCII code less 48 since the
    alphanumeric CNPJ (Nota Técnica Conjunta 2025.001).
    """
    body = (
        f"{parts.uf_code}{parts.month}{parts.issuer.rjust(14, '0')}{parts.model}"
        f"{parts.series:03}{parts.number:09}{parts.emission_type}{parts.random_code}"
    )
    return body + key_digit(body)


def key_digit(body: str) -> str:
    """The check digit of the first 43 characters: modulo 11, weights 2 to 9 from the right."""
    total = sum((place % 8 + 2) * (ord(mark) - 48) for place, mark in enumerate(reversed(body)))
    rest = total % 11
    return str(0 if rest < 2 else 11 - rest)


def bare_key(text: str) -> str:
    """A typed or scanned access key without blanks and points. Raises WrongAccessKey."""
    bare = _MARKS.sub("", text.upper()).removeprefix("NFE")
    if not _KEY.fullmatch(bare) or key_digit(bare[:43]) != bare[43]:
        raise WrongAccessKey(text)
    return bare


def key_parts(key: str) -> KeyParts:
    """What a bare key says. Raises WrongAccessKey."""
    bare = bare_key(key)
    return KeyParts(
        uf_code=bare[:2],
        month=bare[2:6],
        issuer=bare[6:20],
        model=bare[20:22],
        series=int(bare[22:25]),
        number=int(bare[25:34]),
        emission_type=bare[34],
        random_code=bare[35:43],
    )


def named_key(words: str) -> str:
    """The access key that SEFAZ names in its words ("[chNFe:…]"), "" for none."""
    found = _NAMED_KEY.search(words)
    return found[1] if found else ""


def may_be_random(code: str, number: int) -> bool:
    """Whether eight digits may serve as `cNF`: not the number itself and no trivial sequence.

    Source: rejection 897 (Nota Técnica 2019.001).
    """
    trivial = {str(digit) * 8 for digit in range(10)} | {"12345678", "23456789", "34567890", "45678901",
               "56789012", "67890123", "78901234", "89012345", "90123456", "01234567"}  # fmt: skip
    return len(code) == 8 and code.isdigit() and code not in trivial and int(code) != number
