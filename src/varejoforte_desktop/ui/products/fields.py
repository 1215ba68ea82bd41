"""Every field of a product: its editor, how it is filled and how it is read, without saying where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from varejoforte_desktop.domain.errors import DomainError, TooManyDecimals
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.product import FRACTIONAL_UNITS, Product
from varejoforte_desktop.ui.field_names import field_name
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.products.checks import Reading, changed_values, checked_fields, neutral
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.widgets.barcode_edit import BarcodeEdit
from varejoforte_desktop.ui.widgets.days import DayEdit
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

UNITS: Final = ("UN", "PC", "CX", "JG", "PAR", "KIT", *sorted(FRACTIONAL_UNITS))
TEXTS: Final = ("reference", "name", "ncm", "model", "warranty", "short_description")
MONEY: Final = ("price", "cost", "promotional_price")
STOCK: Final = ("minimum_stock", "safety_stock", "counter_reserve")
MEASURES: Final = ("weight", "length", "width", "height")
DAYS: Final = ("promotion_start", "promotion_end")


class NameCombo(QComboBox):
    """A name to type or to choose among those there are; the wheel scrolls the page, not the choice."""

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def set_names(self, names: Sequence[str]) -> None:
        """Offer these names; what is typed stays."""
        text = self.currentText()
        self.clear()
        self.addItems(list(names))
        self.setCurrentIndex(-1)
        self.setEditText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change nothing by accident while the page scrolls."""
        event.ignore()


class MeasureEdit(QuantityEdit):
    """A whole number of grams or centimetres."""

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, accessible_name, whole=True, parent=parent)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        if isinstance(error, TooManyDecimals):
            return self.tr("Digite um número inteiro.")
        return self.tr("Digite um número como 350.")


