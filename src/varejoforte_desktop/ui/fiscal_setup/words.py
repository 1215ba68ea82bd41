"""What is said about how the shop issues: regimes, places, the certificate's days, the table's signature, the check-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from varejoforte_desktop.application.fiscal_book import TaxTable
from varejoforte_desktop.application.fiscal_desk import Finding
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.errors import KeyMissing
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_messages import cause_words
from varejoforte_desktop.ui.fiscal_setup.facts import NEAR_THE_END
from varejoforte_desktop.ui.fiscal_words import FindingWords, finding_words, sefaz_words, taxes_until
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone

REGIMES: Final[Mapping[TaxRegime, str]] = {
    TaxRegime.SIMPLES: "Simples Nacional",
    TaxRegime.SIMPLES_EXCESSO: "Simples Nacional, acima do sublimite de receita",
    TaxRegime.NORMAL: "Regime normal (lucro presumido ou real)",
    TaxRegime.MEI: "Microempreendedor individual (MEI)",
}
PLACES: Final[Mapping[FiscalEnvironment, str]] = {
    FiscalEnvironment.HOMOLOGACAO: "Homologação",
    FiscalEnvironment.PRODUCAO: "Produção",
}
MODEL_NAMES: Final[Mapping[FiscalModel, str]] = {FiscalModel.NFCE: "NFC-e (65)", FiscalModel.NFE: "NF-e (55)"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands: the word of its badge, its tone, and what to do ("" : nothing)."""

    word: str
    tone: Tone
    remedy: str = ""


def certificate_standing(facts: CertificateFacts, at: datetime) -> Standing:
    """How long a certificate still holds."""
    left = facts.days_left(at)
    if left < 0:
        gone = (at - facts.not_after).days
        return Standing(
            f"Vencido há {formats.counted(gone, 'dia', 'dias')}" if gone else "Venceu hoje",
            Tone.BAD,
            "Nenhuma nota sai até você instalar um certificado novo.",
        )
    if at < facts.not_before:
        return Standing(f"Só vale a partir de {formats.day(facts.not_before)}", Tone.BAD)
    if left <= NEAR_THE_END:
        when = "Vence hoje" if left == 0 else f"Vence em {formats.counted(left, 'dia', 'dias')}"
        return Standing(when, Tone.WARN, "Compre e instale o novo antes disso: sem ele nenhuma nota sai.")
    return Standing(f"Válido · faltam {formats.counted(left, 'dia', 'dias')}", Tone.GOOD)


def validity(facts: CertificateFacts) -> str:
    """From when to when: "de 02/03/2026 a 02/03/2027"."""
    return f"de {formats.day(facts.not_before)} a {formats.day(facts.not_after)}"


def table_standing(table: TaxTable) -> Standing:
    """Whether somebody answers for the rows as they are."""
    if not table.rules:
        return Standing("Sem tabela", Tone.BAD, "Sem ela nenhuma nota sai: o programa não sabe os tributos.")
    if table.signed and table.signed_at is not None:
        return Standing(f"Confirmada por {table.signer} em {formats.day(table.signed_at)}", Tone.GOOD)
    if table.signed_digest:
        return Standing(
            "Mudou depois de confirmada",
            Tone.WARN,
            f"{table.signer} confirmou outra tabela. Peça ao contador que confira esta.",
        )
    return Standing(
        "Ainda não confirmada",
        Tone.WARN,
        "Serve para homologação. Para emitir com valor fiscal o contador precisa confirmá-la.",
    )


def point_words(finding: Finding) -> FindingWords:
    """A point of the check-up; one that could not be tried says when it can, or why it may wait."""
    said, facts = finding_words(finding), finding.facts
    if finding.name == "rules_signed" and finding.fine is None:
        return said._replace(text="Ainda não; só é obrigatória para emitir com valor fiscal.")
    if finding.name == "tax_rules_end" and finding.fine is None:
        return said._replace(
            text=f"{taxes_until(date.fromisoformat(facts['last']))} Peça já a próxima ao contador."
        )
    if finding.name.startswith("series_") and finding.fine and not facts.get("series"):
        return said._replace(text="Em homologação o caixa recebe uma sozinho, na primeira nota.")
    if finding.fine is None and facts.get("until"):
        hour = formats.hour(datetime.fromisoformat(facts["until"]))
        return said._replace(text=f"A SEFAZ foi perguntada há pouco; dá para perguntar de novo às {hour}.")
    if finding.fine is False and facts.get("stat"):
        return said._replace(text=sefaz_words(facts["stat"], facts.get("reason", "")))
    return said._replace(text=_unasked(facts["code"])) if facts.get("code") else said


def _unasked(code: str) -> str:
    """Why SEFAZ could not be asked, or did not answer."""
    if code == "FiscalNotReady":
        return "Só dá para perguntar depois de instalar o certificado e preencher a empresa."
    return sentence(KeyMissing()).whole if code == "KeyMissing" else " ".join(cause_words(code))
