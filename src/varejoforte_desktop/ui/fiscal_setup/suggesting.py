"""A first table from the shop's regime and state: something to show the accountant, not advice."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from PySide6.QtWidgets import QCheckBox, QWidget

from varejoforte_desktop.application.fiscal_setup import save_tax_rules
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.domain.errors import DomainError, NotANumber
from varejoforte_desktop.domain.fiscal_settings import Emitter
from varejoforte_desktop.domain.money import decimal_from_typed
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.fiscal_setup.words import REGIMES
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_WIDE: Final = 560
_USUAL_RATE: Final = Decimal(18)


class RateEdit(TypedEdit[Decimal]):
    """A tax rate in percent, with up to two places."""

    def parse(self, text: str) -> Decimal:
        """Read "18", "20,5" or "18 %". Raises NotANumber or TooManyDecimals."""
        value = decimal_from_typed(text.replace("%", ""), places=2, field=self.objectName())
        if not 0 < value <= 100:
            raise NotANumber(text, self.objectName())
        return value

    def written(self, value: Decimal) -> str:
        """The rate with its sign."""
        return formats.percent(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite a alíquota, como 18 ou 20,5.")


def suggestion(emitter: Emitter, at: datetime) -> tuple[TaxRule, ...]:
    """The rows for this shop from today on, with the usual rates; empty when nothing can be suggested."""
    today = at.astimezone(formats.SHOP_ZONE).date()
    return suggested_rules(emitter.regime, state=emitter.state, since=today)


class SuggestDialog(DecisionDialog):
    """`before`: how many rows the suggestion would take the place of."""

    def __init__(
        self, session: Session, emitter: Emitter, before: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, "tax_suggest", self.tr("Usar a sugestão"), self.tr("Usar sugestão"), parent)
        self._emitter = emitter
        self.rate = RateEdit("tax_suggest_rate", self.tr("Alíquota interna do ICMS"))
        self.rate.set_value(_USUAL_RATE)
        self.rate_field = Field(self.tr("Alíquota interna do ICMS (%)"), self.rate)
        self.rate_field.set_hint(self.tr("A mais comum do seu estado"))
        self.real = QCheckBox(self.tr("Lucro real: PIS e COFINS não cumulativos"))
        self.real.setObjectName("tax_suggest_real")
        self._build(before)
        self.size_to(_WIDE)
        if not emitter.state:
            self.end(
                self.tr("Primeiro preencha a empresa: a sugestão depende do regime e do estado."), Tone.WARN
            )
        elif not self._rules(_USUAL_RATE):
            said = self.tr("Para este regime não há sugestão a partir de hoje: peça a tabela ao contador.")
            self.end(said, Tone.WARN)

    def _build(self, before: int) -> None:
        emitter = self._emitter
        told = self.tr(
            "Linhas para uma loja comum de {state}, {regime}: venda no estado e para outros estados, com e sem "
            "substituição tributária."
        )
        regime = REGIMES[emitter.regime]
        self.body.addWidget(paragraph(told.format(state=emitter.state or "—", regime=regime)))
        if not emitter.regime.simples:
            self.body.addWidget(self.rate_field)
            self.body.addWidget(self.real)
        said = [
            self.tr(
                "É só um começo. O programa não dá conselho fiscal: o contador precisa conferir cada linha e "
                "confirmar."
            )
        ]
        if before:
            rows = formats.counted(before, "linha", "linhas")
            said.append(self.tr("Toma o lugar da tabela de hoje, de {rows}.").format(rows=rows))
        self.body.addWidget(warning_box("tax_suggest_warning", [paragraph(each) for each in said]))
        self.body.addStretch(1)

    def _rules(self, rate: Decimal) -> tuple[TaxRule, ...]:
        emitter = self._emitter
        return suggested_rules(
            emitter.regime,
            state=emitter.state,
            since=self.session.services.clock().astimezone(formats.SHOP_ZONE).date(),
            internal_rate=rate,
            non_cumulative=self.real.isChecked(),
        )

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Put the rows in place, when the rate can be read."""
        rate = _USUAL_RATE
        if not self._emitter.regime.simples:
            try:
                typed = self.rate.value()
            except DomainError:
                self.rate.setFocus()
                return None
            if typed is None:
                self.rate_field.set_error(self.tr("Falta preencher."))
                self.rate.setFocus()
                return None
            rate = typed
        return self._use(self._rules(rate))

    async def _use(self, rules: tuple[TaxRule, ...]) -> str:
        await self.session.services.backend.run(
            save_tax_rules, rules, source=self.tr("sugestão do programa"), by=self.session.actor
        )
        rows = formats.counted(len(rules), "linha", "linhas")
        return self.tr("Tabela sugerida com {rows}. Mande ao contador para conferir.").format(rows=rows)
