"""Fiscal › Emissão: rehearsal or the real thing, how the NFC-e is made, and what is written on every note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.domain.errors import DomainError, WrongTaxId
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings, Responsible
from varejoforte_desktop.domain.tax_ids import bare_tax_id, formatted_tax_id, is_cnpj, tax_id
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.fiscal_setup.code import CodeDialog
from varejoforte_desktop.ui.fiscal_setup.environment import EnvironmentDialog
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow
from varejoforte_desktop.ui.fiscal_setup.fields import FieldSet, beside, card, place
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.words import PLACES
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.badge import Badge

_LEAST_SECONDS: Final = 3
_MOST_SECONDS: Final = 120
_LONGEST_NOTE: Final = 500
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class EmissionSection(FiscalSection):
    """The place where notes go changes by its own window; the rest is saved as a whole."""

    name = "emission"
    title = "Emissão"

    def __init__(self, session: Session, desk: FiscalDesk | None) -> None:
        super().__init__(session)
        self._desk = desk
        self.fields = FieldSet("fiscal_", self)
        self.badge = Badge("", Tone.NEUTRAL)
        self.badge.setObjectName("fiscal_environment")
        self.place_told = words("", "muted")
        self.change = QPushButton()
        self.code = QPushButton()
        self.code_told = QLabel()
        self.save_button = QPushButton(self.tr("Salvar emissão (F10)"))
        self._make()
        self._build()
        self._connect()

    # -- building -------------------------------------------------------------------------------------

    def _make(self) -> None:
        make = self.fields
        make.line("operation", self.tr("Natureza da operação"), self.tr("O que a nota diz que é"))
        make.page(
            "extra_note",
            self.tr("Observação em toda nota"),
            self.tr("Até 500 letras, como “Trocas em 7 dias com a nota”"),
        )
        make.choice(
            "qr_version",
            self.tr("QR Code da NFC-e"),
            [("3", self.tr("Versão 3, sem CSC (padrão)")), ("2", self.tr("Versão 2, com CSC"))],
            self.tr("Use a 2 só se a SEFAZ do seu estado pedir"),
        )
        make.line("csc_id", self.tr("Número do CSC"), self.tr("O “ID token”, como 000001"), longest=6)
        make.box("offline_allowed", self.tr("Emitir em contingência quando a SEFAZ não responder"))
        wait = self.tr("De 3 a 120; depois a NFC-e sai em contingência")
        make.line("offline_after", self.tr("Espera pela SEFAZ (s)"), wait, longest=3)
        make.box("cnpj_on_nfce", self.tr("NFC-e também para comprador com CNPJ"))
        own = self.tr("Vazio: vende no próprio site")
        make.line("intermediary_cnpj", self.tr("CNPJ do intermediador"), own, longest=20)
        make.line("intermediary_id", self.tr("Seu cadastro nele"), self.tr("Nome ou número da sua conta"))
        make.line("responsible_cnpj", self.tr("CNPJ"), longest=20)
        make.line("responsible_contact", self.tr("Pessoa de contato"))
        make.line("responsible_email", self.tr("E-mail"))
        make.line("responsible_phone", self.tr("Telefone"), longest=20)
        make.settle()

    def _build(self) -> None:
        for made in (self._place_card(), self._paper_card(), self._counter_card(), *self._other_cards()):
            self.column.addWidget(made)
        self.column.addWidget(self.foot(self.save_button, "fiscal_emission_save"))

    def _place_card(self) -> QFrame:
        made, column = section(self.tr("Ambiente"))
        self.change.setObjectName("fiscal_environment_change")
        line = QHBoxLayout()
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(self.change)
        column.addLayout(line)
        column.addWidget(self.place_told)
        return made

    def _paper_card(self) -> QFrame:
        field = self.fields.fields
        made, grid = card(self.tr("O que sai na nota"))
        place(grid, 2, (field["operation"], 12))
        place(grid, 3, (field["extra_note"], 12))
        return made

    def _counter_card(self) -> QFrame:
        field, boxes = self.fields.fields, self.fields.editors
        made, grid = card(self.tr("NFC-e, a nota do balcão"))
        place(grid, 2, (field["qr_version"], 8), (field["csc_id"], 4))
        self.code.setObjectName("fiscal_csc")
        bind_icon(self.code, "key")
        self.code_told.setObjectName("fiscal_csc_kept")
        self.code_told.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        line.addWidget(self.code)
        line.addWidget(self.code_told, 1)
        grid.addLayout(line, 3, 0, 1, 12)
        place(grid, 4, (boxes["offline_allowed"], 12))
        place(grid, 5, (field["offline_after"], 8))
        place(grid, 6, (boxes["cnpj_on_nfce"], 12))
        told = self.tr(
            "Desligado, quem dá CNPJ no balcão recebe NF-e. Ligue só se o seu estado ainda aceita."
        )
        place(grid, 7, (words(told, "small"), 12))
        return made

    def _other_cards(self) -> tuple[QFrame, QFrame]:
        field = self.fields.fields
        told = self.tr("Só quando o pedido vem de um marketplace; no próprio site fica vazio.")
        online, grid = card(self.tr("Venda pela internet"), told)
        place(grid, 2, (field["intermediary_cnpj"], 6), (field["intermediary_id"], 6))
        told = self.tr(
            "A empresa que faz o programa emissor. Alguns estados exigem; preenchido, vai em toda nota."
        )
        house, grid = card(self.tr("Responsável técnico"), told)
        place(grid, 2, (field["responsible_cnpj"], 6), (field["responsible_contact"], 6))
        place(grid, 3, (field["responsible_email"], 6), (field["responsible_phone"], 6))
        return online, house

    def _connect(self) -> None:
        self.fields.changed.connect(self._follow)
        self.fields.entered.connect(self.press)
        self.change.clicked.connect(self._change_place)
        self.code.clicked.connect(self._keep_code)

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """Show the books, unless somebody is changing them."""
        super().show_now(now, refusal)
        self.fields.lock(refusal)
        self.save_button.setVisible(not refusal)
        if not self.fields.dirty:
            self._fill(now.settings)
        self._show_place(now.settings.environment)
        for button in (self.change, self.code):
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        if self._desk is None:
            self.code.setEnabled(False)
        kept = now.settings.environment in now.csc
        self.code.setText(self.tr("Trocar o CSC…") if kept else self.tr("Guardar o CSC…"))
        where = PLACES[now.settings.environment].lower()
        told = (
            self.tr("CSC de {where}: guardado, não é mostrado") if kept else self.tr("CSC de {where}: nenhum")
        )
        self.code_told.setText(told.format(where=where))
        self._follow()

    def _show_place(self, environment: FiscalEnvironment) -> None:
        real = environment is FiscalEnvironment.PRODUCAO
        self.badge.set_state(
            PLACES[environment], Tone.GOOD if real else Tone.WARN, "check" if real else "info"
        )
        self.place_told.setText(
            self.tr("As notas têm valor fiscal: contam para os impostos e valem para o comprador.")
            if real
            else self.tr("Ensaio: as notas vão à SEFAZ de teste, saem marcadas e não têm valor fiscal.")
        )
        back, on = self.tr("Voltar para homologação…"), self.tr("Passar para produção…")
        self.change.setText(back if real else on)

    def _fill(self, settings: FiscalSettings) -> None:
        house = settings.responsible
        self.fields.fill(
            {
                "operation": settings.operation,
                "extra_note": settings.extra_note,
                "qr_version": str(settings.qr_version),
                "csc_id": settings.csc_id,
                "offline_allowed": "1" if settings.offline_allowed else "",
                "offline_after": str(settings.offline_after),
                "cnpj_on_nfce": "1" if settings.cnpj_on_nfce else "",
                "intermediary_cnpj": formatted_tax_id(settings.intermediary_cnpj),
                "intermediary_id": settings.intermediary_id,
                "responsible_cnpj": formatted_tax_id(house.cnpj),
                "responsible_contact": house.contact,
                "responsible_email": house.email,
                "responsible_phone": house.phone,
            }
        )

    def _follow(self) -> None:
        """What does not count now is not asked for."""
        locked = bool(self.refusal)
        self.fields.edit("csc_id").setEnabled(self.fields.text("qr_version") == "2")
        self.fields.edit("offline_after").setEnabled(bool(self.fields.text("offline_allowed")))
        self.save_button.setEnabled(not locked and not self.tasks.busy and self.fields.dirty)

    # -- saving -----------------------------------------------------------------------------------------

    def press(self) -> None:
        """Check every field; save when all are right."""
        if not self.save_button.isEnabled():
            return
        self.banner.hide()
        first = self.fields.show_errors(self._errors())
        if first is not None:
            self.reached.emit(first)
            return
        self.save_button.setEnabled(False)
        self.tasks.start(self._save(self.fields.texts()))

    def _errors(self) -> dict[str, str]:
        text, wrong = self.fields.text, dict[str, str]()
        for name in ("intermediary_cnpj", "responsible_cnpj"):
            try:
                if text(name) and not is_cnpj(tax_id(text(name), name)):
                    wrong[name] = self.tr("Digite um CNPJ, não um CPF.")
            except WrongTaxId:
                wrong[name] = self.tr("Os dígitos não conferem.")
        for names in (
            ("intermediary_cnpj", "intermediary_id"),
            ("responsible_cnpj", "responsible_contact", "responsible_email", "responsible_phone"),
        ):
            if any(text(name) for name in names):  # a part of it would make every note invalid
                wrong |= {name: self.tr("Falta preencher.") for name in names if not text(name)}
        if text("responsible_email") and not _EMAIL.fullmatch(text("responsible_email")):
            wrong["responsible_email"] = self.tr("Digite um e-mail como nome@empresa.com.br.")
        phone = re.sub(r"\D", "", text("responsible_phone"))
        if text("responsible_phone") and not 6 <= len(phone) <= 14:
            wrong["responsible_phone"] = self.tr("Digite o telefone com DDD.")
        if text("qr_version") == "2" and not re.fullmatch(r"[0-9]{1,6}", text("csc_id")):
            wrong["csc_id"] = self.tr("Digite o número, como 1.")
        if len(text("extra_note")) > _LONGEST_NOTE:
            wrong["extra_note"] = self.tr("Use no máximo 500 letras.")
        if text("offline_allowed") and _seconds(text("offline_after")) is None:
            wrong["offline_after"] = self.tr("Digite de 3 a 120 segundos.")
        return wrong

    async def _save(self, typed: Mapping[str, str]) -> None:
        backend = self.session.services.backend
        kept = await backend.read(lambda reader: reader.fiscal.settings())
        await backend.run(save_fiscal_settings, _changed(kept, typed), by=self.actor)
        self.fields.settle(typed)  # what was typed meanwhile is still to be saved
        self.wrote.emit(self.tr("Emissão salva."))

    def trouble(self, error: BaseException) -> None:
        """A refusal about a field stands beside it; what was typed stays."""
        self._follow()
        field = self.fields.fields.get(error.field or "") if isinstance(error, DomainError) else None
        if field is None or not isinstance(error, DomainError):
            super().trouble(error)
            return
        self.fields.show_errors({error.field or "": beside(error)})
        self.reached.emit(field)

    # -- the place and the code -------------------------------------------------------------------------

    def _change_place(self) -> None:
        if self.now is not None and not self.tasks.busy:
            self.banner.hide()
            self.tasks.start(self._ask_place(self.now))

    async def _ask_place(self, now: FiscalNow) -> None:
        dialog = EnvironmentDialog(self.session, now, self)
        if await answered(dialog):
            self.wrote.emit(dialog.outcome)
        elif dialog.wanted:
            self.went.emit(dialog.wanted)

    def _keep_code(self) -> None:
        desk = self._desk
        if desk is not None and self.now is not None and not self.tasks.busy:
            self.banner.hide()
            self.tasks.start(self._ask_code(desk, self.now))

    async def _ask_code(self, desk: FiscalDesk, now: FiscalNow) -> None:
        environment = now.settings.environment
        dialog = CodeDialog(self.session, desk, environment, kept=environment in now.csc, parent=self)
        if await answered(dialog):
            self.wrote.emit(dialog.outcome)


def _seconds(typed: str) -> int | None:
    """How long to wait, None for what makes no sense."""
    if not re.fullmatch(r"[0-9]{1,3}", typed) or not _LEAST_SECONDS <= int(typed) <= _MOST_SECONDS:
        return None
    return int(typed)


def _changed(kept: FiscalSettings, typed: Mapping[str, str]) -> FiscalSettings:
    """What is kept with what stood in the fields."""
    text = {name: value.strip() for name, value in typed.items()}
    return replace(
        kept,
        operation=text["operation"],
        extra_note=text["extra_note"],
        qr_version=int(text["qr_version"]),
        csc_id=text["csc_id"],
        offline_allowed=bool(text["offline_allowed"]),
        offline_after=_seconds(text["offline_after"]) or kept.offline_after,
        cnpj_on_nfce=bool(text["cnpj_on_nfce"]),
        intermediary_cnpj=bare_tax_id(text["intermediary_cnpj"]),
        intermediary_id=text["intermediary_id"],
        responsible=Responsible(
            cnpj=bare_tax_id(text["responsible_cnpj"]),
            contact=text["responsible_contact"],
            email=text["responsible_email"],
            phone=re.sub(r"\D", "", text["responsible_phone"]),
        ),
    )
