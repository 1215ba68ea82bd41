"""Writes the shop's fiscal documents and signs them with its certificate, so that no byte changes afterwards."""

from __future__ import annotations

from varejoforte_desktop.application.fiscal_ports import Composed, DocumentDraft, EventDraft, VoidDraft
from varejoforte_desktop.application.outside import Unreachable
from varejoforte_desktop.domain.fiscal import MODEL_CODES, UF_CODES, KeyParts, access_key
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid, FiscalNotReady
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.fiscal import archive_form
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.endpoints import Endpoints
from varejoforte_desktop.fiscal.events import signed_event
from varejoforte_desktop.fiscal.qr import QrFacts, qr_text, with_supplement
from varejoforte_desktop.fiscal.schemas import Kind, require
from varejoforte_desktop.fiscal.signing import signed
from varejoforte_desktop.fiscal.voiding import signed_void


class FiscalNotary:
    """The Notary of application.fiscal_ports, with one certificate. Knows no number and keeps nothing.

    `endpoints` is where the pages of the QR code are looked up, our own list unless the shop has another.
    """

    def __init__(
        self, material: Material, settings: FiscalSettings, *, endpoints: Endpoints | None = None
    ) -> None:
        self._material = material
        self._endpoints = endpoints or Endpoints(own=settings.own_endpoints)

    def compose(self, draft: DocumentDraft) -> Composed:
        """The signed document, checked as a whole against the official layout; some 20 ms, the first time half a
        second.

        Raises DocumentInvalid, BuyerIncomplete, NoTaxRule or FiscalNotReady (emitter, csc, endpoints).
        """
        # nfelib's bindings take a third of a second to load: only whoever issues waits for them.
        from varejoforte_desktop.fiscal.layout.document import written

        key = key_of(draft)
        xml, digest = signed(written(draft, key), tag="infNFe", material=self._material)
        if draft.model is FiscalModel.NFCE:
            xml = self._with_qr(draft, key, xml, digest)
        return Composed(key=key, xml=require(xml, Kind.DOCUMENT), digest=digest)

    def event(self, draft: EventDraft) -> bytes:
        """A signed event. Raises DocumentInvalid."""
        return signed_event(draft, self._material)

    def void(self, draft: VoidDraft) -> bytes:
        """A signed request to void numbers. Raises DocumentInvalid."""
        return signed_void(draft, self._material)

    def join(self, signed: bytes, answer: bytes) -> bytes:
        """The archive's form: what was sent and what SEFAZ said to it, byte by byte as they were."""
        return archive_form.join(signed, answer)

    def _with_qr(self, draft: DocumentDraft, key: str, xml: bytes, digest: str) -> bytes:
        uf = draft.emitter.state
        try:
            qr_page = self._endpoints.qr_page(uf, draft.environment)
            consult_page = self._endpoints.consult_page(uf, draft.environment)
        except Unreachable as error:
            raise FiscalNotReady("endpoints") from error
        facts = QrFacts(
            key=key,
            environment=draft.environment,
            page=qr_page,
            version=draft.qr_version,
            day=draft.issued_at.day,
            total=str(draft.total.reais),
            digest=digest,
            buyer=bare_tax_id(draft.buyer.document) if draft.buyer else "",
            csc_id=draft.csc_id,
            csc=draft.csc,
        )
        return with_supplement(xml, qr_text(facts, self._material), consult_page)


def key_of(draft: DocumentDraft) -> str:
    """The access key of a document, with the month in the shop's own zone.

    Raises FiscalNotReady("emitter"), or DocumentInvalid for a model that is none.
    """
    shop = draft.emitter
    if shop.state not in UF_CODES or not shop.cnpj:
        raise FiscalNotReady("emitter")
    if draft.model not in MODEL_CODES:
        raise DocumentInvalid(("mod",))
    return access_key(
        KeyParts(
            uf_code=UF_CODES[shop.state],
            month=f"{draft.issued_at:%y%m}",
            issuer=bare_tax_id(shop.cnpj),
            model=MODEL_CODES[draft.model],
            series=draft.series,
            number=draft.number,
            emission_type=draft.emission_type.value,
            random_code=draft.random_code,
        )
    )
