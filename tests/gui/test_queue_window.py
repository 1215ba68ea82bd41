"""ECOMMERCE › Fila de processamento shows what the books owe the store, and lets a person act on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton

from tests.books import NOON, HandClock
from tests.builders import keep, lead_of, queue
from tests.gui.queue_gallery import Shop, _changed_product, _many, open_shop
from tests.waiting import until
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.outbox import Aspect, QueueState
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.queue.feed import QueueFeed
from varejoforte_desktop.ui.screens.queue_monitor import GEOMETRY, QueueWindow
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme

CANDIDATES = {"ids": "118,204", "names": "118: PAN-77 Frigideira | 204: PAN-77 Frigideira preta"}


class Windows:
    """Opens windows and closes them again."""

    def __init__(self) -> None:
        self.opened: list[QueueWindow] = []

    async def open(self, session: Session) -> QueueWindow:
        """A window that has read the books once."""
        window = QueueWindow(session)
        self.opened.append(window)
        if not session.services.preferences.get(GEOMETRY):
            window.resize(1240, 760)
        window.show()
        window.activateWindow()
        await until(lambda: window.stack.currentWidget() is not window._skeleton)
        return window


@pytest_asyncio.fixture
async def windows() -> AsyncIterator[Windows]:
    made = Windows()
    yield made
    for window in made.opened:
        await window.aclose()
        window.deleteLater()


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as made:
        made.connect()
        yield made


@pytest_asyncio.fixture
async def busy_shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """With the true loop and a store that answers."""
    async with open_shop(tmp_path, clock=utc_now, real=True) as made:
        yield made


async def connect(shop: Shop) -> None:
    store = shop.store
    await shop.services.connector.connect(
        address=store.api_address,
        consumer_key=store.consumer_key,
        consumer_secret=store.consumer_secret,
        code=store.code,
        by=shop.actor(Role.ADMINISTRADOR),
    )


def words(window: QueueWindow) -> list[str]:
    """The states shown, from the top."""
    model = window.page.table.lines
    return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]


def labels(window: QueueWindow, name: str) -> str:
    found = window.page.detail.findChild(QLabel, name)
    return found.text() if isinstance(found, QLabel) else ""


async def detail_of(window: QueueWindow, place: int) -> None:
    window.page.table.go_to_row(place)
    row = window.page.table.lines.rows[place]
    await until(lambda: window.page.detail.detail is not None and window.page.detail.detail.row.id == row.id)


async def toast_of(window: QueueWindow) -> str:
    toast = await until(lambda: window.toasts._toast)
    assert toast is not None
    return toast.text


# -- what is shown ------------------------------------------------------------------------------------------------


async def test_figures_and_rows_follow_the_books(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    shop.halt("refused", detail="Preço inválido.")
    shop.products(1, name="Frigideira")
    window = await windows.open(shop.session())
    figures = window.page.figures
    assert words(window) == ["Parado"] * 3 + ["Aguardando"] * 3
    assert (figures.waiting.text, figures.halted.text, figures.halted.note) == ("3", "3", "precisam de você")
    shop.products(1, name="Assadeira")
    shop.station.changes.publish(frozenset({Topic.QUEUE}))
    await until(lambda: figures.waiting.text == "6")
    assert figures.forecast.text == "1 s"
    assert "mostrando" not in window.page._shown.text()


async def test_bursts_of_changes_are_read_at_most_four_times_a_second(shop: Shop, windows: Windows) -> None:
    window = await windows.open(shop.session())
    looks: list[object] = []
    window.feed.arrived.connect(looks.append)
    for _ in range(40):
        shop.station.changes.publish(frozenset({Topic.QUEUE, Topic.QUOTA}))
    await until(lambda: looks)
    for _ in range(40):
        shop.station.changes.publish(frozenset({Topic.QUEUE}))
    assert len(looks) == 1
    await until(lambda: len(looks) == 2)


async def test_nothing_is_read_while_nobody_looks(shop: Shop, windows: Windows) -> None:
    window = await windows.open(shop.session())
    window.hide()
    assert not window._tick.isActive()
    assert not window.feed._poll.isActive()
    shop.products(1)
    shop.station.changes.publish(frozenset({Topic.QUEUE}))
    assert not window.feed._reading
    window.show()
    await until(lambda: words(window) == ["Aguardando"] * 3)


async def test_all_well_is_said_with_the_hour_and_nothing_else(shop: Shop, windows: Windows) -> None:
    clock = shop.clock
    assert isinstance(clock, HandClock)
    clock.forward(hours=2, minutes=32)
    shop.sync.say(SyncStatus(phase=SyncPhase.UP_TO_DATE, last_cycle_at=clock.now))
    window = await windows.open(shop.session())
    assert window.stack.currentWidget() is window._calm
    assert window._calm._title.text() == "Tudo em dia às 14:32"
    assert not window.strip.isVisible()
    assert not [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    clock.forward(minutes=1)
    shop.sync.say(SyncStatus(phase=SyncPhase.UP_TO_DATE, last_cycle_at=clock.now))
    await until(lambda: window._calm._title.text() == "Tudo em dia às 14:33")


async def test_trouble_is_not_hidden_by_an_empty_queue(shop: Shop, windows: Windows) -> None:
    window = await windows.open(shop.session())
    shop.sync.say(SyncStatus(phase=SyncPhase.RECONNECT, cause="refresh_refused"))
    assert window.strip.isVisible()
    assert window.strip.text == "Reconectar a Tray"
    asked: list[bool] = []
    window.settings_requested.connect(lambda: asked.append(True))
    QTest.mouseClick(window.strip._button, Qt.MouseButton.LeftButton)
    assert asked


async def test_before_any_store_the_way_to_the_settings_is_shown(tmp_path: Path, windows: Windows) -> None:
    async with open_shop(tmp_path) as shop:
        shop.products(2)
        window = await windows.open(shop.session())
        asked: list[bool] = []
        window.settings_requested.connect(lambda: asked.append(True))
        assert window.stack.currentWidget() is window._unconnected
        QTest.mouseClick(window._unconnected._button, Qt.MouseButton.LeftButton)
        assert asked
        shop.connect()
        shop.station.changes.publish(frozenset({Topic.CONNECTION}))
        await until(lambda: window.stack.currentWidget() is window.page)
        await window.aclose()


async def test_more_lines_than_are_shown_are_counted(shop: Shop, windows: Windows) -> None:
    _many(shop, 200)
    window = await windows.open(shop.session())
    assert window.page.table.lines.rowCount() == 500
    assert window.page._shown.text() == "mostrando 500 de 600"


async def test_search_narrows_the_list_and_says_so_when_nothing_is_left(shop: Shop, windows: Windows) -> None:
    shop.products(1, name="Panela")
    shop.products(1, name="Frigideira")
    window = await windows.open(shop.session())
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert window.page.bar.search.hasFocus()
    QTest.keyClicks(window.page.bar.search, "frig")
    await until(lambda: window.page.table.lines.rowCount() == 3)
    assert window.page._shown.text() == "3 itens encontrados"
    QTest.keyClicks(window.page.bar.search, "zzz")
    await until(lambda: window.page.lists.currentWidget() is window.page._nothing_found)
    window.page._nothing_found._button.click()
    await until(lambda: window.page.table.lines.rowCount() == 6)


async def test_option_two_says_what_it_holds_back(shop: Shop, windows: Windows) -> None:
    shop.choose(SyncOption.COMMERCIAL)
    shop.products(2)
    window = await windows.open(shop.session())
    assert window.page._held.text() == "2 alterações de cadastro guardadas: a opção 2 não as envia."
    assert words(window) == ["Aguardando"] * 4


async def test_the_phrase_counts_down_and_names_the_station(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    lead_of(shop.database, "caixa-02")
    shop.sync.say(SyncStatus(phase=SyncPhase.STANDBY, leader_station="CAIXA-02", last_cycle_at=NOON))
    window = await windows.open(shop.session())
    assert window.strip.text == "CAIXA-02 está sincronizando"
    assert "Ana" in window.strip.aside
    shop.sync.say(SyncStatus(phase=SyncPhase.SENDING, sent=12, total=340, eta_seconds=120))
    assert window.strip.text == "Enviando 12 de 340 · 2 min"


async def test_books_that_are_away_are_said_and_tried_again(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    session = shop.session()
    away = True
    real = session.services.backend

    async def read(question: Any) -> Any:
        if away:
            raise BooksUnreachable
        return await real.read(question)

    services = replace(session.services, backend=SimpleNamespace(read=read))
    window = await windows.open(replace(session, services=services))
    assert window.stack.currentWidget() is window._broken
    assert window._broken._title.text() == "O banco de dados não responde."
    away = False
    window._broken._button.click()
    await until(lambda: window.stack.currentWidget() is window.page)
    away = True
    window.feed.ask()
    await until(window.page._trouble.isVisible)
    assert words(window) == ["Aguardando"] * 3  # what was known stays on the screen


async def test_what_was_sent_lately_is_a_key_away(shop: Shop, windows: Windows) -> None:
    _changed_product(shop)
    window = await windows.open(shop.session())
    QTest.keyClick(window, Qt.Key.Key_F7)
    await until(lambda: window.page.sent.lines.rowCount() == 3)
    model = window.page.sent.lines
    assert [model.data(model.index(row, 0)) for row in range(3)] == ["Parou", "Será repetido", "Enviado"]
    assert not window.page.bar.retry.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert window.page.lists.currentWidget() is window.page.table


# -- one line opened ----------------------------------------------------------------------------------------------


async def test_a_line_shows_before_and_after_and_its_tries(shop: Shop, windows: Windows) -> None:
    _changed_product(shop)
    window = await windows.open(shop.session())
    price = next(n for n, row in enumerate(window.page.table.lines.rows) if row.aspect is Aspect.PRICE)
    await detail_of(window, price)
    said = [label.text() for label in window.page.detail.findChildren(QLabel)]
    assert {"Preço de venda", "R$ 199,90", "R$ 189,90"} <= set(said)
    assert "R$ 91,00" not in said  # the cost did not change
    assert "Produto 4711 na Tray" in said
    assert any(text.startswith("Parou · Preço e custo") for text in said)
    assert "A Tray recusou: Preço inválido." in said


async def test_opening_the_product_is_asked_for(shop: Shop, windows: Windows) -> None:
    (product,) = shop.products(1)
    window = await windows.open(shop.session())
    asked: list[int] = []
    window.product_requested.connect(asked.append)
    await detail_of(window, 0)
    window.page.detail._open.click()
    assert asked == [product]


async def test_a_line_that_leaves_closes_its_detail(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    window = await windows.open(shop.session())
    await detail_of(window, 0)
    first = queue(shop.database)[0]
    shop.database.run_now(lambda uow: uow.outbox.discard([first.id]))
    shop.station.changes.publish(frozenset({Topic.QUEUE}))
    await until(lambda: window.page.detail.detail is None or window.page.detail.detail.row.id != first.id)


async def test_where_there_is_little_room_the_line_covers_the_list(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    window = await windows.open(shop.session())
    window.resize(860, 640)
    await until(lambda: not window.page.detail.isVisible())
    window.page.table.go_to_row(0)
    QTest.keyClick(window.page.table, Qt.Key.Key_Return)
    await until(window.page.detail.isVisible)
    assert not window.page.table.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.page.table.isVisible()
    assert window.isVisible()


# -- doing --------------------------------------------------------------------------------------------------------


async def test_a_refused_product_says_why_and_goes_when_tried_again(
    busy_shop: Shop, windows: Windows
) -> None:
    shop = busy_shop
    await connect(shop)
    product = keep(shop.database, by=shop.actor(), on_hand=5)
    shop.store.faults.next("refused", reference=product.reference, causes=["Preço inválido."])
    shop.station.sync.start(shop.actor())
    window = await windows.open(shop.session())
    await until(lambda: set(words(window)) == {"Parado"})
    await detail_of(window, 0)
    assert labels(window, "queue_cause_text").startswith("A Tray recusou:")
    assert labels(window, "queue_remedy_text") == "Corrija o produto e salve; ele volta para a fila."
    window.page.table.clearSelection()
    QTest.keyClick(window, Qt.Key.Key_F5)
    await until(lambda: window.stack.currentWidget() is window._calm, 10)
    assert [row["reference"] for row in shop.store.products.values()] == [product.reference]
    await shop.station.sync.stop()


async def test_choosing_among_candidates_links_and_sends(busy_shop: Shop, windows: Windows) -> None:
    shop = busy_shop
    await connect(shop)
    product = keep(shop.database, by=shop.actor(), on_hand=5, price=Money(4990))
    twins = [
        shop.store.add_product(reference=product.reference, name=f"Gêmeo {n}", price="1.00") for n in (1, 2)
    ]
    shop.station.sync.start(shop.actor())
    window = await windows.open(shop.session())
    await until(lambda: set(words(window)) == {"Parado"})
    await detail_of(window, 0)
    button = window.findChild(QPushButton, f"link_button_{twins[1]}")
    assert isinstance(button, QPushButton)
    button.click()
    assert await toast_of(window) == f"Vinculado ao produto {twins[1]} da Tray."
    await until(lambda: window.stack.currentWidget() is window._calm, 10)
    assert [shop.store.products[each]["price"] for each in twins] == ["1.00", "49.90"]
    await shop.station.sync.stop()


async def test_a_candidate_taken_by_another_product_is_said_beside_the_choice(
    shop: Shop, windows: Windows
) -> None:
    _changed_product(shop)  # is product 4711 of the store
    (other,) = shop.products(1, name="Frigideira")
    shop.halt("several_candidates", facts={"ids": "4711", "names": "4711: PAN Panela"})
    window = await windows.open(shop.session())
    row = next(n for n, each in enumerate(window.page.table.lines.rows) if each.subject.id == other)
    await detail_of(window, row)
    button = window.findChild(QPushButton, "link_button_4711")
    assert isinstance(button, QPushButton)
    button.click()
    await until(window.page.detail.trouble.isVisible)
    assert "já está vinculado" in window.page.detail.trouble.text


async def test_ignored_lines_leave_and_come_back_when_undone(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    shop.halt("refused")
    window = await windows.open(shop.session())
    window.page.table.go_to_row(0)
    ignored = window.page.table.lines.rows[0]
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert await toast_of(window) == "1 item ignorado: a loja fica como está."
    await until(lambda: window.page.table.lines.rowCount() == 2)
    undo = window.findChild(QPushButton, "toast_button")
    assert isinstance(undo, QPushButton)
    undo.click()
    await until(lambda: window.page.table.lines.rowCount() == 3)
    back = [row for row in queue(shop.database) if row.aspect is ignored.aspect]
    assert [(row.subject, row.state) for row in back] == [(ignored.subject, QueueState.WAITING)]


async def test_paused_lines_wait_until_resumed(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    window = await windows.open(shop.session())
    QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(window.page.table.selected_ids()) == 3
    QTest.keyClick(window, Qt.Key.Key_F8)
    await until(lambda: words(window) == ["Pausado"] * 3)
    assert window.page.figures.waiting.note == "3 pausados"
    assert window.page.bar.hold.accessibleName() == "Retomar"
    await until(window.page.bar.hold.isEnabled)
    window.page.bar.hold.click()
    await until(lambda: words(window) == ["Aguardando"] * 3)


async def test_retrying_all_reaches_halted_lines_beyond_the_list(shop: Shop, windows: Windows) -> None:
    _many(shop, 200)
    shop.halt("refused")
    window = await windows.open(shop.session())
    halted = window.page.figures.halted.text
    window.page.bar.retry.click()
    assert (await toast_of(window)).startswith(f"{halted} itens voltam a ser enviados")
    assert shop.sync.woken == 1
    assert not [row for row in queue(shop.database) if row.state is QueueState.HALTED]


@pytest.mark.parametrize(
    ("phase", "when"),
    [
        (SyncPhase.UP_TO_DATE, "agora"),
        (SyncPhase.OFFLINE, "assim que for possível"),
        (SyncPhase.OFF, "quando a sincronização for ligada"),
    ],
)
async def test_a_retry_promises_no_more_than_it_can(
    shop: Shop, windows: Windows, phase: SyncPhase, when: str
) -> None:
    shop.products(1)
    shop.halt("refused")
    shop.sync.say(SyncStatus(phase=phase))
    window = await windows.open(shop.session())
    window.page.table.go_to_row(0)
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert await toast_of(window) == f"1 item volta a ser enviado {when}."


async def test_an_edit_of_an_open_line_changes_what_will_be_sent(shop: Shop, windows: Windows) -> None:
    product = keep(shop.database, by=shop.actor(), price=Money(1000))
    window = await windows.open(shop.session())
    price = next(n for n, row in enumerate(window.page.table.lines.rows) if row.aspect is Aspect.PRICE)
    await detail_of(window, price)
    edited = replace(product, price=Money(1234))
    await shop.database.run(save_product, edited, brand="", category="", by=shop.actor())
    await until(lambda: "R$ 12,34" in {label.text() for label in window.page.detail.findChildren(QLabel)})


async def test_only_those_who_may_can_touch_the_queue(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    shop.halt("several_candidates", facts=CANDIDATES)
    window = await windows.open(shop.session(Role.OPERADOR))
    await detail_of(window, 0)
    bar = window.page.bar
    for button in (bar.retry, bar.ignore, bar.hold):
        assert not button.isEnabled()
        assert "Seu perfil não pode" in button.toolTip()
    link = window.findChild(QPushButton, "link_button_118")
    assert isinstance(link, QPushButton)
    assert not link.isEnabled()
    assert window.page._refusal.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert "Seu perfil não pode" in await toast_of(window)
    assert window.page.table.lines.rowCount() == 3


async def test_buttons_say_what_they_need(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    window = await windows.open(shop.session())
    bar = window.page.bar
    assert not bar.ignore.isEnabled()
    assert bar.ignore.toolTip() == "Escolha um item da fila"
    window.page.table.go_to_row(0)
    assert bar.ignore.isEnabled()
    assert bar.ignore.toolTip() == "1 item escolhido"


# -- the window ---------------------------------------------------------------------------------------------------


async def test_selection_and_reading_place_survive_a_refresh(shop: Shop, windows: Windows) -> None:
    _many(shop, 30)
    window = await windows.open(shop.session())
    window.page.table.go_to_row(40)
    kept = window.page.table.selected_ids()
    shop.products(1)
    shop.station.changes.publish(frozenset({Topic.QUEUE}))
    await until(lambda: window.page.table.lines.rowCount() == 93)
    assert window.page.table.selected_ids() == kept


async def test_the_window_remembers_where_it_stood(shop: Shop, windows: Windows) -> None:
    window = await windows.open(shop.session())
    window.resize(780, 690)
    window.close()
    assert shop.services.preferences.get(GEOMETRY)
    again = await windows.open(shop.session())
    assert (again.width(), again.height()) == (780, 690)
    shop.services.preferences.put(GEOMETRY, "isto não é uma posição")
    await windows.open(shop.session())


async def test_everything_that_can_be_reached_has_a_name(shop: Shop, windows: Windows) -> None:
    shop.products(1)
    shop.halt("several_candidates", facts=CANDIDATES)
    window = await windows.open(shop.session())
    await detail_of(window, 0)
    for kind in (QAbstractButton, QLineEdit):
        for widget in window.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                name = widget.objectName()
                assert name
                assert widget.accessibleName() or getattr(widget, "text", str)(), name


async def test_the_largest_letters_fit_the_smallest_screen(shop: Shop, windows: Windows) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    shop.choose(SyncOption.COMMERCIAL)
    shop.products(1)
    shop.halt("several_candidates", facts=CANDIDATES)
    shop.sync.say(SyncStatus(phase=SyncPhase.RECONNECT, cause="refresh_refused", last_cycle_at=NOON))
    Theme.apply(app, "light", 1.5)
    try:
        window = await windows.open(shop.session(Role.OPERADOR))
        await detail_of(window, 0)
        window.resize(1024, 768)
        await until(lambda: (window.width(), window.height()) == (1024, 768))
        least = window.minimumSizeHint()
        assert least.width() <= 1024
        assert least.height() <= 768
    finally:
        Theme.apply(app, "light", 1.0)


async def test_ages_tick_only_while_the_window_is_seen(shop: Shop, windows: Windows) -> None:
    clock = shop.clock
    assert isinstance(clock, HandClock)
    shop.products(1)
    window = await windows.open(shop.session())
    clock.forward(seconds=14)
    window._show_ages()
    model = window.page.table.lines
    assert model.data(model.index(0, 3)) == "há 14 s"
    assert window.page.figures.oldest.text == "14 s"
    flags = QItemSelectionModel.SelectionFlag
    window.page.table.selectionModel().select(model.index(0, 0), flags.Select | flags.Rows)
    await until(lambda: window.page.detail.detail is not None)
    clock.now += timedelta(minutes=2)
    window._show_ages()
    assert "há 2 min" in window.page.detail._age.text()


async def test_a_feed_that_is_closed_looks_no_more(shop: Shop) -> None:
    from PySide6.QtCore import QObject

    owner = QObject()
    feed = QueueFeed(shop.services, owner)
    feed.watch(True)
    await feed.aclose()
    feed.ask()
    assert not feed._reading or not feed._tasks.busy
