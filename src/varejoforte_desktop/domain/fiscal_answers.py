"""What SEFAZ's answers mean for a document, and how long to wait before asking again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Final

from varejoforte_desktop.domain.fiscal import OTHER_KEY_CODES, DocumentState


class Verdict(Enum):
    """What an answer means, whatever its number."""

    AUTHORISED = "authorised"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    REGISTERED = "registered"  # an event
    DENIED = "denied"
    DUPLICATE = "duplicate"  # SEFAZ has it already: ask for it
    ABSENT = "absent"  # SEFAZ does not have it (yet)
    NOT_PROCESSED = "not_processed"  # SEFAZ stands still
    UNSURE = "unsure"  # it may be on its way: ask for it
    NUMBER_TAKEN = "number_taken"
    NUMBER_USED = "number_used"  # a number that was to be voided is in use
    BLOCKED = "blocked"  # asked too often: silence for an hour
    CERTIFICATE = "certificate"
    CLOCK = "clock"  # issued too late or in the future
    OURS = "ours"  # our bug or our configuration
    REJECTED = "rejected"


# Source: Manual de Orientação do Contribuinte 7.0, Anexo I (cStat), and the technical notes since.
_CODES: Final[dict[Verdict, str]] = {
    Verdict.AUTHORISED: "100 150",
    Verdict.CANCELLED: "101 151 155 218 420",
    Verdict.VOIDED: "102 563",
    Verdict.REGISTERED: "135 136",
    Verdict.DENIED: "110 205 301 302 303",
    Verdict.DUPLICATE: "204 573",
    Verdict.ABSENT: "217",
    Verdict.NOT_PROCESSED: "108 109",
    Verdict.UNSURE: "103 104 105 106 128 635 999",
    Verdict.NUMBER_TAKEN: "206 539 562",
    Verdict.NUMBER_USED: "241",
    Verdict.BLOCKED: "656",
    Verdict.CERTIFICATE: "213 280 281 282 283 284 285 286",
    Verdict.CLOCK: "228 703 704",
    Verdict.OURS: "215 225 226 236 252 297 298 402 404 450 502 561 588 613",
}
_BY_CODE: Final = {code: verdict for verdict, codes in _CODES.items() for code in codes.split()}


def verdict_of(stat: str) -> Verdict:
    """What a code means; one that nobody listed is a rejection.

    301 to 303 are denials only for documents that were issued before denials ended (Ajuste SINIEF 43/2023); as the
    answer to a new document see `verdict_of_new`.
    """
    return _BY_CODE.get(stat, Verdict.REJECTED)


def verdict_of_new(stat: str) -> Verdict:
    """The same for a document that was just sent: denials do not exist any more and are plain rejections."""
    verdict = verdict_of(stat)
    return Verdict.REJECTED if verdict is Verdict.DENIED else verdict


def verdict_of_asked(stat: str) -> Verdict:
    """The same as the answer to a question about a key: "this number has another key" (561: of another month, 613: of
    another making) says that ours is not there and never will be."""
    return Verdict.NUMBER_TAKEN if stat in OTHER_KEY_CODES else verdict_of(stat)


#: Waits after 1, 2, 3 … tries in a row: at most eight questions an hour about one document.
_WAITS: Final = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600))
#: How long SEFAZ's own block lasts; our silence lasts as long.
BLOCK: Final = timedelta(hours=1)
#: An event of cancelling or correcting, and the numbers of a range, are few: no brake is needed below this.
MOST_CONSULTS: Final = 8
MOST_REJECTIONS: Final = 20


#: How long after a note was authorised SEFAZ takes its cancellation by substitution (110112). Source: Manual de
#: Orientação do Contribuinte, Cancelamento por Substituição.
REPLACED_CANCEL_TIME: Final = timedelta(hours=168)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries in a row (≥ 1)."""
    return _WAITS[min(max(attempts, 1), len(_WAITS)) - 1]


def offline_deadline(issued_at: datetime, zone: tzinfo) -> datetime:
    """Until when SEFAZ must have an offline NFC-e: the end of the first business day after it was issued.

    Holidays differ by city and are not known here; Saturday and Sunday do not count. Source: Ajuste SINIEF 19/2016.
    """
    day = issued_at.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return _end_of(day, zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone)


def after_sending(verdict: Verdict, *, offline: bool) -> DocumentState:
    """What a document that was sent is after this verdict. `offline`: it was handed over before SEFAZ knew of it."""
    if verdict is Verdict.AUTHORISED:
        return DocumentState.AUTHORISED
    if verdict is Verdict.NUMBER_TAKEN:
        return DocumentState.NUMBER_TAKEN
    if verdict in {Verdict.NOT_PROCESSED, Verdict.BLOCKED, Verdict.ABSENT}:
        return DocumentState.OFFLINE if offline else DocumentState.GENERATED
    if verdict in {Verdict.UNSURE, Verdict.DUPLICATE, Verdict.CANCELLED}:
        return DocumentState.UNKNOWN
    return DocumentState.OFFLINE_REJECTED if offline else DocumentState.REJECTED


def after_consulting(state: DocumentState, verdict: Verdict, *, offline: bool) -> DocumentState:
    """What a document whose fate was unknown is after SEFAZ was asked about it.

    A replaced one stays so: what SEFAZ said decides whether it has to be cancelled or its number voided.
    """
    ended = {Verdict.CANCELLED: DocumentState.CANCELLED, Verdict.DENIED: DocumentState.DENIED}
    if verdict in ended:
        return ended[verdict]
    if state is DocumentState.REPLACED and verdict is not Verdict.NUMBER_TAKEN:
        return DocumentState.TO_VOID if verdict is Verdict.ABSENT else state
    absent = DocumentState.OFFLINE if offline else DocumentState.GENERATED
    known = {
        Verdict.AUTHORISED: DocumentState.AUTHORISED,
        Verdict.ABSENT: absent,
        Verdict.NUMBER_TAKEN: DocumentState.NUMBER_TAKEN,
    }
    return known.get(verdict, state)
