"""Settings › Venda e caixa: how much discount each role may give, how tills close, and how scale labels are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.counter import save_counter_rules
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.domain.errors import DomainError, NotANumber, WrongScalePrefix
from varejoforte_desktop.domain.money import ZERO, decimal_from_typed
from varejoforte_desktop.domain.sale import DiscountLimits
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.page import section, words
from varejoforte_desktop.ui.preferences.saving import SavingPage
from varejoforte_desktop.ui.preferences.scale_labels import WIDTHS, ScaleLine
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_NARROW: Final = 160
_WHOLE: Final = 10_000  # 100 % in hundredths of a percent


class PercentEdit(TypedEdit[int]):
    """A share from 0 to 100 %, held in hundredths of a percent."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__(object_name, accessible_name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setPlaceholderText("0")
        self.setMaxLength(8)

    def parse(self, text: str) -> int:
        """Read "5", "7,5" or "12 %". Raises NotANumber or TooManyDecimals."""
        share = int(decimal_from_typed(text.replace("%", ""), places=2, field=self.objectName()) * 100)
        if not 0 <= share <= _WHOLE:
            raise NotANumber(text, self.objectName())
        return share

    def written(self, value: int) -> str:
        """The share as one types it: "5", "7,5"."""
        whole, rest = divmod(value, 100)
        return f"{whole},{rest:02}".rstrip("0").rstrip(",") if rest else str(whole)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite de 0 a 100, como 5 ou 7,5.")


