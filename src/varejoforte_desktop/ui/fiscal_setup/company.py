"""Fiscal › Empresa: what the shop is to the tax authority; IBGE's number of the city is found by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QPushButton

from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.domain import cities
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.errors import DomainError, WrongTaxId
from varejoforte_desktop.domain.fiscal import UF_CODES
from varejoforte_desktop.domain.fiscal_settings import Emitter
from varejoforte_desktop.domain.tax_ids import bare_tax_id, formatted_tax_id, is_cnpj, tax_id
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow
from varejoforte_desktop.ui.fiscal_setup.fields import FieldSet, beside, card, place
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.words import REGIMES
from varejoforte_desktop.ui.services import Session

_ADDRESS: Final = ("postcode", "street", "number", "complement", "district", "city", "state")
_WANTED: Final = (
    "cnpj", "legal_name", "ie", "postcode", "street", "district", "state", "city", "city_code",
)  # fmt: skip
#: Where the field of a refusal of the books stands here.
_NAMES: Final = {"emitter_cnpj": "cnpj"}
_IE: Final = re.compile(r"\d{2,14}|ISENTO")


class CompanySection(FiscalSection):
    """Saved as a whole. Typing a city fills in its number; a number typed by hand says which city it is."""

    name = "company"
    title = "Empresa"

    def __init__(self, session: Session, *, city_code: Callable[[str, str], str] = cities.city_code) -> None:
        super().__init__(session)
        self._city_code = city_code
        self._kept = Emitter()
        self.fields = FieldSet("fiscal_", self)
        self.save_button = QPushButton(self.tr("Salvar empresa (F10)"))
        self._make()
        self._build()
        self.fields.changed.connect(self._enable)
        self.fields.entered.connect(self.press)
        self.fields.combo("city").editTextChanged.connect(lambda _text: self._find_city())
        self.fields.combo("state").activated.connect(lambda _place: self._other_state())
        self.fields.edit("city_code").textEdited.connect(lambda _text: self._name_city())

    def _make(self) -> None:
        make = self.fields
        make.line("cnpj", self.tr("CNPJ"), self.tr("14 letras e números"), longest=20)
        make.line("ie", self.tr("Inscrição estadual"), self.tr("Só números, ou ISENTO"), longest=20)
        make.line("legal_name", self.tr("Razão social"), self.tr("Como está no cartão do CNPJ"))
        make.line("trade_name", self.tr("Nome fantasia"), self.tr("O que o cliente lê na nota"))
        make.choice(
            "regime",
            self.tr("Regime tributário"),
            [(each.value, words) for each, words in REGIMES.items()],
            self.tr("O contador sabe"),
        )
        make.line("phone", self.tr("Telefone"), longest=20)
        make.line("postcode", self.tr("CEP"), longest=10)
        make.line("street", self.tr("Rua ou avenida"))
        make.line("number", self.tr("Número"), self.tr("Vazio: S/N"), longest=10)
        make.line("complement", self.tr("Complemento"))
        make.line("district", self.tr("Bairro"))
        make.choice("state", self.tr("UF"), [("", ""), *((uf, uf) for uf in sorted(UF_CODES))])
        make.name("city", self.tr("Cidade"))
        make.line("city_code", self.tr("Código do IBGE"), longest=7)
        make.settle()

    def _build(self) -> None:
        field = self.fields.fields
        made, grid = card(
            self.tr("Empresa"), self.tr("Sai em toda nota; precisa ser igual ao cadastro na SEFAZ.")
        )
        place(grid, 2, (field["cnpj"], 5), (field["ie"], 4), (field["phone"], 3))
        place(grid, 3, (field["legal_name"], 6), (field["trade_name"], 6))
        place(grid, 4, (field["regime"], 12))
        self.column.addWidget(made)
        made, grid = card(self.tr("Endereço da loja"))
        place(grid, 2, (field["postcode"], 3), (field["street"], 7), (field["number"], 2))
        place(grid, 3, (field["complement"], 5), (field["district"], 7))
        place(grid, 4, (field["state"], 2), (field["city"], 6), (field["city_code"], 4))
        self.column.addWidget(made)
        self.column.addWidget(self.foot(self.save_button, "fiscal_company_save"))

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """Show the books, unless somebody is typing."""
        super().show_now(now, refusal)
        self.fields.lock(refusal)
        self.save_button.setVisible(not refusal)
        if not self.fields.dirty:
            self._kept = now.settings.emitter
            self._fill(self._kept)
        self._enable()

    def _fill(self, emitter: Emitter) -> None:
        where = emitter.address
        code = where.postcode
        self.fields.set_names("city", cities.cities_in(where.state))
        self.fields.fill(
            {name: getattr(where, name) for name in _ADDRESS}
            | {name: getattr(emitter, name) for name in ("legal_name", "trade_name", "ie", "city_code")}
            | {
                "cnpj": formatted_tax_id(emitter.cnpj),
                "regime": emitter.regime.value,
                "phone": emitter.phone,
                "postcode": f"{code[:5]}-{code[5:]}" if len(code) == 8 else code,
            }
        )
        self._name_city()

    def _enable(self) -> None:
        busy = self.tasks.busy
        self.save_button.setEnabled(not self.refusal and not busy and self.fields.dirty)

    # -- the city ---------------------------------------------------------------------------------------

    def _other_state(self) -> None:
        self.fields.set_names("city", cities.cities_in(self.fields.text("state")))
        self._find_city()

    def _find_city(self) -> None:
        """The number of the city that is typed; none when no city of the state is called so."""
        code = self._city_code(self.fields.text("city"), self.fields.text("state"))
        self.fields.edit("city_code").setText(code)
        self.fields.fields["city_code"].set_error("")
        self._name_city()
        self._enable()

    def _name_city(self) -> None:
        """Say whose number stands there."""
        code, name, state = (self.fields.text(each) for each in ("city_code", "city", "state"))
        found = cities.city_of(code)
        if found is not None:
            hint = self.tr("{name}, {state}").format(name=found[0], state=found[1])
        elif name and state and not code:
            hint = self.tr("Cidade não encontrada em {state}: digite o código").format(state=state)
        else:
            hint = self.tr("Vem da cidade e da UF")
        self.fields.fields["city_code"].set_hint(hint)

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
        self.tasks.start(self._save(self._read(), self.fields.texts()))

    def _errors(self) -> dict[str, str]:
        """All that is wrong, by field."""
        text = self.fields.text
        wrong = {name: self.tr("Falta preencher.") for name in _WANTED if not text(name)}
        ie = text("ie").upper()
        bare_ie = ie if ie == "ISENTO" else bare_tax_id(ie)
        if ie and not _IE.fullmatch(bare_ie):
            wrong["ie"] = self.tr("Digite de 2 a 14 números, ou ISENTO.")
        if text("postcode") and not re.fullmatch(r"\d{8}", bare_tax_id(text("postcode"))):
            wrong["postcode"] = self.tr("O CEP tem 8 números.")
        code = text("city_code")
        if code and not re.fullmatch(r"[0-9]{7}", code):
            wrong["city_code"] = self.tr("São 7 números.")
        elif code and text("state") and not code.startswith(UF_CODES[text("state")]):
            wrong["city_code"] = self.tr("Este código é de outra UF.")
        try:
            if text("cnpj") and not is_cnpj(tax_id(text("cnpj"), "cnpj")):
                wrong["cnpj"] = self.tr("Digite o CNPJ da empresa, não um CPF.")
        except WrongTaxId:
            wrong["cnpj"] = self.tr("Os dígitos não conferem: veja no cartão do CNPJ.")
        return wrong

    def _read(self) -> Emitter:
        text = self.fields.text
        where = Address(**{name: text(name) for name in _ADDRESS})
        return Emitter(
            cnpj=bare_tax_id(text("cnpj")),
            legal_name=text("legal_name"),
            trade_name=text("trade_name"),
            ie=text("ie"),
            regime=TaxRegime(text("regime")),
            address=replace(where, postcode=bare_tax_id(where.postcode)),
            city_code=text("city_code"),
            phone=text("phone"),
        )

    async def _save(self, emitter: Emitter, typed: Mapping[str, str]) -> None:
        backend = self.session.services.backend
        # Only this part of what is kept now: others may have changed the rest since it was shown.
        kept = await backend.read(lambda reader: reader.fiscal.settings())
        await backend.run(save_fiscal_settings, replace(kept, emitter=emitter), by=self.actor)
        self.fields.settle(typed)  # what was typed meanwhile is still to be saved
        self.wrote.emit(self.tr("Dados da empresa salvos."))

    def trouble(self, error: BaseException) -> None:
        """A refusal about a field stands beside it; what was typed stays."""
        self.tasks_ended()
        name = _NAMES.get(error.field or "", error.field or "") if isinstance(error, DomainError) else ""
        field = self.fields.fields.get(name)
        if field is None or not isinstance(error, DomainError):
            super().trouble(error)
            return
        self.fields.show_errors({name: beside(error)})
        self.reached.emit(field)

    def tasks_ended(self) -> None:
        """Nothing is on its way any more: it may be tried again."""
        self._enable()