class ProductFields(QObject):
    """The fields of one product, by the names the domain gives them."""

    #: Something was typed or chosen.
    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, QWidget] = {}
        self.fields: dict[str, Field] = {}
        self.sell_online = QCheckBox(self.tr("Vender na loja virtual"))
        self.sell_online.setObjectName("product_sell_online")
        self.sell_online.toggled.connect(self.changed)
        self.active = QCheckBox(self.tr("Produto ativo"))
        self.active.setObjectName("product_active")
        self.active.setToolTip(self.tr("Um produto inativo só aparece na lista quando é procurado."))
        self.active.toggled.connect(self.changed)
        self._base = neutral(None)
        self._make(today)
        self._initial = self.snapshot()

    def _make(self, today: Callable[[], date]) -> None:
        makers: dict[str, Callable[[str, str], QWidget]] = dict.fromkeys(TEXTS, _line)
        makers |= dict.fromkeys(MONEY, MoneyEdit) | dict.fromkeys(STOCK, QuantityEdit)
        makers |= dict.fromkeys(MEASURES, MeasureEdit)
        makers |= dict.fromkeys(("unit", "brand", "category"), NameCombo)
        makers |= dict.fromkeys(DAYS, lambda name, words: DayEdit(name, words, today=today))
        makers |= {"barcode": BarcodeEdit, "description": _page}
        for name, make in makers.items():
            words = field_name(name)
            words = words[0].upper() + words[1:]
            editor = make(f"product_{name}", words)
            self.editors[name] = editor
            self.fields[name] = Field(_LABELS.get(name, words), editor, _HINTS.get(name, ""))
            _changes_of(editor).connect(self._changed)
        self.combo("unit").set_names(UNITS)

    def _changed(self) -> None:
        self.changed.emit()

    def combo(self, name: str) -> NameCombo:
        """The editor of a name that may be chosen."""
        editor = self.editors[name]
        assert isinstance(editor, NameCombo)  # noqa: S101 - made so above
        return editor

    def money(self, name: str) -> MoneyEdit:
        """The editor of an amount."""
        editor = self.editors[name]
        assert isinstance(editor, MoneyEdit)  # noqa: S101 - made so above
        return editor

    def fill(self, product: Product | None, brand: str, category: str) -> None:
        """Show a product, or an empty form for a new one."""
        self._base = neutral(product)
        for name, editor in self.editors.items():
            value: Any = {"brand": brand, "category": category}.get(name)
            if value is None:
                value = getattr(product, name) if product is not None else _NEW.get(name, "")
            _fill(editor, value)
            self.fields[name].set_error("")
        self.sell_online.setChecked(product.sell_online if product is not None else True)
        self.active.setChecked(product.active if product is not None else True)
        self._initial = self.snapshot()

    def snapshot(self) -> tuple[object, ...]:
        """All that is typed, to see later whether anything changed."""
        boxes = (self.sell_online.isChecked(), self.active.isChecked())
        return (*boxes, *(_text(editor) for editor in self.editors.values()))

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what was filled in."""
        return self.snapshot() != self._initial

    def read(self) -> Reading:
        """What the form holds now and all that is wrong with it; marks nothing."""
        values: dict[str, Any] = {
            "sell_online": self.sell_online.isChecked(),
            "active": self.active.isChecked(),
        }
        unread: dict[str, DomainError] = {}
        for name, editor in self.editors.items():
            try:
                values[name] = _value(editor, name)
            except DomainError as error:
                unread[name] = error
        brand, category = str(values.pop("brand")), str(values.pop("category"))
        product, errors = checked_fields(changed_values(self._base, values), self._base, unread)
        return Reading(product=product, brand=brand, category=category, errors=errors)

    def show_errors(self, errors: Mapping[str, DomainError]) -> Field | None:
        """Write each sentence beside its field and clear the others; gives the first wrong field."""
        first: Field | None = None
        for name, field in self.fields.items():
            error = errors.get(name)
            field.set_error("" if error is None else self._words(name, error))
        for name in _READING_ORDER:
            if first is None and name in errors:
                first = self.fields[name]
        return first

    def _words(self, name: str, error: DomainError) -> str:
        editor = self.editors[name]
        typed = isinstance(editor, TypedEdit) and _unreadable(editor)
        return editor.sentence(error) if typed and isinstance(editor, TypedEdit) else sentence(error).whole

    def set_read_only(self) -> None:
        """Only to be looked at."""
        self.sell_online.setEnabled(False)
        self.active.setEnabled(False)
        for editor in self.editors.values():
            if isinstance(editor, QLineEdit | QPlainTextEdit):
                editor.setReadOnly(True)
                restyle(editor, locked=True)
            else:
                editor.setEnabled(False)


_LABELS: Final = {
    "price": "Preço de venda (R$)",
    "cost": "Preço de custo (R$)",
    "promotional_price": "Preço promocional (R$)",
    "weight": "Peso (g)",
    "length": "Comprimento (cm)",
    "width": "Largura (cm)",
    "height": "Altura (cm)",
}
_HINTS: Final = {
    "category": "Use > entre os níveis: Cozinha > Panelas",
    "minimum_stock": "Abaixo disto a lista avisa",
    "safety_stock": "Não oferecido na loja",
    "counter_reserve": "Guardado para o balcão",
}
_NEW: Final[dict[str, object]] = {"unit": "UN"}
_READING_ORDER: Final = (
    "reference", "barcode", "name", "brand", "category", "ncm", "unit", *MONEY[:2], "promotional_price", *DAYS,
    *STOCK, "short_description", "description", *MEASURES, "model", "warranty",
)  # fmt: skip


def _line(object_name: str, accessible_name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(object_name)
    made.setAccessibleName(accessible_name)
    return made


def _page(object_name: str, accessible_name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(object_name)
    made.setAccessibleName(accessible_name)
    made.setTabChangesFocus(True)
    made.setFixedHeight(Theme.current().px(96))
    return made


def _changes_of(editor: QWidget) -> Any:
    """The signal that tells of each change."""
    return editor.editTextChanged if isinstance(editor, QComboBox) else editor.textChanged  # type: ignore[attr-defined]


def _text(editor: QWidget) -> str:
    if isinstance(editor, QComboBox):
        return editor.currentText()
    return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text()  # type: ignore[attr-defined]


def _fill(editor: QWidget, value: Any) -> None:
    if isinstance(editor, QComboBox):
        editor.setEditText(value)
    elif isinstance(editor, QPlainTextEdit):
        editor.setPlainText(value)
    elif isinstance(editor, TypedEdit):
        # Nothing rather than zeros: an empty form shows what is left to fill in.
        editor.set_value(Decimal(value) if isinstance(value, int) and value else value or None)
    elif isinstance(editor, QLineEdit):
        editor.setText(value)
        editor.setCursorPosition(0)


def _value(editor: QWidget, name: str) -> Any:
    """What an editor holds, as the domain wants it. Raises a DomainError when it makes no sense."""
    text = _text(editor).strip()
    if not isinstance(editor, TypedEdit):
        return text
    if text:
        value = editor.parse(text)
        return int(value) if name in MEASURES else value
    if name in DAYS:
        return None
    return ZERO if name in MONEY else "" if name == "barcode" else 0 if name in MEASURES else Decimal(0)


def _unreadable(editor: TypedEdit[Any]) -> bool:
    text = editor.text().strip()
    try:
        if text:
            editor.parse(text)
    except DomainError:
        return True
    return False
