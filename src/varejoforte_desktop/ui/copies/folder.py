"""A folder of this computer: typed, or chosen with the button beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field

_LONGEST = 1000


class FolderEdit(QWidget):
    """Empty means the usual one, which stands in grey."""

    #: Another folder was typed or chosen.
    changed = Signal()

    def __init__(self, object_name: str, label: str, usual: str) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setObjectName(object_name)
        self.edit.setMaxLength(_LONGEST)
        self.edit.setPlaceholderText(usual)
        self.field = Field(label, self.edit)
        self._label = label
        self.choose = QPushButton(self.tr("Escolher…"))
        self.choose.setObjectName(f"{object_name}_choose")
        self.choose.setAccessibleName(f"{self.tr('Escolher')}: {label}")
        # An empty label above keeps the button beside the line.
        above = QLabel(" ")
        restyle(above, words="label")
        beside = QVBoxLayout()
        beside.setSpacing(Space.XS)
        beside.addWidget(above)
        beside.addWidget(self.choose)
        beside.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.field, 1)
        line.addLayout(beside)
        self.edit.textEdited.connect(self._edited)
        self.choose.clicked.connect(self._open)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return keepable(self.edit.text()).strip()

    def set_text(self, text: str) -> None:
        """Show a folder that is kept."""
        self.field.set_error("")
        if self.text != text:
            self.edit.setText(text)
        self.edit.setToolTip(text)

    def set_refusal(self, refusal: str) -> None:
        """Whether it is only to be read."""
        self.edit.setReadOnly(bool(refusal))
        self.choose.setVisible(not refusal)

    def check(self) -> bool:
        """Whether it can be a folder; says so in place when not."""
        if not self.text or Path(self.text).is_absolute():
            self.field.set_error("")
            return True
        self.refuse(self.tr("Escreva o caminho inteiro, ou use o botão ao lado."))
        return False

    def refuse(self, words: str) -> None:
        """Say what is wrong with it and bring the keyboard."""
        self.field.set_error(words)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, path: str) -> None:
        """This one was chosen."""
        self.edit.setText(str(Path(path)))
        self._edited()

    def _edited(self, _text: str = "") -> None:
        self.field.set_error("")
        self.edit.setToolTip(self.text)
        self.changed.emit()

    def _open(self) -> None:
        dialog = QFileDialog(self, self._label)
        dialog.setObjectName(f"{self.edit.objectName()}_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        start = self.text or self.edit.placeholderText()
        if Path(start).is_absolute():
            dialog.setDirectory(start)
        dialog.fileSelected.connect(self.take)
        dialog.open()
