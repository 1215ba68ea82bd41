"""An authority with a clock that stands still, and a shop with a certificate."""

from __future__ import annotations

import pytest

from tests.simulator.sefaz.papers import CNPJ, Clock
from tests.simulator.sefaz.till import Till
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity, PracticeAuthority


@pytest.fixture(scope="session")
def practice() -> PracticeAuthority:
    return PracticeAuthority(Clock())


@pytest.fixture(scope="session")
def identity(practice: PracticeAuthority) -> Identity:
    return practice.company_identity(CNPJ, "LOJA DE TREINO")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock, practice: PracticeAuthority) -> SefazSimulator:
    return SefazSimulator(clock, authority=practice.certificate)


@pytest.fixture
def till(simulator: SefazSimulator, identity: Identity, clock: Clock) -> Till:
    return Till(simulator, identity, clock, CNPJ)
