"""Settings › Aparência: light or dark, and how large the letters are; seen at once and remembered here."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QRadioButton

from varejoforte_desktop.ui.preferences.page import SettingsPage, section, words
from varejoforte_desktop.ui.services import Preferences
from varejoforte_desktop.ui.theme import Mode, Theme

_SCALES: Final = (1.0, 1.25, 1.5)


class LooksPage(SettingsPage):
    """Two choices; nothing to confirm, for another click takes it back."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("looks_page")
        self._preferences = preferences
        self._modes = QButtonGroup(self)
        self._scales = QButtonGroup(self)
        self._mode_of: dict[int, Mode] = {}
        modes: tuple[tuple[Mode, str], ...] = (
            ("light", self.tr("Claro")),
            ("dark", self.tr("Escuro")),
            ("system", self.tr("Igual ao do computador")),
        )
        card, column = section(self.tr("Cores"))
        for number, (mode, text) in enumerate(modes):
            self._mode_of[number] = mode
            column.addWidget(self._choice(self._modes, number, f"theme_{mode}", text))
        self.column.addWidget(card)
        self.column.addWidget(self._letters())
        note = self.tr("Vale só para este computador.")
        self.column.addWidget(words(note, "small"))
        self.column.addStretch(1)
        self.show_looks()
        self._modes.idClicked.connect(self._apply)
        self._scales.idClicked.connect(self._apply)
        Theme.current().changed.connect(self.show_looks)

    def _letters(self) -> QFrame:
        card, column = section(self.tr("Tamanho da letra"))
        for number, scale in enumerate(_SCALES):
            percent = f"{scale:.0%}"
            text = self.tr("{percent} (normal)").format(percent=percent) if scale == 1.0 else percent
            column.addWidget(self._choice(self._scales, number, f"font_scale_{round(scale * 100)}", text))
        return card

    def _choice(self, group: QButtonGroup, number: int, name: str, text: str) -> QRadioButton:
        button = QRadioButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        group.addButton(button, number)
        return button

    def show_looks(self) -> None:
        """Mark the look in use."""
        theme = Theme.current()
        for number, mode in self._mode_of.items():
            self._modes.button(number).setChecked(mode == theme.mode)
        nearest = min(range(len(_SCALES)), key=lambda n: abs(_SCALES[n] - theme.font_scale))
        self._scales.button(nearest).setChecked(True)

    def _apply(self, _number: int) -> None:
        app = cast("QApplication", QApplication.instance())
        mode, scale = self._mode_of[self._modes.checkedId()], _SCALES[self._scales.checkedId()]
        Theme.apply(app, mode, scale)
        self._preferences.put("theme", mode)
        self._preferences.put("font_scale", scale)
