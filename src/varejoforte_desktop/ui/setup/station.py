"""What the door offers about this computer: which shop it belongs to now, another shop, and where passwords are kept."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from varejoforte_desktop.application.station_setup import StationSetup
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, answered
from varejoforte_desktop.ui.setup.choices import BigChoice, fact_line
from varejoforte_desktop.ui.setup.join import JoinDialog
from varejoforte_desktop.ui.setup.safe import SafeDialog, open_safe
from varejoforte_desktop.ui.setup.words import shown_books
from varejoforte_desktop.ui.theme import Theme


class Chosen(StrEnum):
    """What somebody wants to do about this computer."""

    NOTHING = "nothing"
    JOIN = "join"
    SAFE = "safe"


class StationDialog(AskedDialog):
    """Two large choices below what holds now; `chosen` is the answer."""

    def __init__(self, setup: StationSetup, parent: QWidget | None = None) -> None:
        super().__init__("station_dialog", "Configurar esta estação", parent)
        self.chosen = Chosen.NOTHING
        now = setup.now
        column = self.page()
        column.addWidget(self.heading)
        column.addWidget(fact_line("station_dialog_name", self.tr("Estação"), now.name))
        column.addWidget(fact_line("station_dialog_books", self.tr("Loja em"), shown_books(now.books)))
        for chosen, button in self._buttons().items():
            button.clicked.connect(lambda _checked=False, chosen=chosen: self._choose(chosen))
            column.addWidget(button)
        back = QPushButton(self.tr("Voltar (Esc)"))
        back.setObjectName("station_dialog_back")
        back.setAutoDefault(False)
        back.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        column.addStretch(1)
        column.addLayout(foot)
        width = Theme.current().px(520)
        column.activate()
        self.resize(width, column.totalHeightForWidth(width))

    def _buttons(self) -> dict[Chosen, BigChoice]:
        return {
            Chosen.JOIN: BigChoice(
                "station_dialog_join",
                "link",
                self.tr("Entrar em uma loja que já existe"),
                self.tr("A loja está em um servidor e outras estações já a usam."),
            ),
            Chosen.SAFE: BigChoice(
                "station_dialog_safe",
                "lock",
                self.tr("Onde ficam as senhas"),
                self.tr("No cofre do computador, em um arquivo com frase secreta, ou em lugar nenhum."),
            ),
        }

    def _choose(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.accept()


async def set_up(setup: StationSetup, parent: QWidget) -> str | None:
    """Ask what to do about this computer and do it.

    Gives the name of the shop it entered, "" when only the safe was changed, None when nothing was.
    """
    dialog = StationDialog(setup, parent)
    await answered(dialog)
    if dialog.chosen is Chosen.JOIN:
        return await join(setup, parent)
    if dialog.chosen is Chosen.SAFE and await change_safe(setup, parent):
        return ""
    return None


async def join(setup: StationSetup, parent: QWidget) -> str | None:
    """Enter a shop that exists; gives its name, None when somebody went back."""
    dialog = JoinDialog(setup, parent)
    if not await answered(dialog) or dialog.found is None:
        return None
    return dialog.found.shop_name


async def change_safe(setup: StationSetup, parent: QWidget) -> bool:
    """Choose anew where secrets are kept; what is kept has to be open first. False when nothing was changed."""
    before = await setup.safe()
    if not await open_safe(setup, parent):
        return False
    now = await setup.safe()
    if before.kind is None and now.kind is not None:
        return True  # the choice has just been made
    return await answered(SafeDialog(setup, now, parent))
