"""The owner's round of the tour: people, stations, a copy of the shop, the audit log, and the locked screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from varejoforte_desktop.demo.shop import PASSWORD

if TYPE_CHECKING:
    from varejoforte_desktop.demo.guide import Tour


async def mind_the_shop(tour: Tour) -> None:
    """Look after the shop as its owner does; the window ends unlocked."""
    hand = tour.hand
    await hand.click("nav_settings")
    for page, name, words in (
        ("people", "usuarios", "Quem trabalha na loja e o que cada perfil pode"),
        ("stations", "estacoes", "As estações da loja"),
    ):
        await hand.click(f"settings_go_{page}")
        await tour.settled(0.6)
        tour.snap("main_window", name, words)
    await _copy(tour)
    await hand.click("nav_audit")
    await tour.settled(0.8)
    tour.snap("main_window", "auditoria", "A trilha: quem fez o quê, antes e depois")
    await _lock(tour)


async def _copy(tour: Tour) -> None:
    hand = tour.hand
    await hand.click("settings_go_copies")
    await tour.settled(0.6)
    await hand.click("copy_now")
    await hand.until(
        lambda: hand.text("last_copy_age").startswith(("agora", "há", "Agora", "Há")),
        "for the copy to be proved",
        20.0,
    )
    await tour.settled(0.4)
    tour.snap("main_window", "copia", "Uma cópia de segurança, feita e conferida")


async def _lock(tour: Tour) -> None:
    hand = tour.hand
    await hand.choose("lock_action")
    await hand.until(lambda: hand.sees("lock_password"), "for the screen to be locked")
    await tour.settled(0.4)
    tour.snap("main_window", "bloqueada", "A tela bloqueada: nada atrás dela se lê")
    await hand.type_slowly("lock_password", PASSWORD)
    await hand.click("lock_enter")
    await hand.until(lambda: not hand.sees("lock_password"), "for the screen to open again")
