"""Setting a computer up: entering a shop on a server, over a line that proves who it is, with no password in clear."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import shutil
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from sqlalchemy import make_url

from tests import books
from tests.books import NOON, ask_sql, in_books
from tests.conftest import MemoryKeyring
from tests.postgres import EXISTING_SERVER, PostgresServer
from tests.waiting import until
from varejoforte_desktop.app.station_setup import ThisComputer
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.station_setup import JoinRefused, SafeKind, SafeNeed
from varejoforte_desktop.credentials.safe import FILE_NAME, Safe
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.settings import Settings, load
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, answered
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.setup.join import JoinDialog
from varejoforte_desktop.ui.setup.safe import SafeDialog, UnlockDialog, open_safe
from varejoforte_desktop.ui.setup.station import set_up
from varejoforte_desktop.ui.setup.words import found_lines, refused_words, server_facts, shown_books

PHRASE = "cavalo bateria grampo"

# Fixtures that are told elsewhere.
founded_postgres = books.founded_postgres
swept_postgres = books.swept_postgres
postgres_shop = books.postgres_shop
own_postgres_shop = books.own_postgres_shop


class Computer:
    """A computer that was not set up yet; `ring` None: it came without a safe."""

    def __init__(self, folder: Path, ring: MemoryKeyring | None) -> None:
        self.folder = folder
        self.config = folder / "estacao.toml"
        self.ring = ring
        self.setup = self.started()

    def started(self) -> ThisComputer:
        """The program starts, with whatever it was told before."""
        settings = load(data_dir=self.folder, environment={}, config_path=self.config)
        return ThisComputer(settings, self._safe(settings))

    def _safe(self, settings: Settings) -> Safe:
        from varejoforte_desktop.settings import write_station

        return Safe(
            self.folder,
            settings.secrets,
            find_keyring=lambda: self.ring,
            remember=lambda kind: write_station(self.config, secrets=kind),
        )

    def files(self) -> str:
        """Everything that is written on its disk, as text."""
        read = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        return b"\n".join(read).decode("utf-8", "replace")


@pytest.fixture
def computer(tmp_path: Path, memory_keyring: MemoryKeyring) -> Computer:
    """With a safe of its own."""
    return Computer(tmp_path, memory_keyring)


@pytest.fixture
def bare_computer(tmp_path: Path) -> Computer:
    """Without one."""
    return Computer(tmp_path, None)


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[[AskedDialog], None]]:
    """Opens windows and lets them go again."""
    windows: list[AskedDialog] = []

    def show(window: AskedDialog) -> None:
        windows.append(window)
        window.open()

    yield show
    for window in windows:
        with suppress(RuntimeError):  # gone already
            await window.aclose()


def fill(dialog: JoinDialog, url: str, **other: str) -> None:
    """Type an address into the form."""
    address = make_url(url)
    told = {
        "server": address.host or "",
        "port": str(address.port),
        "database": address.database or "",
        "user": address.username or "",
        "password": address.password or "",
        "station": "CAIXA-02",
    }
    for name, text in (told | other).items():
        editor = dialog.form.fields[name].editor
        assert isinstance(editor, QLineEdit)
        editor.setText(str(text))


async def tried(dialog: JoinDialog) -> str:
    """Press "Testar conexão" and give what was said."""
    dialog.test.click()
    await until(lambda: not dialog.tasks.busy)
    return dialog.banner.text if dialog.banner.isVisible() else results(dialog)


def results(dialog: JoinDialog) -> str:
    """What was found, line by line."""
    return "\n".join(label.text() for label in dialog.results.findChildren(QLabel) if label.text())


# -- what was found -----------------------------------------------------------------------------------------------


async def test_the_test_of_the_line_tells_what_it_found_and_changes_nothing(
    computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    said = await tried(dialog)
    assert "Loja “Casa das Panelas”" in said
    assert "A ligação não sai deste computador." in said
    assert "mesma versão" in said
    assert "O nome CAIXA-02 está livre." in said
    assert "um administrador entra primeiro nesta estação" in said
    assert dialog.isVisible()
    assert not computer.config.exists()
    assert computer.ring is not None
    assert computer.ring.secrets == {}


async def test_typing_on_takes_back_what_was_found(
    computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    await tried(dialog)
    assert dialog.results.isVisible()
    QTest.keyClicks(dialog.form.server, "x")
    assert not dialog.results.isVisible()


async def test_entering_keeps_the_password_in_the_safe_alone(
    computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop, station="Caixa da Frente")
    dialog.go.click()
    await until(lambda: not dialog.isVisible())
    assert dialog.found is not None
    assert dialog.found.shop_name == "Casa das Panelas"
    password = make_url(postgres_shop).password or "-"
    assert password not in computer.files()
    assert computer.ring is not None
    assert password in computer.ring.secrets.values()
    again = computer.started()
    assert again.now.configured
    assert again.now.name == "Caixa da Frente"
    ready = await asyncio.to_thread(again.ready)
    assert make_url(ready.database_url).password == password
    assert make_url(ready.database_url).database == make_url(postgres_shop).database


async def test_the_password_leaves_the_window_with_it(
    computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    password = dialog.form.password
    await dialog.aclose()
    assert password.text() == ""
    assert not password.isUndoAvailable()


# -- what is missing ----------------------------------------------------------------------------------------------


async def test_all_that_is_missing_is_said_at_once_and_nobody_is_asked(
    computer: Computer, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    dialog.form.station.clear()
    dialog.test.click()
    wrong = [name for name, field in dialog.form.fields.items() if field.error]
    assert wrong == ["server", "database", "user", "password", "station"]
    assert not dialog.saving
    dialog.form.port.setText("70000")
    dialog.test.click()
    assert dialog.form.fields["port"].error == "De 1 a 65535."


# -- what stands in the way ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"password": "errada"}, ("password", "não aceita esse usuário ou essa senha")),
        ({"user": "ninguem"}, ("password", "não aceita esse usuário ou essa senha")),
        ({"database": "nao_existe"}, ("database", "não tem um banco de dados com esse nome")),
        ({"database": "postgres"}, ("database", "nenhuma loja foi criada nele")),
        ({"port": "1"}, ("server", "não responde nessa porta")),
        # All addresses of this computer, and yet no address of it: as a server in the network would be.
        ({"server": "0.0.0.0"}, ("server", "não oferece uma ligação protegida")),  # noqa: S104 - asked, not bound
        ({"authority": "/nao/existe.crt"}, ("authority", "arquivo da autoridade")),
    ],
)
async def test_each_trouble_has_its_sentence_and_its_field(
    computer: Computer, postgres_shop: str, opened: Any, other: dict[str, str], told: tuple[str, str]
) -> None:
    field, words = told
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop, **other)
    assert words in await tried(dialog)
    assert [name for name, each in dialog.form.fields.items() if each.error] == [field]
    assert dialog.form.fields[field].editor.hasFocus() or not dialog.isActiveWindow()
    assert dialog.test.isVisible()
    assert not computer.config.exists()


@pytest.mark.parametrize(
    ("revision", "words"), [("0001", "versão mais antiga"), ("9999", "versão mais nova")]
)
async def test_a_shop_of_another_release_is_not_entered(
    computer: Computer, own_postgres_shop: str, opened: Any, revision: str, words: str
) -> None:
    ask_sql(own_postgres_shop, "UPDATE alembic_version SET version_num = :revision", revision=revision)
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, own_postgres_shop)
    dialog.go.click()
    await until(lambda: not dialog.tasks.busy)
    assert words in dialog.banner.text
    assert not computer.config.exists()


async def test_a_database_without_a_shop_is_not_entered(
    computer: Computer, own_postgres_shop: str, opened: Any
) -> None:
    ask_sql(own_postgres_shop, "SET session_replication_role = replica; DELETE FROM shop")
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, own_postgres_shop)
    assert "nenhuma loja foi criada nele" in await tried(dialog)


async def test_the_name_of_another_computer_is_not_taken(
    computer: Computer, postgres_shop: str, opened: Any
) -> None:
    record = StationRecord(
        name="CAIXA-02",
        joined_at=NOON,
        seen_at=NOON,
        version="0.4.0",
        public_key="de outro computador",
        sealed_key="",
        key_version=0,
    )
    with closing(Database(postgres_shop, ChangeFeed())) as books_there:
        in_books(books_there, lambda uow: uow.stations.save(record))
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    said = await tried(dialog)
    assert said.startswith("Outra estação da loja já se chama")
    assert "vista em 02/03 12:00" in said
    assert dialog.form.fields["station"].error
    fill(dialog, postgres_shop, station="CAIXA-03")
    assert "O nome CAIXA-03 está livre." in await tried(dialog)


async def test_a_server_that_nobody_knows_is_told_apart_from_one_that_is_silent(
    computer: Computer, postgres_shop: str, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop, server="servidor-que-nao-existe")
    monkeypatch.setattr(socket, "getaddrinfo", nobody)  # no name server is asked by a test
    assert "Não existe um servidor com esse nome" in await tried(dialog)
    assert dialog.form.fields["server"].error


async def test_waiting_for_a_silent_server_can_be_given_up(computer: Computer, opened: Any) -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dialog = JoinDialog(computer.setup)
        opened(dialog)
        fill(dialog, f"postgresql://loja:x@127.0.0.1:{silent.getsockname()[1]}/loja")
        dialog.test.click()
        await until(dialog.progress.isVisible)
        assert not dialog.form.server.isEnabled()
        assert not dialog.test.isVisible()
        QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
        await until(lambda: not dialog.tasks.busy)
    assert dialog.isVisible()
    assert dialog.test.isVisible()
    assert dialog.form.server.isEnabled()
    assert not dialog.banner.isVisible()


# -- a line that is protected -------------------------------------------------------------------------------------


class Authority:
    """Signs certificates, as whoever cares for a shop's server does."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(self._name, self._key.public_key(), authority=True)

    def _signed(
        self, name: x509.Name, public: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.Certificate:
        now = datetime.fromtimestamp(time.time(), UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            built = built.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        return built.sign(self._key, hashes.SHA256())

    def server(self) -> tuple[bytes, bytes]:
        """A key and a certificate for the server at 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "servidor")])
        certificate = self._signed(name, key.public_key(), authority=False)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private, certificate.public_bytes(serialization.Encoding.PEM)

    def file(self, path: Path) -> str:
        """What other computers are given to know it by."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Casa das Panelas")


@pytest.fixture(scope="module")
def protected_server(authority: Authority) -> Iterator[PostgresServer]:
    """A server of this file's own that offers TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(EXISTING_SERVER, raising=False)
        server = PostgresServer()
    server.start()
    assert server._folder is not None
    data = server._folder / "data"
    for name, content in zip(("server.key", "server.crt"), authority.server(), strict=True):
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        if server._identity:
            shutil.chown(data / name, server._identity["user"], server._identity["group"])
    url = server._url_of("postgres")
    ask_sql(url, "ALTER SYSTEM SET ssl = on")
    server.restart()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def protected_shop(protected_server: PostgresServer) -> str:
    """A founded shop on it."""
    url = protected_server.create_database()
    books._make_founded(url)
    return url


async def test_a_server_that_proves_who_it_is_is_entered(
    computer: Computer, protected_shop: str, authority: Authority, tmp_path: Path, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, protected_shop)
    dialog.form.set_authority(authority.file(tmp_path / "casa.crt"))
    assert "Ligação protegida: cifrada, e o servidor provou quem é." in await tried(dialog)
    dialog.go.click()
    await until(lambda: not dialog.isVisible())
    ready = await asyncio.to_thread(computer.started().ready)
    assert make_url(ready.database_url).query["sslmode"] == "verify-full"
    assert make_url(ready.database_url).query["sslrootcert"] == str(tmp_path / "casa.crt")


async def test_a_certificate_of_somebody_unknown_is_refused(
    computer: Computer, protected_shop: str, tmp_path: Path, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, protected_shop)
    dialog.form.set_authority(Authority("Outra").file(tmp_path / "outra.crt"))
    assert "não conhece quem assinou o certificado" in await tried(dialog)
    assert dialog.form.fields["authority"].error


async def test_a_certificate_of_another_server_is_refused(
    computer: Computer, protected_shop: str, authority: Authority, tmp_path: Path, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, protected_shop, server="localhost")
    dialog.form.set_authority(authority.file(tmp_path / "casa.crt"))
    assert "O certificado é de outro servidor" in await tried(dialog)
    assert dialog.form.fields["server"].error


async def test_the_systems_authorities_do_not_know_the_shops_own(
    computer: Computer, protected_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(computer.setup)
    opened(dialog)
    fill(dialog, protected_shop, server="0.0.0.0")  # noqa: S104 - asked, not bound
    assert "não conhece quem assinou o certificado" in await tried(dialog)


# -- a computer without a safe ------------------------------------------------------------------------------------


async def test_without_a_safe_somebody_chooses_before_anything_is_kept(
    bare_computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(bare_computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    dialog.go.click()
    choosing = await shown(dialog, SafeDialog)
    assert choosing.heading.text() == "Este computador não tem um cofre de senhas"
    assert list(choosing.choices) == [SafeKind.ASK, SafeKind.FILE]  # nothing in clear
    assert not bare_computer.config.exists()
    choosing.choices[SafeKind.FILE].setChecked(True)
    choosing.phrase.setText(PHRASE)
    choosing.again.setText(PHRASE)
    choosing.go.click()
    await until(lambda: not dialog.isVisible())
    assert dialog.found is not None
    password = make_url(postgres_shop).password or "-"
    assert (bare_computer.folder / FILE_NAME).exists()
    assert password not in bare_computer.files()
    assert PHRASE not in bare_computer.files()


async def test_going_back_from_the_choice_enters_nothing(
    bare_computer: Computer, postgres_shop: str, opened: Any
) -> None:
    dialog = JoinDialog(bare_computer.setup)
    opened(dialog)
    fill(dialog, postgres_shop)
    dialog.go.click()
    (await shown(dialog, SafeDialog)).back.click()
    await until(lambda: not dialog.tasks.busy)
    assert dialog.isVisible()
    assert dialog.found is None
    assert not bare_computer.config.exists()


async def test_a_phrase_is_long_enough_and_typed_twice_alike(bare_computer: Computer, opened: Any) -> None:
    dialog = SafeDialog(bare_computer.setup, await bare_computer.setup.safe())
    opened(dialog)
    dialog.choices[SafeKind.FILE].setChecked(True)
    assert dialog.phrase.isVisible()
    dialog.phrase.setText("curta")
    dialog.go.click()
    assert "pelo menos 12 letras" in dialog.phrase_field.error
    dialog.phrase.setText(PHRASE)
    dialog.again.setText(PHRASE.upper())
    dialog.go.click()
    assert dialog.again_field.error == "As duas frases são diferentes."
    assert (await bare_computer.setup.safe()).kind is None
    dialog.choices[SafeKind.ASK].setChecked(True)
    assert not dialog.phrase.isVisible()


async def test_a_file_safe_asks_for_its_phrase_at_the_next_start_and_says_when_it_is_wrong(
    bare_computer: Computer, postgres_shop: str, opened: Any
) -> None:
    await entered(bare_computer, postgres_shop, SafeKind.FILE)
    again = bare_computer.started()
    opening = asyncio.ensure_future(open_safe(again, None))
    dialog = await top(UnlockDialog)
    dialog.secret.setText("outra frase qualquer")
    dialog.go.click()
    await until(lambda: dialog.secret_field.error)
    assert "não abre o cofre desta estação" in dialog.secret_field.error
    dialog.secret.setText(PHRASE)
    dialog.go.click()
    assert await opening
    ready = await asyncio.to_thread(again.ready)
    assert make_url(ready.database_url).password == make_url(postgres_shop).password


async def test_where_nothing_is_kept_the_databases_password_is_asked_at_each_start(
    bare_computer: Computer, postgres_shop: str
) -> None:
    await entered(bare_computer, postgres_shop, SafeKind.ASK)
    password = make_url(postgres_shop).password or "-"
    assert password not in bare_computer.files()
    again = bare_computer.started()
    assert (await again.safe()).need is SafeNeed.PASSWORD
    opening = asyncio.ensure_future(open_safe(again, None))
    dialog = await top(UnlockDialog)
    assert dialog.heading.text() == "Senha do banco de dados"
    assert not dialog.forget.isVisible()
    dialog.secret.setText(password)
    dialog.go.click()
    assert await opening
    ready = await asyncio.to_thread(again.ready)
    assert make_url(ready.database_url).password == password


async def test_a_forgotten_phrase_begins_a_new_file_and_puts_the_old_one_aside(
    bare_computer: Computer, postgres_shop: str
) -> None:
    await entered(bare_computer, postgres_shop, SafeKind.FILE)
    again = bare_computer.started()
    opening = asyncio.ensure_future(open_safe(again, None))
    (await top(UnlockDialog)).forget.click()
    dialog = await top(SafeDialog)
    assert dialog.heading.text() == "Começar um cofre novo"
    dialog.choices[SafeKind.FILE].setChecked(True)
    for edit in (dialog.phrase, dialog.again):
        edit.setText("uma frase bem nova")
    dialog.go.click()
    assert await opening
    assert (bare_computer.folder / f"{FILE_NAME}.anterior").exists()
    assert (await again.safe()).need is SafeNeed.NOTHING


async def test_the_place_of_the_secrets_can_be_changed_later_and_they_move_along(
    bare_computer: Computer, postgres_shop: str, memory_keyring: MemoryKeyring
) -> None:
    await entered(bare_computer, postgres_shop, SafeKind.FILE)
    bare_computer.ring = memory_keyring  # somebody installed one
    again = bare_computer.started()
    await again.unlock(PHRASE)
    await asyncio.to_thread(again.ready)
    await again.choose_safe(SafeKind.KEYRING)
    assert make_url(postgres_shop).password in memory_keyring.secrets.values()
    third = bare_computer.started()
    assert (await third.safe()).kind is SafeKind.KEYRING
    ready = await asyncio.to_thread(third.ready)
    assert make_url(ready.database_url).password == make_url(postgres_shop).password


# -- the way from the door ----------------------------------------------------------------------------------------


async def test_the_door_offers_both_and_going_back_changes_nothing(computer: Computer) -> None:
    from PySide6.QtWidgets import QWidget

    door = QWidget()
    door.show()
    asked = asyncio.ensure_future(set_up(computer.setup, door))
    await until(lambda: door.findChild(QWidget, "station_dialog_join"))
    join = door.findChild(QWidget, "station_dialog_join")
    assert join is not None
    QTest.mouseClick(join, Qt.MouseButton.LeftButton)
    (await shown(door, JoinDialog)).back.click()
    assert await asked is None
    door.close()
    door.deleteLater()


async def shown(parent: Any, kind: type[Any]) -> Any:
    """The window of that kind that is open over this one."""
    return await until(lambda: next((each for each in parent.findChildren(kind) if each.isVisible()), None))


async def top(kind: type[Any]) -> Any:
    """The window of that kind that stands alone."""
    from PySide6.QtWidgets import QApplication

    return await until(
        lambda: next(
            (each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()),
            None,
        )
    )


async def entered(computer: Computer, url: str, kind: SafeKind) -> None:
    """The computer was set up before."""
    from varejoforte_desktop.application.station_setup import ShopAddress

    address = make_url(url)
    await computer.setup.choose_safe(kind, PHRASE if kind is SafeKind.FILE else "")
    told = ShopAddress(
        server=address.host or "",
        port=address.port or 0,
        database=address.database or "",
        user=address.username or "",
        password=address.password or "",
    )
    await computer.setup.keep(told, "CAIXA-02")


# -- words --------------------------------------------------------------------------------------------------------


def test_every_refusal_has_words_of_its_own_and_none_of_them_is_another_ones() -> None:
    told = re.findall(r"^ *(\w+(?:, \w+)*)  +\S", JoinRefused.__doc__ or "", re.MULTILINE)
    whys = {why for line in told for why in line.split(", ")}
    assert {"unknown_server", "no_line", "older", "newer", "name_taken"} <= whys
    said = {why: refused_words(why, {}) for why in whys}
    assert len(set(said.values())) == len(said)
    assert sentence(JoinRefused("no_line")).whole == " ".join(refused_words("no_line", {}))


def test_an_address_is_shown_as_people_say_it() -> None:
    assert shown_books("postgresql+psycopg://loja:***@servidor:5432/varejo") == "servidor · banco varejo"
    assert shown_books("postgresql://loja@10.0.0.2:5433/varejo") == "10.0.0.2:5433 · banco varejo"
    assert shown_books("sqlite:////home/ana/loja.db") == "/home/ana/loja.db"
    assert shown_books("servidor:5432/varejo") == "servidor:5432/varejo"
    assert server_facts("sqlite:///loja.db") is None
    facts = server_facts("postgresql://loja:***@servidor/varejo%20novo")
    assert facts is not None
    assert (facts.port, facts.database) == ("5432", "varejo novo")


def test_a_shop_with_one_station_is_told_in_the_singular() -> None:
    from varejoforte_desktop.application.station_setup import Line, ShopFound

    found = ShopFound(shop_name="Casa", line=Line.THIS_COMPUTER, stations=1, version="1")
    assert "Loja “Casa”, com 1 estação." in found_lines(found, "CAIXA-02")


async def test_answered_windows_are_gone(computer: Computer) -> None:
    """A window that was answered leaves nothing behind."""
    dialog = JoinDialog(computer.setup)
    waiting = asyncio.ensure_future(answered(dialog))
    await until(dialog.isVisible)
    dialog.back.click()
    assert not await waiting
