"""The tabs above the two lists, and the line below the documents: how many there are, and what is done with all of them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QTabBar, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: At 100 %.
_LEAST: Final = 340


class NoteTabs(QTabBar):
    """Notas, or Vendas sem nota with how many there are."""

    #: Another tab was chosen.
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_tabs")
        self.setAccessibleName(self.tr("Notas ou vendas sem nota"))
        self.setToolTip(self.tr("F7 vai para a outra lista"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.addTab(self.tr("Notas"))
        self.addTab(self.tr("Vendas sem nota"))
        self.currentChanged.connect(lambda _place: self.changed.emit())

    @property
    def owed(self) -> bool:
        """Whether the sales without a document are listed."""
        return self.currentIndex() == 1

    def go(self, place: int) -> None:
        """Show this list."""
        self.setCurrentIndex(place)

    def next(self) -> None:
        """F7: the other one."""
        self.setCurrentIndex(1 - self.currentIndex())

    def show_owed(self, count: int) -> None:
        """How many sales are without a document."""
        words = self.tr("Vendas sem nota")
        self.setTabText(1, f"{words} ({formats.count(count)})" if count else words)


class NoteFoot(QWidget):
    """How many documents are found, and the two buttons for all of them."""

    #: "Inutilizar números".
    void_requested = Signal()
    #: "Exportar mês".
    export_requested = Signal()

    def __init__(self, *, exports: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_foot")
        self.shown = QLabel()
        self.shown.setObjectName("note_count")
        self.shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        restyle(self.shown, words="small")
        self.void = _button("note_void_button", self.tr("Inutilizar números (Ctrl+I)"), "minus")
        self.export = _button("note_export_button", self.tr("Exportar mês (Ctrl+E)"), "upload")
        self.export.setToolTip(
            self.tr("Um ZIP com todos os XML do mês e a lista dos números, para o contador.")
        )
        self.export.setVisible(exports)
        self.void.clicked.connect(self.void_requested)
        self.export.clicked.connect(self.export_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.shown, 1)
        line.addWidget(self.void)
        line.addWidget(self.export)
        self.allow(busy=False, unused=0, why="")

    def minimumSizeHint(self) -> QSize:
        """As narrow as it becomes once the buttons leave their keys out."""
        return QSize(Theme.current().px(_LEAST), super().minimumSizeHint().height())

    def show_count(self, count: int, *, narrowed: bool, hint: str = "") -> None:
        """How many are found, and how one is opened where the list is alone."""
        words = formats.counted(count, self.tr("nota"), self.tr("notas"))
        if narrowed:
            words = self.tr("{count} com estes filtros").format(count=words)
        self.shown.setText(
            " · ".join(each for each in (words if count else "", hint if count else "") if each)
        )

    def narrow(self, tight: bool) -> None:
        """Where there is no room the buttons leave their keys to the list of keys."""
        for button in (self.void, self.export):
            words = button.accessibleName()
            button.setText(words.partition(" (")[0] if tight else words)

    def allow(self, *, busy: bool, unused: int, why: str) -> None:
        """Fit the buttons to what goes on; `why` is what keeps anybody from voiding, "" for nothing."""
        reason = why or ("" if unused else self.tr("Todos os números estão em uso."))
        self.void.setEnabled(not busy and not reason)
        self.void.setToolTip(reason or self.tr("Números que nenhuma nota usou: a SEFAZ precisa saber."))
        self.void.setAccessibleDescription(reason)
        self.export.setEnabled(not busy)


def _button(name: str, words: str, drawing: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    bind_icon(button, drawing, Role.TEXT)
    return button
