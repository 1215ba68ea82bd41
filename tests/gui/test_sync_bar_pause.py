"""Switched off for a while the sending comes back by itself, and a time without anybody sending is told once."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.books import NOON, HandClock
from tests.builders import a_connection, keep, lead_of
from tests.order_builders import a_line, an_order
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.app.program import services_of
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_inbox import note_order
from varejoforte_desktop.application.order_questions import OrderCounters
from varejoforte_desktop.application.sale_questions import SyncGap
from varejoforte_desktop.application.sign_in import Founding, admit, found_shop
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.orders_badge import badge_story, badge_words, waits_too_long
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.sync_bar import SyncBar, flag_key
from varejoforte_desktop.ui.sync_pause import pause_key
from varejoforte_desktop.ui.sync_words import gap_words, phrase, waiting

# The offscreen platform has no keyboard to give to a menu.
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)


class Seconds:
    """A count of seconds that stands still until a test moves it on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Place:
    """A station on clocks of the test's own, and the bar of whoever is signed in."""

    def __init__(self, station: Station, clock: HandClock) -> None:
        self.station = station
        self.clock = clock
        self.seconds = Seconds()
        self.bar: SyncBar = None  # type: ignore[assignment]
        self.actor: Actor = station.database.run_now(admit, "ana", station="CAIXA-01")

    async def sign_in(self) -> SyncBar:
        """Somebody comes in: the bar as the front makes it."""
        services = replace(
            services_of(self.station), clock=self.clock, monotonic=self.seconds, shortcuts=ShortcutRegistry()
        )
        session = Session(services=services, actor=self.actor, shop_name="Casa Lume")
        self.bar = SyncBar(session)
        self.bar.resize(1180, self.bar.sizeHint().height())
        self.bar.show()
        self.bar.activateWindow()
        self.bar.remember_flag()
        await until(lambda: self.bar._facts is not None)
        return self.bar

    async def sign_out(self) -> None:
        """And goes again: as the front does it, the window is off first and the loop stops."""
        self.bar.setEnabled(False)
        await self.station.sync.stop()
        await self.bar.aclose()
        self.bar.close()
        self.bar.deleteLater()

    def pass_time(self, **delta: float) -> None:
        """Both clocks go on."""
        length = timedelta(**delta)
        self.clock.now += length
        self.seconds.now += length.total_seconds()

    @property
    def sending(self) -> bool:
        """Whether the loop runs."""
        return self.station.sync.status.phase is not SyncPhase.OFF

    @property
    def state(self) -> str:
        """The phrase of the bar."""
        return self.bar.state.text()


@pytest.fixture
def shop_folder(qapp: Any, tmp_path: Path) -> Path:
    """Where a shop can be founded, with Qt running."""
    return tmp_path


@asynccontextmanager
async def open_place(folder: Path) -> AsyncIterator[Place]:
    """A founded shop without a store, and Ana signed in with the flag on."""
    clock = HandClock()
    settings = Settings(
        data_dir=folder, database_url=f"sqlite:///{folder / 'loja.db'}", station="CAIXA-01", demo=True
    )
    station = await asyncio.to_thread(lambda: open_station(settings, clock=clock))
    station.desk = Desk(station.database, FAST_PASSWORDS, station.key, station="CAIXA-01")
    founding = Founding(
        shop_name="Casa Lume", login="ana", name="Ana Souza", password_hash="x", wrapped_key=""
    )
    station.database.run_now(found_shop, founding)
    made = Place(station, clock)
    try:
        bar = await made.sign_in()
        bar.flag.setChecked(True)
        await until(lambda: made.sending)
        yield made
    finally:
        await made.sign_out()
        await station.close()


