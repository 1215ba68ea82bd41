"""The paper half of the guided tour: the notes of the day, a DANFE, a purchase that comes in, and the fiscal check-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.screens.purchases import PurchasesScreen

if TYPE_CHECKING:
    from varejoforte_desktop.demo.guide import Tour

_WITHIN: Final = 60.0


async def show_papers(tour: Tour) -> None:
    """Look at what was issued, take in what was bought, and check that all is in order."""
    await _notes(tour)
    await _purchase(tour)
    await _check_up(tour)


async def _notes(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_notes")
    await hand.choose_row("note_table", "NF-e")
    await tour.settled(1.0)
    tour.snap("main_window", "notas", "Notas fiscais: a do pedido, as do balcão e o que houve com cada uma")
    await hand.click("note_view")
    await hand.wait_for("paper_preview", QWidget)
    await tour.settled(2.5)
    tour.snap("paper_preview", "danfe", "O DANFE da NF-e, antes de imprimir")
    await hand.press(Qt.Key.Key_Escape, "paper_preview")
    await hand.until(lambda: not hand.sees("paper_preview"), "for the preview to close")


async def _purchase(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_purchases")
    screen = await hand.wait_for("purchases_screen", PurchasesScreen)
    screen.open_file(resource("demo/nota-de-compra.xml"))
    await hand.wait_for("purchase_lines", QWidget)
    await tour.settled(1.0)
    tour.snap(
        "main_window", "entrada-por-xml", "A nota de compra: custo, preço sugerido e o que muda na loja"
    )
    await hand.click("purchase_back")


async def _check_up(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("nav_settings")
    await hand.click("settings_go_fiscal")
    await hand.wait_for("fiscal_page", QWidget)
    await tour.settled(0.8)
    await hand.click("check_again")
    await hand.until(hand.find("check_again", QPushButton).isEnabled, "for the check-up to end", _WITHIN)
    await tour.settled(1.0)
    tour.snap("main_window", "check-up-fiscal", "Pronto para homologação? Ponto por ponto")