class CounterPage(SavingPage):
    """All of it is written at once, or nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "counter", "Venda e caixa")
        self._kept: tuple[object, ...] | None = None
        self._made = 0
        self.operador = PercentEdit("discount_operador", self.tr("Desconto do operador"))
        self.gerente = PercentEdit("discount_gerente", self.tr("Desconto do gerente"))
        self.supervised = QCheckBox(self.tr("Cancelar item da venda pede um gerente"))
        self.blind = QCheckBox(self.tr("Caixa cego: contar sem ver o esperado"))
        self.tolerance = MoneyEdit("till_tolerance", self.tr("Tolerância do fechamento"))
        self.scales: list[ScaleLine] = []
        self.add = QPushButton(self.tr("Adicionar etiqueta"))
        self._build()
        self._connect()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.fields = {
            "operador": Field(self.tr("Operador, até (%)"), self.operador),
            "gerente": Field(self.tr("Gerente, até (%)"), self.gerente),
            "tolerance": Field(
                self.tr("Diferença aceita sem explicação (R$)"),
                self.tolerance,
                self.tr("Acima dela o fechamento pede uma observação."),
            ),
        }
        self.column.addWidget(self._discount_card())
        self.column.addWidget(self._till_card())
        self.column.addWidget(self._scale_card())
        self.column.addStretch(1)
        for edit in (self.operador, self.gerente, self.tolerance):
            edit.setMaximumWidth(Theme.current().px(_NARROW))
            edit.setReadOnly(bool(self.refusal))
            restyle(edit, locked=bool(self.refusal))
        for widget in (self.supervised, self.blind, self.add):
            widget.setEnabled(not self.refusal)
            widget.setToolTip(self.refusal)

    def _discount_card(self) -> QFrame:
        card, column = section(self.tr("Desconto na venda"))
        said = self.tr("Acima do limite, a venda pede a senha de quem pode. O administrador não tem limite.")
        column.addWidget(words(said, "muted"))
        line = QHBoxLayout()
        line.setSpacing(Space.L)
        line.addWidget(self.fields["operador"], 1)
        line.addWidget(self.fields["gerente"], 2)
        column.addLayout(line)
        self.supervised.setObjectName("cancel_item_supervised")
        self.supervised.setAccessibleName(self.supervised.text())
        column.addWidget(self.supervised)
        return card

    def _till_card(self) -> QFrame:
        card, column = section(self.tr("Fechamento de caixa"))
        self.blind.setObjectName("blind_closing")
        self.blind.setAccessibleName(self.blind.text())
        column.addWidget(self.blind)
        column.addWidget(self.fields["tolerance"])
        return card

    def _scale_card(self) -> QFrame:
        card, column = section(self.tr("Etiquetas de balança"))
        said = self.tr(
            "Um código de 13 dígitos que começa com o prefixo traz o produto e o peso ou o preço. "
            "Prefixo, código e valor somam 12 dígitos; o último confere."
        )
        column.addWidget(words(said, "muted"))
        self._titles = QWidget()
        titles = QHBoxLayout(self._titles)
        titles.setContentsMargins(0, 0, 0, 0)
        titles.setSpacing(Space.S)
        names = (
            self.tr("Prefixo"),
            self.tr("Díg. cód."),
            self.tr("Diz o"),
            self.tr("Díg. valor"),
        )
        for title, width in zip(names, WIDTHS, strict=True):
            label = QLabel(title)
            restyle(label, words="label")
            label.setFixedWidth(Theme.current().px(width))
            titles.addWidget(label)
        titles.addStretch(1)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        column.addWidget(self._titles)
        column.addLayout(self._rows)
        self.add.setObjectName("scale_add")
        bind_icon(self.add, "plus")
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        column.addLayout(line)
        return card

    def _connect(self) -> None:
        for edit in (self.operador, self.gerente, self.tolerance):
            edit.textEdited.connect(self.edited)
            edit.returnPressed.connect(self.save)
        for box in (self.supervised, self.blind):
            box.clicked.connect(self.edited)
        self.add.clicked.connect(self.add_scale)
        self.edited()

    # -- showing --------------------------------------------------------------------------------------

    def show_counter(self, rules: CounterRules, prefixes: Sequence[ScalePrefix]) -> None:
        """Show what the books say, unless somebody is changing it."""
        if self.changed():
            self.edited()
            return
        self.operador.set_value(rules.discounts.operador)
        self.gerente.set_value(rules.discounts.gerente)
        self.supervised.setChecked(rules.cancel_item_supervised)
        self.blind.setChecked(rules.blind_closing)
        self.tolerance.set_money(rules.tolerance)
        if [each.draft() for each in self.scales] != list(prefixes):
            for line in tuple(self.scales):
                self._drop(line)
            for prefix in prefixes:
                self._add(prefix)
        self._kept = self._typed()
        self.edited()

    def add_scale(self) -> None:
        """An empty layout, ready to be typed."""
        self._add(None).prefix.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited()

    def _add(self, prefix: ScalePrefix | None) -> ScaleLine:
        self._made += 1
        line = ScaleLine(self._made, prefix, locked=bool(self.refusal))
        line.changed.connect(self.edited)
        line.removed.connect(lambda: self._remove(line))
        self.scales.append(line)
        self._rows.addWidget(line)
        return line

    def _remove(self, line: ScaleLine) -> None:
        self._drop(line)
        self.edited()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, line: ScaleLine) -> None:
        self.scales.remove(line)
        self._rows.removeWidget(line)
        line.hide()
        line.deleteLater()

    # -- writing --------------------------------------------------------------------------------------

    def _read(self) -> tuple[CounterRules, tuple[ScalePrefix, ...]]:
        """What the page holds. Raises the DomainError of a text that makes no sense."""
        rules = CounterRules(
            discounts=DiscountLimits(operador=self.operador.value() or 0, gerente=self.gerente.value() or 0),
            cancel_item_supervised=self.supervised.isChecked(),
            blind_closing=self.blind.isChecked(),
            tolerance=self.tolerance.money() or ZERO,
        )
        return rules, tuple(each.draft() for each in self.scales)

    def changed(self) -> bool:
        """Whether the fields hold something else than the books."""
        return self._kept is not None and self._typed() != self._kept

    def _typed(self) -> tuple[object, ...]:
        """All that is in the fields, as it stands."""
        edits = tuple(edit.text() for edit in (self.operador, self.gerente, self.tolerance))
        boxes = self.supervised.isChecked(), self.blind.isChecked()
        return (*edits, *boxes, *(each.draft() for each in self.scales))

    def edited(self, *_: object) -> None:
        """The button follows; titles stand above rows only."""
        self._titles.setVisible(bool(self.scales))
        super().edited()

    def save(self) -> None:
        """Check every field and write all of it."""
        if not self.save_button.isEnabled() or self._wrong_scales():
            return
        try:
            rules, prefixes = self._read()
        except DomainError as error:
            wrong = self.findChild(QLineEdit, error.field or "")
            if wrong is not None:
                wrong.setFocus(Qt.FocusReason.OtherFocusReason)
                self.ensureWidgetVisible(wrong)
            return
        self.save_button.setEnabled(False)
        self.write(self._write(rules, prefixes, self._typed()))

    def _wrong_scales(self) -> bool:
        """Say beside each layout what is wrong with it, and go to the first."""
        first, seen = None, set[str]()
        for line in self.scales:
            draft, said = line.draft(), ""
            try:
                draft.checked()
            except WrongScalePrefix as error:
                said = sentence(error).whole
            if draft.prefix in seen:
                said = self.tr("Já há uma etiqueta com o prefixo {prefix}.").format(prefix=draft.prefix)
            seen.add(draft.prefix)
            line.say(said)
            first = line if said and first is None else first
        if first is not None:
            first.prefix.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(first, 0, Theme.current().px(40))
        return first is not None

    async def _write(
        self, rules: CounterRules, prefixes: tuple[ScalePrefix, ...], typed: tuple[object, ...]
    ) -> None:
        run, by = self.session.services.backend.run, self.session.actor
        await run(save_counter_rules, rules, prefixes, by=by)
        self._kept = typed
        self.edited()
        self.done.emit(self.tr("Regras de venda e caixa salvas."))