def at_the_bar(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """Open the place inside the test: between a fixture and its test Qt turns while the loop of the tasks stands."""

    @functools.wraps(test)
    async def run(shop_folder: Path, **given: Any) -> None:
        async with open_place(shop_folder) as place:
            await test(place, **given)

    signature = inspect.signature(test)
    others = [each for each in signature.parameters.values() if each.name != "place"]
    own = inspect.Parameter("shop_folder", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    run.__signature__ = signature.replace(parameters=[own, *others])  # type: ignore[attr-defined]
    return run


async def pause(place: Place, minutes: int) -> None:
    """Switch off for so long, as a person does with the mouse."""
    flag = place.bar.flag
    QTest.mouseClick(flag, Qt.MouseButton.LeftButton, pos=flag.rect().topLeft() + flag.rect().center() * 0)
    if flag.isChecked():  # the box answers on its mark
        flag.click()
    await until(flag.menu.isVisible)
    action = next(a for a in flag.menu.actions() if a.objectName() == f"sync_pause_{minutes}")
    action.trigger()
    flag.menu.close()
    await until(lambda: not place.sending)


def remembered(place: Place) -> tuple[Any, Any]:
    preferences = place.station.preferences
    return preferences.get(flag_key("ana")), preferences.get(pause_key("ana"))


# --- for how long ---------------------------------------------------------------------------------------------------


@at_the_bar
async def test_switching_off_asks_for_how_long_and_is_off_at_once(place: Place) -> None:
    flag = place.bar.flag
    flag.setFocus()
    QTest.keyClick(flag, Qt.Key.Key_Space)
    assert not flag.isChecked()
    await until(flag.menu.isVisible)
    words = [action.text() for action in flag.menu.actions() if action.text()]
    assert words == ["Desligar por quanto tempo?", "Por 15 min", "Por 30 min", "Por 1 h", "Até eu ligar"]
    assert flag.menu.y() >= flag.mapToGlobal(flag.rect().bottomLeft()).y()
    await until(lambda: not place.sending)
    QTest.keyClick(flag.menu, Qt.Key.Key_Down)
    QTest.keyClick(flag.menu, Qt.Key.Key_Return)
    assert not flag.menu.isVisible()
    await until(lambda: place.state == "Pausada · volta em 30:00")


@pytest.mark.parametrize(("minutes", "shown"), [(15, "15:00"), (30, "30:00"), (60, "60:00")])
@at_the_bar
async def test_it_comes_back_exactly_then(place: Place, minutes: int, shown: str) -> None:
    await pause(place, minutes)
    assert place.state == f"Pausada · volta em {shown}"
    place.pass_time(minutes=minutes, seconds=-0.25)
    place.bar._each_second()
    assert place.state == "Pausada · volta em 0:01"
    assert not place.bar.flag.isChecked()
    place.pass_time(seconds=0.25)
    place.bar._each_second()
    assert place.bar.flag.isChecked()
    await until(lambda: place.sending)
    assert remembered(place) == (True, None)


@at_the_bar
async def test_the_timer_itself_ends_a_pause(place: Place) -> None:
    await pause(place, 15)
    place.pass_time(minutes=15, seconds=-0.05)
    place.bar._tick.stop()
    place.bar.flag.pause.check()
    place.pass_time(seconds=0.05)
    await until(lambda: place.sending, 1)


@pytest.mark.parametrize("how", ["esc", "open"])
@at_the_bar
async def test_until_i_switch_it_on_means_that(place: Place, how: str) -> None:
    flag = place.bar.flag
    flag.click()
    await until(flag.menu.isVisible)
    if how == "esc":
        QTest.keyClick(flag.menu, Qt.Key.Key_Escape)
    else:
        next(a for a in flag.menu.actions() if a.objectName() == "sync_pause_open").trigger()
        flag.menu.close()
    await until(lambda: place.state == "Desligada")
    place.pass_time(hours=5)
    place.bar._each_second()
    assert not flag.isChecked()
    assert remembered(place) == (False, None)


@at_the_bar
async def test_switching_on_by_hand_ends_the_pause(place: Place) -> None:
    await pause(place, 60)
    place.bar.flag.click()
    await until(lambda: place.sending)
    assert remembered(place) == (True, None)
    place.bar.flag.click()
    place.bar.flag.menu.close()
    place.pass_time(hours=2)
    place.bar._each_second()
    assert not place.bar.flag.isChecked(), "the pause of before is over"


@at_the_bar
async def test_a_program_that_switches_it_off_asks_nobody(place: Place) -> None:
    place.bar.flag.setChecked(False)
    await until(lambda: not place.sending)
    assert not place.bar.flag.menu.isVisible()


@at_the_bar
async def test_leaving_right_after_switching_on_leaves_no_loop_behind(place: Place) -> None:
    await off(place)
    place.bar.flag.setChecked(True)
    await place.sign_out()
    await asyncio.sleep(0.05)
    assert not place.sending
    await place.sign_in()


@at_the_bar
async def test_clicking_in_anger_leaves_one_loop_or_none(place: Place) -> None:
    for _ in range(15):
        place.bar.flag.click()
        await asyncio.sleep(0.003)
    place.bar.flag.setChecked(True)
    await until(lambda: place.sending)
    assert len([task for task in asyncio.all_tasks() if task.get_name() == "sync"]) == 1
    assert not place.bar.flag.menu.isVisible()


# --- restarts and clocks --------------------------------------------------------------------------------------------


@at_the_bar
async def test_a_pause_goes_on_after_signing_out_and_in(place: Place) -> None:
    await pause(place, 30)
    place.pass_time(minutes=10)
    await place.sign_out()
    place.pass_time(minutes=5)
    bar = await place.sign_in()
    assert place.state == "Pausada · volta em 15:00"
    assert not bar.flag.isChecked()
    place.pass_time(minutes=15)
    bar._each_second()
    await until(lambda: place.sending)


@at_the_bar
async def test_a_pause_that_ended_meanwhile_ends_at_the_next_login(place: Place) -> None:
    await pause(place, 15)
    await place.sign_out()
    place.pass_time(hours=14)
    place.seconds.now = 3.0  # the computer was started anew
    bar = await place.sign_in()
    assert bar.flag.isChecked()
    await until(lambda: place.sending)
    assert remembered(place) == (True, None)


@at_the_bar
async def test_a_clock_that_is_set_back_makes_no_pause_longer(place: Place) -> None:
    await pause(place, 15)
    place.clock.now -= timedelta(days=2)
    place.seconds.now += 15 * 60
    place.bar._each_second()
    assert place.bar.flag.isChecked(), "the other clock knows"
    await until(lambda: place.sending)
    await pause(place, 60)
    await place.sign_out()
    place.clock.now -= timedelta(days=2)
    await place.sign_in()
    assert place.state == "Pausada · volta em 60:00"


@at_the_bar
async def test_a_computer_that_slept_comes_back(place: Place) -> None:
    await pause(place, 15)
    place.clock.now += timedelta(minutes=15)  # the count of seconds stood still
    place.bar._each_second()
    await until(lambda: place.sending)


@pytest.mark.parametrize("nonsense", ["amanhã", "2026-03-02T12:00:00", 7])
@at_the_bar
async def test_nonsense_among_the_preferences_is_no_pause(place: Place, nonsense: object) -> None:
    place.bar.flag.setChecked(False)
    await place.sign_out()
    place.station.preferences.put(pause_key("ana"), nonsense)
    bar = await place.sign_in()
    assert not bar.flag.isChecked()
    assert bar.flag.pause.left is None


# --- the gap --------------------------------------------------------------------------------------------------------


def stopped_sending(place: Place) -> datetime:
    """A station led and has handed over."""
    lead = lead_of(place.station.database, "caixa-2")

    def release(uow: Any) -> None:
        uow.leadership.release(holder=lead.holder, epoch=lead.epoch, at=uow.now)

    place.station.database.run_now(release)
    return place.clock.now


async def off(place: Place) -> None:
    place.bar.flag.setChecked(False)
    await until(lambda: not place.sending)


def some_work(place: Place) -> None:
    """Three lines for the queue (one product), and an order."""
    kept = keep(place.station.database, by=place.actor)
    place.station.database.run_now(note_order, an_order(a_line(kept)), "digest")


@at_the_bar
async def test_switched_off_the_bar_tells_what_waits_and_for_how_long(place: Place) -> None:
    await off(place)
    stopped_sending(place)
    some_work(place)
    place.pass_time(hours=2, minutes=13)
    await until(lambda: place.state == "Desligada · 3 itens e 1 pedido aguardam há 2 h 13 min")
    assert place.bar.banner.isVisible()
    assert place.bar.banner.text == "A sincronização está desligada: 3 itens e 1 pedido aguardam."


@at_the_bar
async def test_what_waited_before_the_gap_is_not_blamed_on_it(place: Place) -> None:
    await off(place)
    some_work(place)
    place.pass_time(hours=5)
    stopped_sending(place)
    place.pass_time(minutes=20)
    place.bar._on_change(frozenset({Topic.LEADER}))
    await until(lambda: place.state == "Desligada · 3 itens e 1 pedido aguardam há 20 min")


@at_the_bar
async def test_a_long_gap_is_reported_once_when_somebody_switches_on(place: Place) -> None:
    await off(place)
    stopped_sending(place)
    some_work(place)
    place.pass_time(hours=2, minutes=13)
    place.bar.flag.setChecked(True)
    await until(place.bar.gap_banner.isVisible)
    assert place.bar.gap_banner.text == (
        "Ficou 2 h 13 min sem ninguém sincronizando: 3 itens e 1 pedido aguardam."
    )
    place.bar._told.timeout.emit()
    assert not place.bar.gap_banner.isVisible()
    await off(place)
    place.bar.flag.setChecked(True)
    await until(lambda: place.sending)
    await asyncio.sleep(0.05)
    assert not place.bar.gap_banner.isVisible(), "told once"


@at_the_bar
async def test_a_night_without_anybody_is_reported_at_the_first_login(place: Place) -> None:
    await place.sign_out()
    stopped_sending(place)
    place.pass_time(hours=14)
    bar = await place.sign_in()
    await until(bar.gap_banner.isVisible)
    assert bar.gap_banner.text == "Ficou 14 h sem ninguém sincronizando; nada ficou esperando."


@at_the_bar
async def test_a_short_gap_is_not_worth_a_word(place: Place) -> None:
    await off(place)
    stopped_sending(place)
    place.pass_time(minutes=9, seconds=59)
    place.bar.flag.setChecked(True)
    await until(lambda: place.sending)
    await asyncio.sleep(0.05)
    assert not place.bar.gap_banner.isVisible()


@at_the_bar
async def test_another_station_that_sends_is_named(place: Place) -> None:
    await off(place)
    some_work(place)
    lead_of(place.station.database, "caixa-2", seconds=3600)
    place.bar._on_change(frozenset({Topic.LEADER}))
    await until(lambda: place.state == "Desligada aqui · Caixa-2 está sincronizando")
    assert not place.bar.banner.isVisible()


@at_the_bar
async def test_a_pause_is_no_alarm(place: Place) -> None:
    some_work(place)
    await pause(place, 15)
    await asyncio.sleep(0.05)
    assert not place.bar.banner.isVisible()


def test_how_it_is_said() -> None:
    assert waiting(48, 3) == "48 itens e 3 pedidos aguardam"
    assert waiting(0, 1) == "1 pedido aguarda"
    assert waiting(1, 0) == "1 item aguarda"
    assert waiting(0, 0) == ""
    gap = SyncGap(since=NOON, pending=48, orders=3)
    later = NOON + timedelta(hours=2, minutes=13)
    assert gap_words(gap, later) == (
        "Ficou 2 h 13 min sem ninguém sincronizando: 48 itens e 3 pedidos aguardam"
    )
    paused = phrase(SyncStatus(), 0.0, 48, orders=3, pause_left=899.0)
    assert (paused.text, paused.tone) == ("Pausada · volta em 14:59", Tone.INFO)
    off_phrase = phrase(SyncStatus(), 0.0, 48, orders=3, now=later, oldest_since=NOON)
    assert off_phrase.text == "Desligada · 48 itens e 3 pedidos aguardam há 2 h 13 min"


# --- the orders -----------------------------------------------------------------------------------------------------


def counters(**changes: Any) -> OrderCounters:
    facts: dict[str, Any] = {
        "new": 3,
        "imported": 0,
        "blocked": 0,
        "oldest_at": NOON,
        "at_risk": 0,
        "unread": 0,
        "looked_at": NOON,
        "alarm_minutes": 60,
    }
    return OrderCounters(**facts | changes)


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The speaker of the computer, which no test hears."""
    heard: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append(1))
    return heard


@at_the_bar
async def test_without_a_store_there_is_no_badge_and_with_one_it_counts(
    place: Place, beeps: list[int]
) -> None:
    badge = place.bar.orders
    assert not badge.isVisible()
    place.station.database.run_now(lambda uow: uow.connections.save(a_connection(uow.now)))
    place.bar._on_change(frozenset({Topic.CONNECTION}))
    await until(badge.isVisible)
    assert badge.text() == "Pedidos"
    kept = keep(place.station.database, by=place.actor, on_hand=5)
    order = an_order(a_line(kept), placed_at=place.clock.now)
    await place.station.database.run(note_order, order, "digest")
    await until(lambda: badge.text() == "Pedidos 1 novo")
    assert not badge.warned
    assert beeps == []
    asked: list[int] = []
    place.bar.orders_requested.connect(lambda: asked.append(1))
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert asked == [1]


@at_the_bar
async def test_an_order_that_waits_too_long_is_heard_once(place: Place, beeps: list[int]) -> None:
    badge = place.bar.orders
    place.station.database.run_now(lambda uow: uow.connections.save(a_connection(uow.now)))
    kept = keep(place.station.database, by=place.actor, on_hand=5)
    order = an_order(a_line(kept), placed_at=place.clock.now)
    await place.station.database.run(note_order, order, "digest")
    await until(lambda: badge.text() == "Pedidos 1 novo")
    place.pass_time(minutes=59, seconds=59)
    place.bar._each_second()
    assert (badge.warned, beeps) == (False, [])
    place.pass_time(seconds=1)
    for _ in range(3):
        place.bar._each_second()
    assert (badge.warned, beeps) == (True, [1])
    assert "O mais antigo espera há 1 h (passou do limite)" in badge.toolTip()


@at_the_bar
async def test_an_order_without_goods_warns(place: Place, beeps: list[int]) -> None:
    badge = place.bar.orders
    place.station.database.run_now(lambda uow: uow.connections.save(a_connection(uow.now)))
    kept = keep(place.station.database, by=place.actor, on_hand=1)
    order = an_order(a_line(kept, 2), placed_at=place.clock.now)
    await place.station.database.run(note_order, order, "digest")
    await until(lambda: badge.warned)
    assert beeps == []
    assert "1 pedido sem estoque suficiente" in badge.toolTip()


def test_what_the_badge_says() -> None:
    assert badge_words(counters()) == "Pedidos 3 novos"
    assert badge_words(counters(new=1, imported=4)) == "Pedidos 1 novo"
    assert badge_words(counters(new=0, imported=4)) == "Pedidos 4 importados"
    assert badge_words(counters(new=0)) == "Pedidos"
    late = NOON + timedelta(hours=3)
    assert waits_too_long(counters(), late)
    assert not waits_too_long(counters(alarm_minutes=0), late), "the shop wants no alarm"
    assert not waits_too_long(counters(oldest_at=None), late)
    story = badge_story(counters(imported=2, blocked=1, at_risk=2, unread=1), late)
    assert story.splitlines() == [
        "2 pedidos importados, 1 com impedimento",
        "O mais antigo espera há 3 h (passou do limite)",
        "2 pedidos sem estoque suficiente",
        "1 pedido não pôde ser lido",
        "Última olhada há 3 h",
    ]


# --- the look -------------------------------------------------------------------------------------------------------


@at_the_bar
async def test_long_words_take_a_second_line_and_never_widen_the_window(place: Place) -> None:
    await off(place)
    stopped_sending(place)
    some_work(place)
    place.pass_time(hours=2, minutes=13)
    await until(lambda: "aguardam" in place.state)
    assert place.bar.minimumSizeHint().width() <= 960

    def second_line() -> bool:
        return place.bar.user.y() > place.bar.flag.geometry().bottom()

    for width, two in ((1600, False), (700, True), (1600, False)):
        place.bar.resize(width, place.bar.height())
        await until(lambda two=two: second_line() is two)  # type: ignore[misc]


@at_the_bar
async def test_every_control_has_a_name(place: Place) -> None:
    controls: tuple[Callable[[], QWidget], ...] = (
        lambda: place.bar.flag,
        lambda: place.bar.flag.menu,
        lambda: place.bar.state,
        lambda: place.bar.user,
    )
    for control in controls:
        assert control().objectName()
        assert control().accessibleName()
    for action in place.bar.flag.menu.actions():
        assert action.isSeparator() or action.objectName()
