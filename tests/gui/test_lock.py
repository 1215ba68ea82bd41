"""The locked screen: every way around it is tried, everything comes back as it was, and only the right person unlocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from tests.builders import a_gtin
from tests.gui.lock_gallery import (
    LockShop,
    active_dialog,
    click,
    focus,
    in_front,
    open_lock_shop,
    password_of,
)
from tests.waiting import until
from varejoforte_desktop.application.shop_settings import choose_lock_minutes
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.ui.lock.countdown import waiting_words
from varejoforte_desktop.ui.sync_bar import flag_key
from varejoforte_desktop.ui.tasks import ask

# The offscreen platform has no keyboard to give to a menu.
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
async def shop(qapp: QApplication, tmp_path: Path) -> AsyncIterator[LockShop]:
    """A shop with an open till; Ana, an operator, is about to come in."""
    async with open_lock_shop(tmp_path) as opened:
        opened.sells()
        yield opened


def seen(shop: LockShop) -> set[str]:
    """What can be seen of the program besides the lock screen: names of windows and of widgets."""
    windows = {each.objectName() for each in QApplication.topLevelWidgets() if each.isVisible()}
    behind = {
        each.objectName() or type(each).__name__
        for each in shop.main.findChildren(QWidget)
        if each.isVisible() and each is not shop.lock and not shop.lock.isAncestorOf(each)
    }
    return (windows - {"main_window"}) | behind


async def locked(shop: LockShop) -> None:
    """Ana is in and the screen is locked."""
    await shop.come_in()
    await shop.counter()
    shop.guard.lock()
    await until(shop.lock.unlock.password.hasFocus)


def move_pointer(window: QWidget, place: QPoint) -> None:
    """The mouse moves there, no button held; QTest's own way nests the event loop."""
    everywhere = QPointF(window.mapToGlobal(place))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        everywhere,
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)


class Asking(QDialog):
    """A question of a screen, with a field."""

    def __init__(self, parent: QWidget, name: str = "asking_dialog") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setModal(True)
        self.first, self.second = QLineEdit(), QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.first)
        column.addWidget(self.second)
        self.times_shown = 0

    def event(self, event: QEvent) -> bool:
        """Begin, as some dialogs do when they are shown."""
        handled = super().event(event)
        if event.type() == QEvent.Type.Show:
            self.times_shown += 1
            self.first.setFocus()
        return handled


# -- when it locks ------------------------------------------------------------------------------------------------


async def test_ten_minutes_without_a_key_or_the_mouse_lock_the_screen(shop: LockShop) -> None:
    await shop.come_in()
    shop.waits(minutes=9, seconds=59)
    shop.guard.idle.look()
    assert not shop.guard.locked
    shop.waits(seconds=1)
    await until(lambda: shop.guard.locked)
    assert seen(shop) == set()
    assert shop.lock.isVisible()
    assert shop.lock.who.text() == "Ana Lima"
    assert shop.lock.since.text() == "CAIXA-01 · bloqueada às 12:10"


