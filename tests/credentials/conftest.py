"""A real safe of the system, started once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import IN_CI
from tests.credentials.system_safe import NoSecretService, SecretService


@pytest.fixture(scope="session")
def started_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """A Secret Service on a bus of its own."""
    service = SecretService(tmp_path_factory.mktemp("cofre"))
    try:
        service.start()
    except NoSecretService as reason:
        if IN_CI:
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(f"THE SYSTEM'S SAFE WAS NOT TESTED: {reason}")
    yield service
    service.stop()


@pytest.fixture
def secret_service(started_service: SecretService, monkeypatch: pytest.MonkeyPatch) -> SecretService:
    """The same, for a test that speaks to it."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", started_service.address)
    return started_service
