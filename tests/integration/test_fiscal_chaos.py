"""The power fails at any moment and SEFAZ misbehaves: each sale ends with one valid note, each number is accounted for."""

from __future__ import annotations

from pathlib import Path

from tests.fiscal_chaos.story import Story


def test_a_till_that_loses_power_while_sefaz_misbehaves(sqlite_shop: str, tmp_path: Path) -> None:
    outcome = Story(sqlite_shop, tmp_path, seed=1, stations=["Balcão"], sales=20).run(lives=8)
    print(outcome)
    assert outcome.sales == 20


def test_four_tills_on_one_server_lose_power(postgres_shop: str, tmp_path: Path) -> None:
    stations = ["Balcão", "Caixa-2", "Caixa-3", "Caixa-4"]
    outcome = Story(postgres_shop, tmp_path, seed=3, stations=stations, sales=6).run(lives=4)
    print(outcome)
    assert outcome.sales == 24