@pytest.mark.parametrize("touch", ["key", "click", "wheel", "move"])
async def test_whoever_touches_something_is_there(shop: LockShop, touch: str) -> None:
    await shop.come_in()
    shop.waits(minutes=9)
    place = shop.main.rect().center()
    if touch == "key":
        QTest.keyClick(focus(), Qt.Key.Key_Shift)
    elif touch == "click":
        QTest.mouseClick(shop.main, Qt.MouseButton.LeftButton)
    elif touch == "wheel":
        wheel = QWheelEvent(
            QPointF(place),
            QPointF(shop.main.mapToGlobal(place)),
            QPoint(0, 120),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(shop.main, wheel)
    else:
        move_pointer(shop.main, place)
        move_pointer(shop.main, place + QPoint(7, 7))
    shop.waits(minutes=9)
    shop.guard.idle.look()
    assert not shop.guard.locked
    shop.waits(minutes=1)
    await until(lambda: shop.guard.locked)


async def test_a_window_that_opens_under_a_still_pointer_is_nobody(shop: LockShop) -> None:
    await shop.come_in()
    place = shop.main.rect().center()
    move_pointer(shop.main, place)
    shop.waits(minutes=9)
    move_pointer(shop.main, place)
    shop.waits(minutes=1)
    await until(lambda: shop.guard.locked)


async def test_a_key_in_the_window_of_the_queue_or_in_a_question_counts_too(shop: LockShop) -> None:
    await shop.come_in()
    queue = shop.front.open_queue()
    assert queue is not None
    dialog = Asking(shop.main)
    answer = asyncio.ensure_future(ask(dialog))
    await until(dialog.isVisible)
    for window in (queue, dialog.second):
        shop.waits(minutes=9)
        QTest.keyClick(window, Qt.Key.Key_A)
        shop.guard.idle.look()
        assert not shop.guard.locked
    dialog.reject()
    await answer
    dialog.deleteLater()


async def test_never_means_never(shop: LockShop) -> None:
    shop.station.database.run_now(choose_lock_minutes, 0, by=shop.person("carla"))
    await shop.come_in()
    shop.waits(days=3)
    shop.guard.idle.look()
    QTest.keyClick(focus(), Qt.Key.Key_Shift)
    assert not shop.guard.locked


async def test_another_choice_holds_at_once_for_the_time_that_has_passed_already(shop: LockShop) -> None:
    await shop.come_in()
    shop.waits(minutes=6)
    await shop.station.database.run(choose_lock_minutes, 5, by=shop.person("carla"))
    await until(lambda: shop.guard.locked)


async def test_a_computer_that_slept_longer_locks_before_the_key_that_woke_it_reaches_anything(
    shop: LockShop,
) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.clock.forward(hours=2)  # the other clock stood still
    QTest.keyClick(screen.page.scan, Qt.Key.Key_A)
    assert shop.guard.locked
    assert screen.page.scan.text() == ""
    assert seen(shop) == set()


async def test_a_clock_that_is_set_back_keeps_nobody_unlocked(shop: LockShop) -> None:
    await shop.come_in()
    shop.clock.forward(hours=-3)
    shop.seconds.now += 600
    await until(lambda: shop.guard.locked)


@pytest.mark.parametrize("where", ["main", "queue", "dialog"])
async def test_ctrl_l_locks_from_every_window(shop: LockShop, where: str) -> None:
    await shop.come_in()
    await shop.counter()
    dialog = None
    if where == "queue":
        queue = shop.front.open_queue()
        assert queue is not None
        await in_front(queue)
    elif where == "dialog":
        dialog = Asking(shop.main)
        dialog.open()
        await in_front(dialog)
    QTest.keyClick(focus(), Qt.Key.Key_L, CONTROL)
    await until(lambda: shop.guard.locked)
    assert seen(shop) == set()
    if dialog is not None:
        dialog.deleteLater()


async def test_the_menu_of_the_operator_locks_and_its_keys_are_in_the_list(shop: LockShop) -> None:
    await shop.come_in()
    keys = shop.main._session.services.shortcuts.by_context()["Em qualquer tela"]
    assert {("Ctrl+L", "Bloquear a tela"), ("Ctrl+T", "Trocar operador")} <= {
        (each.words, each.title) for each in keys
    }
    words = {each.objectName(): each.text() for each in shop.main.bar.user.menu().actions() if each.text()}
    assert words == {
        "change_password_action": "Trocar minha senha",
        "lock_action": "Bloquear a tela\tCtrl+L",
        "switch_action": "Trocar operador\tCtrl+T",
        "sign_out_action": "Sair",
    }
    next(each for each in shop.main.bar.user.menu().actions() if each.objectName() == "lock_action").trigger()
    assert shop.guard.locked


# -- the ways around it -------------------------------------------------------------------------------------------


async def test_no_key_reaches_what_is_behind(shop: LockShop) -> None:
    await locked(shop)
    field = shop.lock.unlock.password
    place = shop.main.place
    for key in (
        *(getattr(Qt.Key, f"Key_F{number}") for number in range(1, 13)),
        Qt.Key.Key_Escape,
        Qt.Key.Key_Insert,
        Qt.Key.Key_Menu,
    ):
        QTest.keyClick(field, key)
    for key in (*range(Qt.Key.Key_1, Qt.Key.Key_9 + 1), *range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)):
        QTest.keyClick(field, Qt.Key(key), CONTROL)
        QTest.keyClick(field, Qt.Key(key), ALT)
        QTest.keyClick(field, Qt.Key(key), CONTROL | Qt.KeyboardModifier.ShiftModifier)
    await asyncio.sleep(0.05)
    assert shop.guard.locked
    assert seen(shop) == set()
    assert shop.main.place == place
    assert shop.lock.unlock.isVisible()
    assert shop.front.queue is None
    assert not shop.front._leaving


