"""The pretended tax authority itself: one door, five counters behind it, and everything it remembers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from varejoforte_desktop.simulator.sefaz.authorisation import authorise, key_of, refuse_lot
from varejoforte_desktop.simulator.sefaz.consultation import answer_status, consult, key_asked, tell_status
from varejoforte_desktop.simulator.sefaz.envelopes import (
    PORTS,
    SOAP_TYPE,
    NotSoap,
    Service,
    address,
    refusal,
    unwrap,
    wrap,
)
from varejoforte_desktop.simulator.sefaz.events import refuse_events, register
from varejoforte_desktop.simulator.sefaz.faults import Fault, Faults
from varejoforte_desktop.simulator.sefaz.ledger import Document, Event, Ledger, Voided
from varejoforte_desktop.simulator.sefaz.office import Call, Office, Spoken
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.states import UF_CODES
from varejoforte_desktop.simulator.sefaz.terms import Terms
from varejoforte_desktop.simulator.sefaz.throttle import Throttle
from varejoforte_desktop.simulator.sefaz.voiding import answer_voiding, void

HTML = "text/html; charset=utf-8"
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """One call that was processed: `stat` is what it came to, for a lot what its first content came to."""

    at: datetime
    service: Service
    model: str
    key: str
    stat: str


@dataclass(frozen=True, slots=True)
class _Request:
    model: str
    service: Service
    content_type: str
    body: bytes
    client_cnpj: str


Wait = Callable[[float], object]


class SefazSimulator:
    """The tax authority of one state, in memory. May be called from any thread.

    `now` is its clock (aware). `authority`, when given, is the certificate every seal must descend from. `terms` may
    be changed and `faults` queued at any time; `sleeper` is what a slow answer waits on when the caller brings
    nothing else. `strict_throttle` holds callers to the published limits. Raises KeyError for an unknown state.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        uf: str = "SP",
        terms: Terms | None = None,
        authority: x509.Certificate | None = None,
        strict_throttle: bool = False,
        sleeper: Wait | None = None,
    ) -> None:
        self.terms = terms or Terms()
        if strict_throttle:
            self.terms.throttle_strictly()
        self.faults = Faults()
        self.received: list[Received] = []
        self._sleeper: Wait = sleeper or (lambda seconds: None)
        self._lock = threading.RLock()
        self._ledger = Ledger(UF_CODES[uf])
        self._throttle = Throttle(self.terms)
        self._office = Office(
            clock=now,
            uf=uf,
            uf_code=UF_CODES[uf],
            terms=self.terms,
            ledger=self._ledger,
            throttle=self._throttle,
            authority=authority,
        )
        self._in_flight: dict[str, _Request] = {}
        self._later: list[tuple[datetime, _Request]] = []

    def now(self) -> datetime:
        """What time it is at the authority."""
        return self._office.now()

    @property
    def online(self) -> bool:
        """Whether anybody can reach the authority."""
        return self.faults.online

    @online.setter
    def online(self, online: bool) -> None:
        self.faults.online = online

    @property
    def documents(self) -> dict[str, Document]:
        """Every invoice it ever authorised, cancelled ones too, by access key."""
        with self._lock:
            self._catch_up()
            return dict(self._ledger.documents)

    def live_documents(self) -> list[Document]:
        """The authorised invoices that were not cancelled, in the order they came."""
        return [document for document in self.documents.values() if document.state == "authorised"]

    @property
    def voided(self) -> list[Voided]:
        """The ranges of numbers that were given up."""
        with self._lock:
            return list(self._ledger.voided)

    @property
    def events(self) -> list[Event]:
        """The events that were registered."""
        with self._lock:
            return list(self._ledger.events)

    @property
    def counters(self) -> Counter[tuple[Service, str]]:
        """How often each service came to each number."""
        with self._lock:
            return Counter((one.service, one.stat) for one in self.received)

    def answer(
        self,
        path: str,
        content_type: str,
        body: bytes,
        *,
        client_cnpj: str | None,
        wait: Wait | None = None,
    ) -> Reply:
        """Answer one POST. `client_cnpj` is the company of the certificate the caller connected with.

        `wait` is what a slow answer waits on, in seconds; it may raise TimeoutError when the caller gives up.
        Raises ConnectionRefusedError when nothing arrived, TimeoutError when the answer is lost.
        """
        if not self.online:
            raise ConnectionRefusedError("offline")
        found = address(path)
        if found is None:
            return _page(404, "Not Found")
        if client_cnpj is None:
            return _page(403, "403 - Forbidden: Access is denied.")
        request = _Request(*found, content_type, body, client_cnpj)
        with self._lock:
            self._catch_up()
            fault = self.faults.take(request.service)
        return self._attend(request, fault, wait or self._sleeper)

    def _attend(self, request: _Request, fault: Fault | None, wait: Wait) -> Reply:
        if fault is None:
            return self._process(request)
        self._lose(request, fault)
        match fault.kind:
            case "slow":
                return self._process_slowly(request, fault.seconds, wait)
            case "late" | "malformed":
                reply = self._process(request)
                wait(fault.seconds)
                return _broken_off(reply) if fault.kind == "malformed" else reply
            case "paralysed":
                return self._process(request, "108")
            case "reject":
                return self._process(request, fault.stat)
        if fault.processed:
            self._process(request)
        return _spoiled(fault)

    def _lose(self, request: _Request, fault: Fault) -> None:
        """The faults after which nobody gets an answer."""
        if fault.kind == "drop_before":
            raise ConnectionRefusedError(fault.kind)
        if fault.kind == "drop_after":
            self._process(request)
            raise TimeoutError(fault.kind)
        if fault.kind == "in_flight":
            self._hold(request)
            raise TimeoutError(fault.kind)

    def _process_slowly(self, request: _Request, seconds: float, wait: Wait) -> Reply:
        due = self._office.now() + timedelta(seconds=seconds)
        try:
            wait(seconds)
        except TimeoutError:
            # The caller has gone, the request has not: it is taken up when its time comes.
            with self._lock:
                self._later.append((due, request))
            raise
        return self._process(request)

    def _hold(self, request: _Request) -> None:
        with self._lock:
            message = self._message(request)
            self._in_flight[key_of(message) if message else ""] = request

    def _message(self, request: _Request) -> bytes:
        try:
            return unwrap(PORTS[request.service], request.content_type, request.body)
        except NotSoap:
            return b""

    def _catch_up(self) -> None:
        """Whatever was to be taken up later and is due by now."""
        now = self._office.now()
        due = [request for at, request in self._later if at <= now]
        self._later = [(at, request) for at, request in self._later if at > now]
        for request in due:
            self._process(request)

    def _process(self, request: _Request, forced: str = "") -> Reply:
        port = PORTS[request.service]
        try:
            message = unwrap(port, request.content_type, request.body)
        except NotSoap as problem:
            return Reply(problem.status, f"{SOAP_TYPE}; charset=utf-8", refusal(problem.words))
        with self._lock:
            if request.service == "autorizacao":
                self._land(key_of(message))
            spoken = self._speak(request, message, forced)
            self.received.append(
                Received(self._office.now(), request.service, request.model, spoken.key, spoken.stat)
            )
            if request.service == "consulta" and spoken.stat == "217":
                self._land(key_asked(message))
        return Reply(200, f"{SOAP_TYPE}; charset=utf-8", wrap(port, spoken.xml))

    def _land(self, key: str) -> None:
        """What was on its way with this key arrives."""
        flying = self._in_flight.pop(key, None)
        if flying is not None:
            self._process(flying)

    def _speak(self, request: _Request, message: bytes, forced: str) -> Spoken:
        office = self._office
        call = Call(request.model, message, request.client_cnpj, forced)
        try:
            self._throttle.enter(request.client_cnpj, office.now())
            match request.service:
                case "autorizacao":
                    return authorise(office, call)
                case "consulta":
                    return consult(office, call)
                case "status":
                    return tell_status(office, call)
                case "inutilizacao":
                    return void(office, call)
                case "evento":
                    return register(office, call)
        except Rejection as no:
            return self._refuse(request.service, call, no)

    def _refuse(self, service: Service, call: Call, no: Rejection) -> Spoken:
        """Refused at the door."""
        match service:
            case "autorizacao":
                return refuse_lot(self._office, no.stat, no.detail)
            case "consulta":
                return consult(self._office, Call(call.model, call.message, call.company, no.stat))
            case "status":
                return answer_status(self._office, no.stat, no.detail)
            case "inutilizacao":
                return answer_voiding(self._office, None, no.stat, no.detail)
            case "evento":
                return refuse_events(self._office, no.stat, no.detail)


def _page(status: int, words: str) -> Reply:
    return Reply(status, HTML, PAGE.format(words).encode())


def _broken_off(reply: Reply) -> Reply:
    return Reply(reply.status, reply.content_type, reply.body[: len(reply.body) * 2 // 3])


def _spoiled(fault: Fault) -> Reply:
    if fault.kind == "http403":
        return _page(403, "403 - Forbidden: Access is denied.")
    if fault.kind == "html":
        return _page(200, "Sistema em manutenção")
    if fault.kind == "garbage":
        return Reply(200, f"{SOAP_TYPE}; charset=utf-8", bytes(range(255, 191, -1)))
    return _page(500, "500 - Internal Server Error")
