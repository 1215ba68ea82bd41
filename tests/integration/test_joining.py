"""A computer enters a shop on a server: the line is proved, every refusal has its reason, and nothing is kept in clear."""

from __future__ import annotations

import datetime
import ipaddress
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url

from tests.books import HandClock, ask_sql
from tests.conftest import IN_CI, MemoryKeyring
from tests.postgres import NoPostgres, PostgresServer
from tests.stations import FAST_PASSWORDS
from varejoforte_desktop.app.joining import StationSetUp, address_of
from varejoforte_desktop.app.station import open_station
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.station_setup import (
    JoinRefused,
    Line,
    SafeKind,
    SafeNeed,
    SettingsNotKept,
    ShopAddress,
)
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.safe import FILE_NAME, Safe
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.access_errors import SafeClosed
from varejoforte_desktop.domain.errors import Missing, TooLong
from varejoforte_desktop.persistence.addresses import bare_address, password_of, with_password
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.settings import load

OWNERS = "senha-da-carla-77"
CANARY = "canario: do/banco@7"
PHRASE = "cavalo bateria grampo certo"
DAY = datetime.timedelta(days=1)


class Authority:
    """Somebody who signs servers' certificates."""

    def __init__(self, name: str, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._certificate(self._name, self._key, [], authority=True)
        self.path = folder / f"{name}.crt"
        self.path.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, names: list[Any], *, authority: bool = False
    ) -> x509.Certificate:
        today = datetime.datetime.fromtimestamp(time.time(), tz=datetime.UTC)
        maker = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - DAY)
            .not_valid_after(today + DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            maker = maker.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return maker.sign(self._key, hashes.SHA256())

    def sign(self, *names: Any) -> tuple[bytes, bytes]:
        """A certificate for a server of these names, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "servidor")])
        return (
            self._certificate(name, key, list(names)).public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )


class EncryptedServer(PostgresServer):
    """A server that offers an encrypted line, with the certificate it was last given."""

    def show(self, certificate: tuple[bytes, bytes]) -> None:
        """Prove who it is with this from now on."""
        assert self._folder is not None
        data = self._folder / "data"
        for name, content in zip(("server.crt", "server.key"), certificate, strict=True):
            (data / name).write_bytes(content)
            (data / name).chmod(0o600)
            if self._identity:
                shutil.chown(data / name, self._identity["user"], self._identity["group"])
        configuration = data / "postgresql.conf"
        if "ssl = on" not in configuration.read_text():
            with configuration.open("a") as file:
                file.write("\nssl = on\n")
            self.restart()
            return
        self._execute(psycopg.sql.SQL("SELECT pg_reload_conf()"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority("casa", tmp_path_factory.mktemp("autoridade"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[EncryptedServer]:
    server = EncryptedServer()
    try:
        server.start()
    except NoPostgres as reason:
        server.stop()
        if IN_CI:
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(f"POSTGRESQL WAS NOT TESTED: {reason}")
    if not server.private:
        pytest.skip("a server of one's own is needed to change its certificate")
    server.show(authority.sign(x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shop_url(server: EncryptedServer) -> str:
    """A founded shop whose first computer is CAIXA-1, for a user with a password that is easily found in a text."""
    url = server.create_database()
    prepare(url, may_upgrade=True, now=HandClock())
    database = Database(url, ChangeFeed(), clock=HandClock())
    try:
        desk = Desk(database, FAST_PASSWORDS, ShopKey(bare_address(url)), station="CAIXA-1")
        import asyncio

        asyncio.run(desk.found(shop_name="Casa Lume", login="carla", name="Carla", password=OWNERS))
    finally:
        database.close()
    ask_sql(url, f"CREATE ROLE loja LOGIN PASSWORD '{CANARY}'")
    ask_sql(url, "CREATE ROLE gerente_do_banco PASSWORD 'x'")
    ask_sql(url, "GRANT ALL ON ALL TABLES IN SCHEMA public TO loja")
    ask_sql(url, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO loja")
    return with_password(url.replace("//tests:", "//loja:", 1), CANARY)


def address(url: str, **changes: Any) -> ShopAddress:
    """The way there, as somebody types it."""
    parts = make_url(url)
    facts: dict[str, Any] = {
        "server": parts.host,
        "port": parts.port,
        "database": parts.database,
        "user": parts.username,
        "password": parts.password,
    }
    return ShopAddress(**(facts | changes))


@pytest.fixture
def system() -> MemoryKeyring:
    """The safe that came with the computer."""
    return MemoryKeyring()


def written(folder: Path) -> dict[str, str]:
    """Every file below a folder, as text."""
    return {path.name: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def setup(tmp_path: Path, system: MemoryKeyring) -> StationSetUp:
    """A computer that has a safe and was told nothing yet."""
    settings = load(data_dir=tmp_path / "dados", config_path=tmp_path / "estacao.toml", environment={})
    return StationSetUp(settings, Safe(tmp_path / "dados", find_keyring=lambda: system))


async def refused(setup: StationSetUp, there: ShopAddress, station: str = "CAIXA-2") -> str:
    with pytest.raises(JoinRefused) as refusal:
        await setup.attempt(there, station)
    assert CANARY not in repr(refusal.value)
    return refusal.value.why


async def test_what_is_there_is_told_before_anything_is_kept(
    setup: StationSetUp, shop_url: str, tmp_path: Path
) -> None:
    found = await setup.attempt(address(shop_url), "CAIXA-2")
    assert (found.shop_name, found.stations, found.version) == ("Casa Lume", 1, "0.1.0")
    assert ask_sql(shop_url, "SELECT name FROM station") == [("CAIXA-1",)]
    assert written(tmp_path) == {}


async def test_with_its_authority_the_server_proves_who_it_is(
    setup: StationSetUp, shop_url: str, authority: Authority
) -> None:
    found = await setup.attempt(address(shop_url, authority=authority.path), "CAIXA-2")
    assert found.line is Line.PROTECTED


async def test_a_server_that_cannot_prove_who_it_is_is_refused(
    setup: StationSetUp, server: EncryptedServer, shop_url: str, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority("estranha", tmp_path)
    there = address(shop_url, authority=authority.path)
    assert await refused(setup, address(shop_url, authority=stranger.path)) == "untrusted"
    assert await refused(setup, address(shop_url, authority=tmp_path / "falta.crt")) == "no_authority"
    (tmp_path / "texto.crt").write_text("isto não é um certificado")
    assert await refused(setup, address(shop_url, authority=tmp_path / "texto.crt")) == "no_authority"
    try:
        server.show(authority.sign(x509.DNSName("outro.example")))
        assert await refused(setup, there) == "other_server"
    finally:
        server.show(authority.sign(x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
    assert (await setup.attempt(there, "CAIXA-2")).line is Line.PROTECTED


async def test_a_server_without_an_encrypted_line_is_refused_where_one_is_asked_for(
    setup: StationSetUp, postgres_url: str, authority: Authority
) -> None:
    assert await refused(setup, address(postgres_url, authority=authority.path)) == "no_line"


async def test_every_way_of_not_getting_in_has_its_reason(
    setup: StationSetUp, server: EncryptedServer, shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await refused(setup, address(shop_url, port=1)) == "unreachable"
    assert await refused(setup, address(shop_url, password="outra")) == "wrong_password"
    assert await refused(setup, address(shop_url, user="ninguem")) == "wrong_password"
    assert await refused(setup, address(shop_url, database="nenhum")) == "no_database"
    assert await refused(setup, address(shop_url, user="gerente_do_banco", password="x")) == "not_let_in"

    def nobody(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert await refused(setup, address(shop_url)) == "unknown_server"


async def test_a_server_that_speaks_another_language_is_asked_further(
    setup: StationSetUp, shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What servers say is known in two languages; with none of them it is still found out."""
    monkeypatch.setattr("varejoforte_desktop.persistence.visit._OF_THE_SERVER", ())
    assert await refused(setup, address(shop_url, database="nenhum")) == "no_database"
    assert await refused(setup, address(shop_url, password="outra")) == "not_let_in"


async def test_only_a_shop_of_this_release_is_entered(
    setup: StationSetUp, server: EncryptedServer, shop_url: str
) -> None:
    empty = server.create_database()
    assert await refused(setup, address(empty)) == "not_a_shop"
    ask_sql(empty, "CREATE TABLE clientes (nome TEXT)")
    assert await refused(setup, address(empty)) == "not_a_shop"
    unfounded = server.create_database()
    prepare(unfounded, may_upgrade=True, now=HandClock())
    assert await refused(setup, address(unfounded)) == "not_a_shop"
    copy = server.create_database(template=shop_url)
    for revision, why in (("9999", "newer"), ("0003", "older")):
        ask_sql(copy, "UPDATE alembic_version SET version_num = :step", step=revision)
        with pytest.raises(JoinRefused) as refusal:
            await setup.attempt(address(copy), "CAIXA-2")
        assert (refusal.value.why, refusal.value.facts) == (why, {"version": "0.1.0"})


async def test_a_name_that_another_computer_has_is_refused(setup: StationSetUp, shop_url: str) -> None:
    with pytest.raises(JoinRefused) as refusal:
        await setup.attempt(address(shop_url), " CAIXA-1 ")
    assert refusal.value.why == "name_taken"
    assert datetime.datetime.fromisoformat(refusal.value.facts["seen"]) == HandClock().now
    for name, error in (("  ", Missing), ("x" * 41, TooLong)):
        with pytest.raises(error):
            await setup.attempt(address(shop_url), name)


async def test_a_computer_enters_is_let_in_by_an_administrator_and_finds_its_way_at_the_next_start(
    setup: StationSetUp, shop_url: str, authority: Authority, tmp_path: Path
) -> None:
    there = address(shop_url, authority=authority.path)
    await setup.attempt(there, "CAIXA-2")
    await setup.keep(there, "CAIXA-2")
    assert (setup.now.configured, setup.now.name, CANARY in setup.now.books) == (True, "CAIXA-2", False)
    told = written(tmp_path)["estacao.toml"]
    assert "canario" not in told
    assert "sslmode=verify-full" in told

    later = load(data_dir=tmp_path / "dados", config_path=tmp_path / "estacao.toml", environment={})
    again = StationSetUp(later, setup.safe_place)
    ready = again.ready()
    assert password_of(ready.database_url) == CANARY
    station = open_station(ready, safe=setup.safe_place)
    try:
        await station.desk.enter(login="carla", password=OWNERS)
        assert station.key.present
        rows = {row.name: row.has_key for row in station.database.read_now(lambda r: r.people.stations())}
        assert rows["CAIXA-2"] is True
    finally:
        await station.close()
    # Its own name is no other computer's.
    assert (await again.attempt(there, "CAIXA-2")).stations == 2
    ask_sql(shop_url, "DELETE FROM station WHERE name = 'CAIXA-2'")


async def test_what_cannot_be_remembered_is_not_half_remembered(
    shop_url: str, tmp_path: Path, system: MemoryKeyring
) -> None:
    (tmp_path / "conf").write_text("um arquivo onde deveria estar a pasta")
    settings = load(data_dir=tmp_path, config_path=tmp_path / "conf" / "estacao.toml", environment={})
    setup = StationSetUp(settings, Safe(tmp_path, find_keyring=lambda: system))
    with pytest.raises(SettingsNotKept):
        await setup.keep(address(shop_url), "CAIXA-2")
    assert system.secrets == {}
    assert setup.settings == settings


async def test_without_a_safe_nothing_is_kept_until_somebody_chose(shop_url: str, tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "dados", config_path=tmp_path / "estacao.toml", environment={})
    setup = StationSetUp(settings, Safe(tmp_path / "dados", find_keyring=lambda: None))
    assert (await setup.safe()).need is SafeNeed.CHOICE
    with pytest.raises(SafeClosed) as closed:
        await setup.keep(address(shop_url), "CAIXA-2")
    assert closed.value.why == "none"
    assert written(tmp_path) == {}
    await setup.choose_safe(SafeKind.FILE, PHRASE)
    await setup.keep(address(shop_url), "CAIXA-2")
    assert (await setup.safe()).need is SafeNeed.NOTHING
    assert written(tmp_path).keys() == {"estacao.toml", FILE_NAME}
    assert "canario" not in str(written(tmp_path))

    later = StationSetUp(setup.settings, Safe(tmp_path / "dados", SafeKind.FILE))
    assert (await later.safe()).need is SafeNeed.PASSPHRASE
    with pytest.raises(SafeClosed):
        later.ready()
    await later.unlock(PHRASE)
    assert password_of(later.ready().database_url) == CANARY


async def test_whoever_wants_to_be_asked_is_asked_at_each_start(shop_url: str, tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "dados", config_path=tmp_path / "estacao.toml", environment={})
    setup = StationSetUp(settings, Safe(tmp_path / "dados", SafeKind.ASK))
    await setup.keep(address(shop_url), "CAIXA-2")
    assert password_of(setup.ready().database_url) == CANARY

    later = StationSetUp(setup.settings, Safe(tmp_path / "dados", SafeKind.ASK))
    assert (await later.safe()).need is SafeNeed.PASSWORD
    with pytest.raises(SafeClosed):
        later.ready()
    await later.give_password(CANARY)
    assert (await later.safe()).need is SafeNeed.NOTHING
    assert password_of(later.ready().database_url) == CANARY
    assert "canario" not in str(written(tmp_path))


def test_an_address_is_put_together_so_that_no_sign_in_it_does_harm() -> None:
    there = ShopAddress(server="::1", database="casa nova/1", user="a@b", password="s:/?#@ç")
    parts = make_url(address_of(there))
    assert (parts.host, parts.port, parts.database, parts.username, parts.password) == (
        "::1",
        5432,
        "casa nova/1",
        "a@b",
        "s:/?#@ç",
    )
    assert "sslmode=verify-full" in address_of(
        ShopAddress(server="servidor", database="x", user="y", password="z")
    )