async def test_tab_and_the_arrows_walk_within_the_lock_screen(shop: LockShop) -> None:
    await locked(shop)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Down, Qt.Key.Key_Right):
        for _ in range(12):
            QTest.keyClick(focus(), key)
            assert shop.lock.isAncestorOf(focus()), focus().objectName()


async def test_keys_and_clicks_sent_straight_to_a_hidden_field_or_button_are_lost(shop: LockShop) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.guard.lock()
    QTest.keyClicks(screen.page.scan, "CAF-1")
    QTest.keyClick(screen.page.scan, Qt.Key.Key_Return)
    QTest.keyClick(shop.main, Qt.Key.Key_F1)
    click(shop.find(QPushButton, "queue_button"))
    click(shop.find(QPushButton, "nav_settings"))
    await asyncio.sleep(0.05)
    assert screen.page.scan.text() == ""
    assert screen.desk.basket.lines == ()
    assert shop.front.queue is None
    assert shop.main.place == "counter"
    assert seen(shop) == set()


async def test_a_screen_that_asks_for_the_keyboard_behind_does_not_get_it(shop: LockShop) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.guard.lock()
    screen.page.scan.setFocus()
    screen.activate()
    await until(shop.lock.unlock.password.hasFocus)
    screen._come_home()
    QTest.keyClick(focus(), Qt.Key.Key_X)
    await until(shop.lock.unlock.password.hasFocus)
    assert screen.page.scan.text() == ""


async def test_a_question_waits_unseen_and_comes_back_as_it_was(shop: LockShop) -> None:
    await shop.come_in()
    dialog = Asking(shop.main)
    answer = asyncio.ensure_future(ask(dialog))
    await in_front(dialog)
    dialog.second.setFocus()
    QTest.keyClicks(dialog.second, "12,50")
    place = dialog.pos()
    shop.guard.lock()
    assert seen(shop) == set()
    QTest.keyClicks(dialog.second, "9")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await shop.unlock()
    assert active_dialog() is dialog
    assert dialog.windowModality() == Qt.WindowModality.WindowModal
    assert dialog.second.text() == "12,50"
    assert dialog.focusWidget() is dialog.second
    assert dialog.pos() == place
    assert dialog.times_shown == 1, "it did not begin again"
    assert not answer.done()
    dialog.accept()
    assert await answer == QDialog.DialogCode.Accepted
    dialog.deleteLater()


async def test_questions_over_questions_come_back_in_their_order(shop: LockShop) -> None:
    await shop.come_in()
    below = Asking(shop.main, "below")
    below.open()
    above = Asking(below, "above")
    above.open()
    await in_front(above)
    shop.guard.lock()
    assert seen(shop) == set()
    await shop.unlock()
    assert below.isVisible()
    assert active_dialog() is above
    above.reject()
    below.reject()
    below.deleteLater()


async def test_a_question_that_work_opens_behind_is_not_seen_until_somebody_unlocks(shop: LockShop) -> None:
    await locked(shop)
    dialog = Asking(shop.main)
    answer = asyncio.ensure_future(ask(dialog))
    await until(lambda: dialog.times_shown == 1)
    assert dialog.windowHandle() is None or not dialog.windowHandle().isVisible()
    await until(lambda: not dialog.isVisible())
    assert QApplication.activeModalWidget() is None
    assert shop.lock.isAncestorOf(focus())
    await shop.unlock()
    await until(lambda: dialog.isVisible() and dialog.windowHandle().isVisible())
    assert active_dialog() is dialog
    dialog.reject()
    await answer
    dialog.deleteLater()


async def test_a_question_that_was_answered_by_its_own_work_does_not_come_back(shop: LockShop) -> None:
    await shop.come_in()
    dialog = Asking(shop.main)
    answer = asyncio.ensure_future(ask(dialog))
    await in_front(dialog)
    shop.guard.lock()
    dialog.accept()
    assert await answer == QDialog.DialogCode.Accepted
    await shop.unlock()
    assert not dialog.isVisible()
    dialog.deleteLater()


