"""Configurações › Estações: the computers of the shop, taking one out, and changing the key they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.books import ask_sql
from tests.conftest import MemoryKeyring
from tests.gui.test_login import PASSWORD, computer, found, opened, settings_of
from tests.waiting import until
from varejoforte_desktop.app.program import services_of
from varejoforte_desktop.app.station import Station
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.people import change_operator, set_permission
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.credentials.key_desk import ShopKeyDesk
from varejoforte_desktop.domain.access_errors import StationRemoved
from varejoforte_desktop.domain.errors import ChangedMeanwhile
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.ui.preferences.stations import StationsPage
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.setup.safe import SafeDialog
from varejoforte_desktop.ui.setup.station_acts import ChangeKeyDialog, RemoveStationDialog
from varejoforte_desktop.ui.widgets.badge import Badge

OpenPage = Callable[..., Awaitable[StationsPage]]


class Shop:
    """Two computers of one shop; Carla founded it at the first and signed in at both."""

    def __init__(self, first: Station, second: Station, carla: Actor) -> None:
        self.first = first
        self.second = second
        self.carla = carla

    def services(self, **other: Any) -> Services:
        """What the screens of the first computer are handed."""
        keys = ShopKeyDesk(self.first.database, self.first.key, self.first.desk, station="CAIXA-01")
        return replace(services_of(self.first), **{"keys": keys} | other)


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(settings_of(tmp_path)) as first, opened(settings_of(tmp_path, "CAIXA-02")) as second:
        await found(first)
        carla = await first.desk.enter(login="carla", password=PASSWORD)
        await second.desk.enter(login="carla", password=PASSWORD)
        yield Shop(first, second, carla)


@pytest_asyncio.fixture
async def page_of(shop: Shop) -> AsyncIterator[OpenPage]:
    """Opens the page, filled from the books."""
    pages: list[StationsPage] = []

    async def open_page(actor: Actor | None = None, **other: Any) -> StationsPage:
        session = Session(services=shop.services(**other), actor=actor or shop.carla, shop_name="Casa Lume")
        page = StationsPage(session)
        pages.append(page)
        page.resize(760, 700)
        page.show()
        page.refresh()
        await until(lambda: page.states.currentWidget() is not page.states.skeleton)
        return page

    yield open_page
    for page in pages:
        await page.aclose()
        page.close()
        page.deleteLater()
    await asyncio.sleep(0)


def badges(page: StationsPage, place: int) -> list[str]:
    """How the computer in that place stands."""
    row = page.rows.findChild(QWidget, f"station_row_{place}")
    assert row is not None
    return [badge.text for badge in row.findChildren(Badge)]


def about(page: StationsPage, place: int) -> str:
    label = page.rows.findChild(QLabel, f"station_row_{place}_about")
    assert label is not None
    return label.text()


def button(page: QWidget, name: str) -> QPushButton:
    made = page.findChild(QPushButton, name)
    assert made is not None, name
    return made


async def over(page: StationsPage, kind: type[Any]) -> Any:
    """The window of that kind over the page."""
    return await until(lambda: next((each for each in page.findChildren(kind) if each.isVisible()), None))


def rows_of(shop: Shop) -> dict[str, Any]:
    return {row.name: row for row in shop.first.database.read_now(lambda reader: reader.people.stations())}


async def test_each_computer_is_shown_with_how_it_stands(shop: Shop, page_of: OpenPage) -> None:
    shop.first.database.run_now(
        lambda uow: uow.leadership.take(
            holder="h", station="CAIXA-02", operator="carla", at=uow.now, until=uow.now.replace(year=2999)
        )
    )
    page = await page_of()
    assert badges(page, 0) == ["Este computador", "Tem a chave"]
    assert badges(page, 1)[0] == "Tem a chave"
    assert about(page, 0).startswith("vista ")
    assert "na loja desde " in about(page, 1)
    assert page.rows.findChild(QPushButton, "station_row_0_remove") is None  # not under one's own feet
    assert button(page, "station_row_1_remove").accessibleName() == "Retirar CAIXA-02"


async def test_a_computer_without_the_key_waits_for_an_administrator(shop: Shop, page_of: OpenPage) -> None:
    ask_sql(shop.first.database.url, "UPDATE station SET sealed_key = '' WHERE name = 'CAIXA-02'")
    page = await page_of()
    assert badges(page, 1) == ["Espera um administrador"]


async def test_taking_a_computer_out_says_what_follows_and_then_offers_a_new_key(
    shop: Shop, page_of: OpenPage
) -> None:
    page = await page_of()
    done: list[str] = []
    page.done.connect(done.append)
    button(page, "station_row_1_remove").click()
    dialog = await over(page, RemoveStationDialog)
    told = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Ninguém mais entra em CAIXA-02" in told
    assert "Ela ainda conhece a chave da loja" in told
    assert dialog.back.hasFocus() or not dialog.isActiveWindow()
    dialog.go.click()
    await until(lambda: done)
    assert done == ["CAIXA-02 foi retirada da loja."]
    await until(lambda: badges(page, 1) == ["Retirada"])
    assert about(page, 1).startswith("retirada ")
    assert page.rows.findChild(QPushButton, "station_row_1_remove") is None
    assert page.removed.isVisible()
    assert "ainda conhece a chave da loja" in page.removed.text
    button(page, "stations_removed_button").click()
    await over(page, ChangeKeyDialog)


async def test_a_computer_that_was_taken_out_signs_nobody_in_but_an_administrator(
    shop: Shop, page_of: OpenPage
) -> None:
    page = await page_of()
    button(page, "station_row_1_remove").click()
    (await over(page, RemoveStationDialog)).go.click()
    await until(lambda: rows_of(shop)["CAIXA-02"].removed_at is not None)
    with pytest.raises(StationRemoved, match="CAIXA-02"):
        await shop.second.desk.enter(login="ana", password="senha-da-ana")
    await shop.second.desk.enter(login="carla", password=PASSWORD)
    page.refresh()
    await until(lambda: badges(page, 1) == ["Tem a chave"])


async def test_going_back_takes_nobody_out(shop: Shop, page_of: OpenPage) -> None:
    page = await page_of()
    button(page, "station_row_1_remove").click()
    dialog = await over(page, RemoveStationDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not page._acts.busy)
    assert rows_of(shop)["CAIXA-02"].removed_at is None
    assert not page.removed.isVisible()


async def test_the_key_is_changed_with_the_administrators_password(shop: Shop, page_of: OpenPage) -> None:
    page = await page_of()
    done: list[str] = []
    page.done.connect(done.append)
    before = shop.first.key.version
    button(page, "key_change_button").click()
    dialog = await over(page, ChangeKeyDialog)
    dialog.go.click()
    assert dialog.password_field.error == "Digite a sua senha."
    dialog.password.setText("errada-errada")
    dialog.go.click()
    await until(lambda: not dialog.tasks.busy)
    assert "não confere" in dialog.password_field.error
    assert shop.first.key.version == before
    dialog.password.setText(PASSWORD)
    dialog.go.click()
    await until(lambda: done)
    assert done == ["A chave da loja foi trocada."]
    assert shop.first.key.version == before + 1
    assert {name: row.has_key for name, row in rows_of(shop).items()} == {"CAIXA-01": True, "CAIXA-02": True}


async def test_a_shop_that_changed_meanwhile_is_told_as_such(shop: Shop, page_of: OpenPage) -> None:
    class Changed:
        async def change_key(self, password: str, *, by: Actor) -> None:
            raise ChangedMeanwhile("key", "1")

        async def refresh(self) -> bool:
            return True

    page = await page_of(keys=Changed())
    button(page, "key_change_button").click()
    dialog = await over(page, ChangeKeyDialog)
    dialog.password.setText(PASSWORD)
    dialog.go.click()
    await until(dialog.banner.isVisible)
    assert dialog.banner.text.startswith("A loja mudou enquanto a chave era trocada")
    assert dialog.isVisible()


async def test_who_may_not_sees_everything_and_why_he_may_not(shop: Shop, page_of: OpenPage) -> None:
    ana = await shop.first.desk.enter(login="ana", password="senha-da-ana")
    page = await page_of(ana)
    remove = button(page, "station_row_1_remove")
    assert not remove.isEnabled()
    assert (
        remove.toolTip()
        == page.refusal
        == "Seu perfil não pode incluir e retirar estações. Peça a um administrador."
    )
    assert not button(page, "key_change_button").isEnabled()
    label = page.findChild(QLabel, "key_change_refusal")
    assert label is not None
    assert label.text() == "Só um administrador troca a chave da loja."


async def test_a_manager_with_the_permission_takes_computers_out_but_does_not_change_the_key(
    shop: Shop, page_of: OpenPage
) -> None:
    run = shop.first.database.run
    await run(change_operator, 2, name="Ana", role=Role.GERENTE, active=True, by=shop.carla)
    await run(set_permission, Role.GERENTE, Permission.MANAGE_STATIONS, allowed=True, by=shop.carla)
    ana = await shop.first.desk.enter(login="ana", password="senha-da-ana")
    page = await page_of(ana)
    assert button(page, "station_row_1_remove").isEnabled()
    assert not button(page, "key_change_button").isEnabled()


async def test_books_out_of_reach_are_said_in_the_place_of_the_list(shop: Shop, page_of: OpenPage) -> None:
    class Gone:
        gone = True

        async def read(self, question: Any) -> Any:
            if self.gone:
                raise BooksUnreachable("x")
            return await shop.first.database.read(question)

    books = Gone()
    page = await page_of(backend=books)
    assert page.states.currentWidget() is page.states.failed
    books.gone = False
    button(page, "stations_list_error_button").click()
    await until(lambda: page.states.currentWidget() is page.states.full)


async def test_the_data_for_another_computer_are_copied_without_the_password(
    shop: Shop, page_of: OpenPage
) -> None:
    page = await page_of(books="postgresql+psycopg://loja:***@servidor:5432/varejo")
    page.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines() == [
        "Servidor: servidor",
        "Porta: 5432",
        "Banco de dados: varejo",
        "Usuário do banco: loja",
    ]
    on_file = await page_of()
    assert on_file.findChild(QPushButton, "line_copy") is None


async def test_where_this_computer_keeps_its_passwords_is_shown_and_changed(
    shop: Shop, page_of: OpenPage, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    setup = computer(settings_of(tmp_path / "outra"), memory_keyring)
    page = await page_of(setup=setup)
    label = page.findChild(QLabel, "safe_now")
    assert label is not None
    await until(lambda: label.text() == "Guardadas no cofre de senhas deste computador.")
    button(page, "safe_change_button").click()
    dialog = await over(page, SafeDialog)
    assert list(dialog.choices) == [SafeKind.KEYRING, SafeKind.ASK, SafeKind.FILE]
    dialog.choices[SafeKind.ASK].setChecked(True)
    dialog.go.click()
    await until(lambda: label.text() == "Não ficam guardadas: são pedidas a cada início.")
