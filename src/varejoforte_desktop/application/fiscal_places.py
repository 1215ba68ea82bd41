"""Which SEFAZ a paper belongs to: the company and the environment it was made for, whatever the shop uses today."""

from __future__ import annotations

from varejoforte_desktop.application.fiscal_book import OpenPapers, SeriesName
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.fiscal_errors import FiscalElsewhere, NotesOpen
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings


def needs_here(uow: UnitOfWork, name: SeriesName, label: str) -> None:
    """Another environment's SEFAZ does not know this paper, and what it says of it means nothing.

    `label` names the paper to a person. Raises FiscalElsewhere.
    """
    settings = uow.fiscal_setup.settings()
    if name.environment is not settings.environment:
        raise FiscalElsewhere(label, "environment", name.environment.value)
    if name.cnpj != settings.emitter.cnpj:
        raise FiscalElsewhere(label, "cnpj", name.cnpj)


def nothing_open(uow: UnitOfWork, before: FiscalSettings, after: FiscalSettings) -> None:
    """Company and environment change only when SEFAZ owes no answer under the ones before. Raises NotesOpen."""
    moved = "environment" if before.environment is not after.environment else "cnpj"
    if moved == "cnpj" and before.emitter.cnpj == after.emitter.cnpj:
        return
    found: OpenPapers = uow.documents.open_papers(before.emitter.cnpj, before.environment)
    if found.any:
        raise NotesOpen(moved, found.documents, found.events)
