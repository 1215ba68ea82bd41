"""The strip over the list of purchases that tells which notes are still being decided and leads back to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.widgets.banner import Banner


class UnfinishedBanner(Banner):
    """One note is gone back to with the button; of several, the button asks which."""

    #: Somebody wants to go on with a note: its access key.
    continued = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("purchases_unfinished", parent=parent)
        self.menu = QMenu(self)
        self.menu.setObjectName("purchases_unfinished_menu")
        self._key = ""
        self.acted.connect(lambda: self.continued.emit(self._key))

    def show_notes(self, notes: Sequence[PurchaseNote]) -> None:
        """Tell of the notes that are half decided, the one that was looked at last first; nothing without any."""
        self.setVisible(bool(notes))
        if not notes:
            return
        self._offer(notes)
        words = self.tr("A NF-e {told} está em conferência; nada foi gravado ainda.")
        if len(notes) > 1:
            words = self.tr("As NF-e {told} estão em conferência; nada foi gravado ainda.")
        told = [f"{note.number} de {note.supplier.name}" for note in notes]
        listed = " e ".join(filter(None, (", ".join(told[:-1]), told[-1])))
        self.set_message(words.format(told=listed), Tone.INFO, self.tr("Continuar"))

    def _offer(self, notes: Sequence[PurchaseNote]) -> None:
        self._key = notes[0].key
        self.menu.clear()
        for note in notes:
            action = self.menu.addAction(f"NF-e {note.number} · {note.supplier.name}")
            action.triggered.connect(lambda _on=False, key=note.key: self.continued.emit(key))
        if len(notes) > 1:
            self._button.setMenu(self.menu)
        elif self._button.menu() is not None:
            self._button.setMenu(None)  # type: ignore[arg-type]  # Qt takes none
