"""The keys of a place at the foot of the screen, told by the registry that binds them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Theme, restyle


class KeyLegend(QLabel):
    """Keys strong, words quiet, on as many lines as the width asks for."""

    def __init__(self, registry: ShortcutRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_legend")
        self.setAccessibleName(self.tr("Teclas desta tela"))
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        restyle(self, counter="legend")
        self._registry = registry
        self._context = ""
        self._left_out: Collection[str] = ()
        Theme.current().changed.connect(self._write)

    def show_keys(self, context: str, left_out: Collection[str] = ()) -> None:
        """Show the keys of this place, but for those everybody knows."""
        self._context, self._left_out = context, left_out
        self._write()

    @property
    def plain_text(self) -> str:
        """The keys as one reads them: "F2 Buscar · F4 Quantidade"."""
        return " · ".join(f"{key} {words}" for key, words in self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        listed = self._registry.by_context().get(self._context, ())
        return [(each.words, each.title) for each in listed if each.key not in self._left_out]

    def _write(self) -> None:
        strong = Theme.current().palette.hex(Role.TEXT)
        pieces = [
            f'<span style="color:{strong};font-weight:600">{key}</span>&nbsp;{words.replace(" ", "&nbsp;")}'
            for key, words in self._keys()
        ]
        self.setText(" &nbsp;&nbsp; ".join(pieces))
        self.setAccessibleDescription(self.plain_text)