async def test_menus_are_put_away_and_none_opens_behind(shop: LockShop) -> None:
    await shop.come_in()
    menu = shop.main.bar.user.menu()
    menu.popup(QPoint(10, 10))
    await until(menu.isVisible)
    shop.guard.lock()
    assert not menu.isVisible()
    other = QMenu(shop.main)
    other.addAction("Fechar o caixa")
    other.popup(QPoint(10, 10))
    await until(lambda: not other.isVisible())
    assert QApplication.activePopupWidget() is None
    await shop.unlock()
    assert not menu.isVisible()


async def test_the_window_of_the_queue_is_hidden_and_comes_back(shop: LockShop) -> None:
    await shop.come_in()
    queue = shop.front.open_queue()
    assert queue is not None
    await in_front(queue)
    shop.guard.lock()
    assert not queue.isVisible()
    assert shop.front.open_queue() is queue, "somebody's signal opens it behind"
    await until(lambda: not queue.isVisible())
    await shop.try_unlock(password_of("ana"))
    await until(queue.isVisible)
    assert queue is shop.front.queue


async def test_a_scan_goes_nowhere_and_is_no_wrong_password(shop: LockShop) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.guard.lock()
    for _ in range(7):
        shop.scan(a_gtin(1))
    await asyncio.sleep(0.1)
    assert shop.lock.unlock.password.text() == ""
    assert shop.lock.unlock.password_field.error == ""
    assert shop.guard.locked
    await shop.unlock()
    assert screen.desk.basket.lines == ()
    await in_front(shop.main)
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1)


async def test_what_hands_type_slowly_arrives_in_the_field(shop: LockShop) -> None:
    await locked(shop)
    field = shop.lock.unlock.password
    for mark in "senha7":
        shop.seconds.now += 0.12
        QTest.keyClick(focus(), mark)
    shop.seconds.now += 0.12
    await until(lambda: field.text() == "senha7")


async def test_what_was_to_be_said_is_not_read_by_whoever_passes_by(shop: LockShop) -> None:
    await locked(shop)
    shop.front.say("Sangria de R$ 500,00 registrada.")
    assert seen(shop) == set()
    assert shop.lock.notice.isVisible()
    assert shop.lock.notice.text() == "Há um aviso para ler depois de desbloquear."
    await shop.unlock()
    toast = shop.main.toasts._toast
    assert toast is not None
    assert toast.text == "Sangria de R$ 500,00 registrada."
    assert toast.isVisible()


async def test_the_title_of_the_window_tells_nothing_of_what_is_behind(shop: LockShop) -> None:
    await locked(shop)
    assert shop.main.windowTitle() == "Varejo Forte · Casa das Panelas"


async def test_the_lock_screen_covers_a_window_that_is_made_larger(shop: LockShop) -> None:
    await locked(shop)
    shop.main.resize(1300, 900)
    assert shop.lock.geometry() == shop.main.rect()


async def test_closing_the_locked_window_says_the_usual_farewell_and_loses_no_sale(shop: LockShop) -> None:
    shop.station.preferences.put(flag_key("ana"), True)
    await shop.come_in()
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: screen.desk.basket.lines and screen.desk.keeper.kept)
    await until(lambda: shop.station.sync.status.phase is not SyncPhase.OFF)
    shop.guard.lock()
    shop.main.close()
    await until(shop.front.ended.is_set)
    assert shop.station.sync.status.phase is SyncPhase.OFF
    kept = shop.station.database.read_now(lambda reader: reader.sales.basket("CAIXA-01"))
    assert kept is not None
    assert [line.reference for line in kept.basket.lines] == ["CAF-1"]


async def test_leaving_from_the_locked_screen_leads_to_the_door(shop: LockShop) -> None:
    await locked(shop)
    click(shop.lock.leave)
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    assert not any(
        each.isVisible() for each in QApplication.topLevelWidgets() if each is not shop.front.login
    )


