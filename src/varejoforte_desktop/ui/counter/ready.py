"""What stands in the place of the lines before the first one: how a sale begins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle


class ReadyNote(QWidget):
    """Two sentences that wrap in however narrow a place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_ready")
        title = QLabel(self.tr("Bipe o primeiro produto"))
        explained = QLabel(self.tr("3* antes do código soma 3. Um nome e Enter procuram o produto."))
        self.setAccessibleName(f"{title.text()}. {explained.text()}")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.S)
        column.addStretch(1)
        column.addWidget(IconLabel("barcode", Role.TEXT_MUTED, 40), 0, Qt.AlignmentFlag.AlignHCenter)
        for label, words in ((title, "heading"), (explained, "muted")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            restyle(label, words=words)
            column.addWidget(label)
        column.addStretch(1)
