"""Fiscal › Certificado: whose the installed A1 is and how long it holds, and putting another in its place."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow, FiscalTools
from varejoforte_desktop.ui.fiscal_setup.installing import InstallDialog, certificate_facts, choose_file
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.words import Standing, certificate_standing
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner

_FILES = "Certificados A1 (*.pfx *.p12)"


class CertificateSection(FiscalSection):
    """Only what a certificate says of itself is shown; its key is sealed, its password kept nowhere."""

    name = "certificate"
    title = "Certificado"

    def __init__(self, session: Session, desk: FiscalDesk | None, tools: FiscalTools) -> None:
        super().__init__(session)
        self._desk = desk
        self._tools = tools
        self.badge = Badge("", Tone.NEUTRAL)
        self.badge.setObjectName("certificate_state")
        self.warning = Banner("certificate_warning", tone=Tone.WARN)
        self.none = paragraph(
            self.tr(
                "Nenhum certificado instalado. A SEFAZ só aceita notas assinadas com o certificado digital A1 da "
                "empresa: um arquivo .pfx ou .p12 que a certificadora entrega com uma senha."
            ),
            "muted",
            name="certificate_none",
        )
        self.about = paragraph(
            self.tr(
                "Ele fica trancado no banco de dados e vale para todas as estações. A senha não é guardada."
            ),
            "small",
        )
        self.install = QPushButton()
        self._facts = QVBoxLayout()
        self._shown: CertificateFacts | None = None
        self._build()

    def _build(self) -> None:
        made, column = section(self.tr("Certificado digital A1"))
        line = QHBoxLayout()
        line.addWidget(self.badge)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.warning)
        column.addWidget(self.none)
        column.addLayout(self._facts)
        column.addWidget(self.about)
        column.addWidget(self.foot(self.install, "certificate_install"))
        bind_icon(self.install, "key", Role.ACCENT_TEXT)
        self.column.addWidget(made)

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """Show whose it is."""
        super().show_now(now, refusal)
        facts = now.certificate
        if facts != self._shown:
            self._show_facts(facts)
        self.none.setVisible(facts is None)
        again = self.tr("Trocar certificado… (F10)")
        self.install.setText(self.tr("Instalar certificado… (F10)") if facts is None else again)
        off = "" if self._desk is not None else self.tr("As notas não estão ligadas nesta estação.")
        self.install.setEnabled(not (refusal or off))
        self.install.setToolTip(refusal or off)
        self.told.setText(off)
        self.tick()

    def tick(self) -> None:
        """Days go by."""
        if self.now is None:
            return
        standing = self._standing(self.now)
        self.badge.set_state(standing.word, standing.tone)
        self.warning.set_message(standing.remedy, standing.tone)
        self.warning.setVisible(bool(standing.remedy))

    def _standing(self, now: FiscalNow) -> Standing:
        facts = now.certificate
        if facts is None:
            return Standing(self.tr("Não instalado"), Tone.BAD)
        if now.of_others:
            told = self.tr(
                "O certificado é do CNPJ {theirs} e a loja emite como {ours}: a SEFAZ recusa. Troque um dos dois."
            )
            ours, theirs = formatted_tax_id(now.settings.emitter.cnpj), formatted_tax_id(facts.cnpj)
            return Standing(self.tr("De outra empresa"), Tone.BAD, told.format(ours=ours, theirs=theirs))
        return certificate_standing(facts, self.clock())

    def _show_facts(self, facts: CertificateFacts | None) -> None:
        self._shown = facts
        while (item := self._facts.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if facts is not None:
            self._facts.addWidget(certificate_facts(facts))

    # -- installing -----------------------------------------------------------------------------------

    def press(self) -> None:
        """Choose a file, when this person may."""
        if self.install.isEnabled() and not self.tasks.busy:
            self.banner.hide()
            self.tasks.start(self._install())

    async def _install(self) -> None:
        desk = self._desk
        while desk is not None:
            path = await choose_file(
                self, "certificate_file_dialog", self.tr("Escolher o certificado"), _FILES
            )
            if path is None:
                return
            cnpj = self.now.settings.emitter.cnpj if self.now is not None else ""
            dialog = InstallDialog(self.session, desk, self._tools.examine, path, cnpj=cnpj, parent=self)
            if await answered(dialog):
                self.wrote.emit(dialog.outcome)
                return
            if not dialog.wants_another:
                return
