"""The card of one printer: how it is reached, where it is, and a test page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from varejoforte_desktop.application.printing_ports import PrinterKind, PrinterPlace
from varejoforte_desktop.domain.print_job import PrintUse
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.printers.words import ABOUT_USES, ADDRESS_WORDS, CHOICES, KIND_WORDS, USE_WORDS
from varejoforte_desktop.ui.theme import Theme
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

_WIDE = 340
_LONGEST = 200
_NAMED = frozenset({PrinterKind.WINDOWS, PrinterKind.SYSTEM})


class PrinterCard(QFrame):
    """Where one kind of paper goes; `inside` takes what else belongs to it."""

    #: Another printer was chosen or typed.
    changed = Signal()

    def __init__(self, use: PrintUse) -> None:
        super().__init__()
        self.use = use
        name = f"printer_{use.value}"
        self.setObjectName(name)
        self.kind = Choice(f"{name}_kind", self.tr("Impressora: {use}").format(use=USE_WORDS[use]))
        for each in CHOICES[use]:
            self.kind.addItem(KIND_WORDS[each], each)
        self.address = QLineEdit()
        self.address.setObjectName(f"{name}_address")
        self.address.setMaxLength(_LONGEST)
        self._names: tuple[str, ...] = ()
        self._testing = False
        self._offered = QStringListModel(self)
        completer = QCompleter(self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setModel(self._offered)
        self.address.setCompleter(completer)
        self.kind_field = Field(self.tr("Como chegar à impressora"), self.kind)
        self.address_field = Field(self.tr("Endereço"), self.address)
        self.test = QPushButton(self.tr("Imprimir teste"))
        self.test.setObjectName(f"{name}_test")
        self.test.setAccessibleName(self.tr("Imprimir teste: {use}").format(use=USE_WORDS[use]))
        bind_icon(self.test, "printer")
        self.told = Banner(f"{name}_told", closable=True)
        self.told.hide()
        self.inside = QVBoxLayout()
        self._build()
        self.kind.activated.connect(self._chosen)
        self.address.textEdited.connect(self._typed)
        Theme.current().changed.connect(self._fit)
        self._fit()
        self._show_kind()

    def _build(self) -> None:
        card, column = section(USE_WORDS[self.use])
        column.addWidget(paragraph(ABOUT_USES[self.use], "muted"))
        for field in (self.kind_field, self.address_field):
            line = QHBoxLayout()
            line.addWidget(field)
            column.addLayout(line)
        column.addLayout(self.inside)
        foot = QHBoxLayout()
        foot.addWidget(self.test)
        foot.addStretch(1)
        column.addLayout(foot)
        column.addWidget(self.told)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)

    def _fit(self) -> None:
        for widget in (self.kind, self.address):
            widget.setMaximumWidth(Theme.current().px(_WIDE))

    # -- the printer ----------------------------------------------------------------------------------

    def place(self) -> PrinterPlace:
        """The printer as it is chosen now."""
        kind = PrinterKind(self.kind.currentData())
        has_address = bool(ADDRESS_WORDS[kind][0])
        address = keepable(self.address.text()).strip() if has_address else ""
        return PrinterPlace(kind=kind, address=address)

    def show_place(self, place: PrinterPlace) -> None:
        """Show the one that is kept; a kind that is not offered here is offered all the same."""
        at = self.kind.findData(place.kind)
        if at < 0:
            self.kind.addItem(KIND_WORDS[place.kind], place.kind)
            at = self.kind.count() - 1
        self.kind.setCurrentIndex(at)
        self.address.setText(place.address)
        self._show_kind()

    def show_names(self, names: Sequence[str]) -> None:
        """Printers that the system knows: offered while a name is typed."""
        self._names = tuple(names)
        self._offer_names()

    def set_refusal(self, refusal: str) -> None:
        """Whether it is only to be read."""
        self.kind.setEnabled(not refusal)
        self.address.setReadOnly(bool(refusal))
        for widget in (self.kind, self.address):
            widget.setToolTip(refusal)

    def refuse(self, words: str) -> None:
        """Say what is wrong with the address and bring the keyboard."""
        self.address_field.set_error(words)
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str, tone: Tone) -> None:
        """What came of the test page."""
        self.told.set_message(words, tone)
        self.told.show()

    def show_testing(self, *, testing: bool) -> None:
        """A test page is on its way."""
        self._testing = testing
        self.test.setText(self.tr("Imprimindo…") if testing else self.tr("Imprimir teste"))
        self._enable_test()

    def _enable_test(self) -> None:
        self.test.setEnabled(not self._testing and self.place().kind is not PrinterKind.NONE)

    def _chosen(self, _place: int) -> None:
        self._show_kind()
        self.changed.emit()

    def _typed(self, _text: str) -> None:
        self.address_field.set_error("")
        self.told.hide()
        self.changed.emit()

    def _offer_names(self) -> None:
        named = PrinterKind(self.kind.currentData()) in _NAMED
        self._offered.setStringList(list(self._names) if named else [])

    def _show_kind(self) -> None:
        kind = PrinterKind(self.kind.currentData())
        label, example, hint = ADDRESS_WORDS[kind]
        self.address_field.set_error("")
        self.address_field.setVisible(bool(label))
        self.kind_field.set_hint("" if label else hint)
        if label:
            self.address_field.set_label(label)
            self.address.setPlaceholderText(example)
            self.address_field.set_hint(hint)
        self._offer_names()
        self.told.hide()
        self._enable_test()