async def test_the_sending_goes_on_behind(shop: LockShop) -> None:
    shop.station.preferences.put(flag_key("ana"), True)
    await shop.come_in()
    await until(lambda: shop.station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    said: list[SyncStatus] = []
    forget = shop.station.sync.subscribe(said.append)
    shop.guard.lock()
    shop.station.sync.wake()
    await asyncio.sleep(0.1)
    await shop.unlock()
    forget()
    assert SyncPhase.OFF not in {each.phase for each in said}
    assert shop.station.sync.status.phase is SyncPhase.NOT_CONNECTED


# -- unlocking ----------------------------------------------------------------------------------------------------


async def test_unlocking_brings_back_the_screen_the_sale_and_the_keyboard(shop: LockShop) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1)
    QTest.keyClick(focus(), Qt.Key.Key_F10)
    await until(lambda: screen.page.drawer.is_open)
    QTest.keyClick(focus(), "1")
    shop.seconds.now += 0.2
    await until(screen.page.payment.amount.hasFocus)
    shop.guard.lock()
    await shop.unlock()
    assert shop.main.place == "counter"
    assert screen.isVisible()
    assert len(screen.desk.basket.lines) == 1
    assert screen.page.drawer.is_open
    await until(screen.page.payment.amount.hasFocus)
    assert shop.lock.unlock.password.text() == ""
    shop.waits(minutes=10)
    await until(lambda: shop.guard.locked)


async def test_an_amount_half_typed_is_gone_on_with_after_unlocking(shop: LockShop) -> None:
    await shop.come_in()
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1)
    QTest.keyClick(focus(), Qt.Key.Key_F10)
    await until(lambda: screen.page.drawer.is_open)
    shop.types("1")
    await until(screen.page.payment.amount.hasFocus)
    shop.types("50")
    await until(lambda: screen.page.payment.amount.text() == "50")
    shop.guard.lock()
    await shop.unlock()
    await until(lambda: not screen._tasks.busy)
    assert screen.page.payment.amount.hasFocus()
    assert screen.page.payment.amount.text() == "50,00"
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    await until(lambda: bool(screen.desk.basket.payments))


async def test_a_wrong_password_says_the_same_as_at_the_door(shop: LockShop) -> None:
    await locked(shop)
    await shop.try_unlock("errada")
    assert shop.guard.locked
    assert shop.lock.unlock.password_field.error == "Operador ou senha incorretos."
    assert shop.lock.unlock.password.text() == ""
    await shop.try_unlock("")
    assert shop.lock.unlock.password_field.error == "Falta preencher: senha."
    await shop.try_unlock(password_of("bruno"))
    assert shop.guard.locked, "a manager's password unlocks nobody else's session"


async def test_after_five_wrong_passwords_the_seconds_are_counted_and_nothing_is_tried(
    shop: LockShop,
) -> None:
    await locked(shop)
    form = shop.lock.unlock
    for _ in range(6):
        await shop.try_unlock("errada")
    assert form.password_field.error == "Muitas senhas erradas. Tente de novo em 30 s."
    assert not form.go.isEnabled()
    shop.waits(seconds=1)
    await until(lambda: form.password_field.error == "Muitas senhas erradas. Tente de novo em 29 s.")
    form.password.setText(password_of("ana"))
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    assert not form.asking
    shop.waits(seconds=29)
    await until(form.go.isEnabled)
    assert form.password_field.error == ""
    await shop.unlock()


async def test_the_door_makes_wait_for_what_was_tried_at_the_locked_screen(shop: LockShop) -> None:
    await locked(shop)
    for _ in range(5):
        await shop.try_unlock("errada")
    click(shop.lock.leave)
    login = shop.front.login
    await until(lambda: shop.front.main is None and login.isVisible())
    login._password.setText(password_of("ana"))
    login._try_enter()
    await until(lambda: "Muitas senhas erradas" in login._banner.text)
    assert shop.front.main is None


def test_how_long_is_said_in_minutes_and_seconds() -> None:
    assert waiting_words(90) == "Muitas senhas erradas. Tente de novo em 1 min 30 s."
    assert waiting_words(65).endswith("1 min 05 s.")
    assert waiting_words(7).endswith("em 7 s.")


async def test_books_that_do_not_answer_unlock_nothing_and_say_so(shop: LockShop) -> None:
    from varejoforte_desktop.application.books import BooksUnreachable

    await locked(shop)
    run = shop.station.database.run

    async def away(*_: Any, **__: Any) -> Any:
        raise BooksUnreachable("longe")

    shop.station.database.run = away  # type: ignore[method-assign]
    await shop.try_unlock(password_of("ana"))
    shop.station.database.run = run  # type: ignore[method-assign]
    assert shop.guard.locked
    assert "não responde" in shop.lock.unlock.password_field.error
    await shop.unlock()


async def test_locking_a_locked_screen_changes_nothing(shop: LockShop) -> None:
    await locked(shop)
    shop.guard.lock()
    shop.guard.lock()
    await shop.unlock()
    assert seen(shop) != set()
