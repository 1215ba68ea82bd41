"""At the till: it opens, is fed, drained, counted and closed through the screen, and nothing is ever done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from tests.gui.till_gallery import ANA, BRUNO, LONG_REASON, TillShop, asked, open_till_shop, reais, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.sale_questions import Pending, TillSheet
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.till import DENOMINATIONS, CashMovementKind
from varejoforte_desktop.ui.screens.till import TillScreen
from varejoforte_desktop.ui.theme import Theme
from varejoforte_desktop.ui.till.pending import pending_lines
from varejoforte_desktop.ui.till.slip_escpos import escpos
from varejoforte_desktop.ui.till.words import difference_words, piece_words, signed

ENTER = Qt.Key.Key_Return
CASH, PIX = PaymentMethod.CASH, PaymentMethod.PIX


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[TillShop]:
    """A shop at eight in the morning, its till closed."""
    async with open_till_shop(tmp_path) as opened:
        yield opened


async def screen_of(shop: TillShop, *args: Any) -> TillScreen:
    """The screen once it knows how the till stands."""
    screen = await shop.screen(*args)
    await until(lambda: screen.facts is not None)
    return screen


def sheet(screen: TillScreen) -> TillSheet:
    """The open till as the screen knows it."""
    assert screen.facts is not None
    assert screen.facts.sheet is not None, "the till is closed"
    return screen.facts.sheet


def is_open(screen: TillScreen) -> bool:
    return screen.facts is not None and screen.facts.sheet is not None


def toast(screen: TillScreen) -> str:
    return "" if screen.toasts._toast is None else screen.toasts._toast.text


async def idle(screen: TillScreen) -> None:
    """Wait until what was asked for is done."""
    await until(lambda: not screen._acts.busy)


def in_the_books(shop: TillShop) -> TillSheet:
    """The open till as the books have it, whatever a screen shows."""
    found = shop.database.read_now(lambda reader: reader.tills.open_till("Balcão"))
    assert found is not None
    return found


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def key(window: QWidget, which: Qt.Key) -> None:
    QTest.keyClick(window, which)


def listed(view: Any) -> list[list[str]]:
    model = view.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def told(window: QWidget) -> Iterator[str]:
    """All that a window says, also to a screen reader and to a resting pointer."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        if isinstance(widget, (QLabel, QLineEdit, QAbstractButton)):
            yield widget.text()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    index = model.index(row, column)
                    yield str(index.data())
                    yield str(index.data(Qt.ItemDataRole.ToolTipRole))


# --- opening ---------------------------------------------------------------------------------------------------------


async def test_the_first_day_begins_with_the_change_money(shop: TillShop) -> None:
    screen = await screen_of(shop)
    form = screen.page.opening
    assert screen.title == "Caixa"
    assert form.amount.hasFocus()
    assert screen.page.till_states.currentWidget() is screen.page.till_states.empty
    QTest.keyClicks(form.amount, "150")
    key(screen, Qt.Key.Key_F10)
    await until(lambda: is_open(screen))
    assert sheet(screen).row.opening_float == reais("150")
    assert toast(screen) == "Caixa aberto com R$ 150,00."
    assert screen.page.badge.text == "Caixa aberto"
    assert screen.page.summary._total.text() == "R$ 150,00"
    assert screen.page.summary.texts == (
        "Fundo de troco 150,00",
        "+ Vendas em dinheiro 0,00",
        "− Devoluções 0,00",
        "+ Suprimentos 0,00",
        "− Sangrias 0,00",
    )
    assert listed(screen.page.till_table)[0][:5] == ["1", "Balcão", "10/12 08:02", "aberto", "Ana Lima"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Digite o fundo de troco; sem troco, digite 0."),
        ("12,5,0", "Digite um valor como 12,90."),
        ("-5", "Digite um valor como 12,90."),
        ("1,005", "Use no máximo duas casas: 12,90."),
    ],
)
async def test_an_amount_that_opens_no_till(shop: TillShop, typed: str, said: str) -> None:
    screen = await screen_of(shop)
    write(screen, till_opening_float=typed)
    press(screen, "till_open")
    assert screen.page.opening.field.error == said
    assert screen.page.opening.amount.hasFocus()
    await asyncio.sleep(0.02)
    assert not is_open(screen)


async def test_pressing_enter_five_times_opens_one_till(shop: TillShop) -> None:
    screen = await screen_of(shop)
    write(screen, till_opening_float="0")
    for _ in range(5):
        key(screen.page.opening.amount, ENTER)
    await until(lambda: is_open(screen))
    await asyncio.sleep(0.02)
    assert len(screen.facts.tills if screen.facts else ()) == 1
    assert screen.banner.isHidden()


async def test_the_change_money_is_counted_piece_by_piece(shop: TillShop) -> None:
    screen = await screen_of(shop)
    press(screen, "till_opening_count")
    dialog = await asked(screen, "piece_count_dialog")
    assert dialog.focusWidget().objectName() == "opening_piece_20000"
    for _ in range(3):
        key(dialog.focusWidget(), ENTER)  # no 200, 100, 50
    QTest.keyClicks(dialog.focusWidget(), "4")
    key(dialog.focusWidget(), Qt.Key.Key_Down)
    key(dialog.focusWidget(), Qt.Key.Key_Up)
    assert dialog.focusWidget().objectName() == "opening_piece_2000"
    write(dialog, opening_piece_25="10", opening_piece_1="x")
    assert dialog.findChild(QLabel, "piece_count_total").text() == "R$ 82,50"
    dialog.save()
    assert dialog.isVisible()
    assert dialog.counter._error.text() == "Digite quantas há: 0, 1, 2…"
    write(dialog, opening_piece_1="50")
    assert dialog.counter._error.isHidden()
    key(dialog.focusWidget(), ENTER)
    assert dialog.save_button.hasFocus()
    key(dialog, ENTER)
    await until(screen.page.opening.amount.text)
    assert screen.page.opening.amount.text() == "83,00"


async def test_the_second_till_of_a_day_is_opened_with_a_supervisor(shop: TillShop) -> None:
    shop.opens("100")
    shop.closes("100")
    screen = await screen_of(shop)
    write(screen, till_opening_float="50")
    key(screen, Qt.Key.Key_F10)
    dialog = await asked(screen, "approval_dialog")
    write(dialog, approval_login="bruno", approval_password="errada")
    dialog.save()
    await until(lambda: dialog.fields["password"].error)
    write(dialog, approval_login="ana", approval_password="senha-de-ana")
    dialog.save()
    await until(lambda: dialog.fields["login"].error)
    dialog.reject()
    await idle(screen)
    assert screen.page.opening.open_button.isEnabled()
    screen.window().activateWindow()  # no window manager does it here
    await until(screen.isActiveWindow)
    assert not is_open(screen)
    assert screen.page.opening.amount.money() == reais("50"), "what was typed stays"
    key(screen, Qt.Key.Key_F10)
    dialog = await asked(screen, "approval_dialog")
    write(dialog, approval_login="bruno", approval_password="senha-de-bruno")
    dialog.save()
    await until(lambda: is_open(screen))
    assert sheet(screen).row.operator == "Ana Lima"


async def test_a_supervisor_opens_the_second_till_alone(shop: TillShop) -> None:
    shop.opens("100")
    shop.closes("100")
    screen = await screen_of(shop, BRUNO)
    write(screen, till_opening_float="50")
    key(screen, Qt.Key.Key_F10)
    await until(lambda: is_open(screen))


async def test_a_till_opened_behind_the_screens_back_is_shown(shop: TillShop) -> None:
    screen = await screen_of(shop)
    shop.database._changes._listeners.clear()
    shop.opens("80")
    write(screen, till_opening_float="50")
    key(screen, Qt.Key.Key_F10)
    await until(lambda: is_open(screen))
    assert sheet(screen).row.opening_float == reais("80")
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("O caixa da estação Balcão já está aberto.")


# --- money in and out ------------------------------------------------------------------------------------------------


async def test_a_morning_at_a_glance(shop: TillShop) -> None:
    shop.a_busy_morning()
    screen = await screen_of(shop)
    assert screen.page.summary._total.text() == "R$ 575,00"
    assert screen.page.summary.texts == (
        "Fundo de troco 150,00",
        "+ Vendas em dinheiro 1.274,90",
        "− Devoluções 35,00",
        "+ Suprimentos 50,00",
        "− Sangrias 864,90",
        "Dinheiro 1.239,90",
        "Pix 320,00",
        "Crédito 739,80",
        "Débito 94,50",
        "Total 2.394,20",
    )
    assert screen.page.summary._sales.text() == "5 vendas · 1 cancelada"
    assert listed(screen.page.movement_table) == [
        ["10:17", "Sangria", "−64,90", LONG_REASON, "Ana Lima"],
        ["09:57", "Sangria", "−800,00", "Depósito no banco", "Ana Lima"],
        ["09:07", "Suprimento", "+50,00", "Reforço de troco", "Ana Lima"],
    ]
    assert [row[-1] for row in listed(screen.page.till_table)] == ["", "−10,00", "0,00"]


@pytest.mark.parametrize(
    ("opening", "size"), [("150", "total"), ("98.765,43", "figure"), ("1.234.567,89", "figure")]
)
async def test_the_drawer_is_read_whole_however_much_is_in_it(
    qapp: QApplication, shop: TillShop, opening: str, size: str
) -> None:
    Theme.apply(qapp)
    shop.opens(opening)
    screen = await screen_of(shop)
    total = screen.page.summary._total
    await until(lambda: total.property("words") == size)
    assert total.fontMetrics().horizontalAdvance(total.text()) <= total.width()


async def test_a_withdrawal_by_keyboard_alone(shop: TillShop) -> None:
    shop.opens("150")
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F3)
    dialog = await asked(screen, "cash_withdrawal_dialog")
    assert dialog.amount.hasFocus()
    assert dialog.fields["amount"]._message.text() == "Na gaveta: R$ 150,00"
    QTest.keyClicks(dialog.amount, "60")
    assert dialog.fields["amount"]._message.text() == "Na gaveta: R$ 150,00 → R$ 90,00"
    key(dialog.amount, ENTER)
    assert dialog.reason.hasFocus()
    write(dialog, cash_reason="Cofre")
    key(dialog, Qt.Key.Key_F10)
    await until(lambda: screen.page.summary._total.text() == "R$ 90,00")
    await until(lambda: toast(screen) == "Sangria registrada: R$ 60,00.")
    assert [row[1:4] for row in listed(screen.page.movement_table)] == [["Sangria", "−60,00", "Cofre"]]


async def test_a_supply_and_its_slip_to_sign(shop: TillShop) -> None:
    shop.opens("0")
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F2)
    dialog = await asked(screen, "cash_supply_dialog")
    write(dialog, cash_amount="25,50", cash_reason="Reforço de troco")
    press(dialog, "cash_supply_save")
    await until(lambda: toast(screen))
    await until(lambda: is_open(screen) and sheet(screen).movements)
    press(screen, "toast_button")
    slip = await asked(screen, "slip_dialog")
    said = [line.text.strip() for line in slip.lines]
    assert said[1] == "SUPRIMENTO"
    assert any(line.endswith("R$ 25,50") for line in said)
    slip.reject()


@pytest.mark.parametrize(
    ("amount", "reason", "beside"),
    [
        ("", "", ("Digite um valor maior que zero.", "Falta preencher: motivo.")),
        ("0", "Cofre", ("Digite um valor maior que zero.", "")),
        ("abc", "Cofre", ("Digite um valor como 12,90.", "")),
        ("10", "  ", ("", "Falta preencher: motivo.")),
        ("10", "x" * 201, ("", "Motivo aceita no máximo 200 letras.")),
        ("500", "Cofre", ("Só há R$ 100,00 em dinheiro no caixa. Confira o valor da sangria.", "")),
    ],
)
async def test_a_withdrawal_that_cannot_be_says_why_beside_the_field(
    shop: TillShop, amount: str, reason: str, beside: tuple[str, str]
) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F3)
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount=amount, cash_reason=reason)
    dialog.save()
    await until(lambda: (dialog.fields["amount"].error, dialog.fields["reason"].error) == beside)
    assert dialog.isVisible()
    await until(dialog.save_button.isEnabled)
    dialog.reject()
    await idle(screen)
    assert in_the_books(shop).movements == ()


async def test_a_sentence_of_two_lines_covers_nothing(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount="500", cash_reason="Cofre")
    dialog.save()
    await until(lambda: dialog.fields["amount"].error)
    field = dialog.fields["amount"]
    await until(lambda: field._message.height() >= field._message.heightForWidth(field._message.width()))
    assert field._message.geometry().top() >= field.editor.geometry().bottom()
    dialog.reject()


async def test_clicking_five_times_takes_out_once(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount="10", cash_reason="Cofre")
    for _ in range(5):
        dialog.save()
        key(dialog, Qt.Key.Key_F10)
    await until(lambda: toast(screen))
    await asyncio.sleep(0.02)
    assert len(in_the_books(shop).movements) == 1


async def test_an_answer_that_was_lost_takes_out_once(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    run = shop.database.run

    async def answer_lost(*args: Any, **kwargs: Any) -> Any:
        await run(*args, **kwargs)
        raise BooksUnreachable

    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount="100", cash_reason="Cofre")
    shop.database.run = answer_lost  # type: ignore[method-assign]
    dialog.save()
    await until(dialog.banner.isVisible)
    assert dialog.amount.money() == reais("100")
    shop.database.run = run  # type: ignore[method-assign]
    dialog.save()
    await until(lambda: toast(screen))
    assert len(in_the_books(shop).movements) == 1
    assert in_the_books(shop).totals.expected_cash == ZERO


async def test_a_dialog_does_not_close_on_what_is_under_way(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    door = asyncio.Event()
    run = shop.database.run

    async def slow(*args: Any, **kwargs: Any) -> Any:
        await door.wait()
        return await run(*args, **kwargs)

    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount="10", cash_reason="Cofre")
    shop.database.run = slow  # type: ignore[method-assign]
    dialog.save()
    assert not dialog.save_button.isEnabled()
    key(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    door.set()
    await until(lambda: toast(screen))


async def test_one_question_at_a_time(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.withdraw()
    screen.supply()
    screen.check()
    await asked(screen, "cash_withdrawal_dialog")
    await asyncio.sleep(0.03)
    assert [
        name for name in ("cash_supply_dialog", "till_check_dialog") if screen.findChild(QWidget, name)
    ] == []


async def test_sales_of_this_station_appear_by_themselves(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    shop.sells((CASH, "30,00"))
    shop.moves(CashMovementKind.SUPPLY, "5,00")  # tells the screens, as the counter does for its sales
    await until(lambda: screen.page.summary._total.text() == "R$ 135,00")


# --- counting and closing --------------------------------------------------------------------------------------------


async def test_a_check_tells_the_difference_and_closes_nothing(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F4)
    dialog = await asked(screen, "till_check_dialog")
    assert dialog.balance.text == "Conte o dinheiro da gaveta."
    write(dialog, count_cash="98")
    assert dialog.balance.text == "Quebra de caixa −2,00"
    write(dialog, count_cash="100")
    assert dialog.balance.text == "O caixa confere"
    assert dialog.form.methods is None, "a check keeps nothing but money"
    write(dialog, count_cash="101,50")
    key(dialog, Qt.Key.Key_F10)
    await idle(screen)
    assert toast(screen) == "Conferência registrada. Sobra de caixa: R$ 1,50."
    assert is_open(screen)


async def test_a_till_is_closed_by_note_and_coin(shop: TillShop) -> None:
    shop.opens("100")
    shop.sells((CASH, "30,00"), (PIX, "20,00"))
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F10)
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_piece_10000="1", count_piece_2000="1", count_piece_500="2")
    assert (dialog.form.cash.text(), dialog.form.cash.isReadOnly()) == ("130,00", True)
    assert dialog.balance.text == "O caixa confere"
    fields = dialog.form.methods.fields
    assert fields[PIX]._message.text() == "Vendido: 20,00"
    write(dialog, count_pix="15")
    assert fields[PIX]._message.text() == "Vendido: 20,00 (−5,00)"
    dialog.save()
    slip = await asked(screen, "slip_dialog")
    said = [line.text for line in slip.lines]
    assert "O caixa confere" + " " * 29 + "0,00" in said
    assert slip.windowTitle() == "Fechamento do caixa 1"
    slip.reject()
    await until(lambda: screen.facts is not None and not is_open(screen))
    assert screen.page.opening.isVisible()
    await until(lambda: screen.window().focusWidget() is screen.page.opening.amount)
    closed = shop.database.read_now(lambda reader: reader.tills.sheet(1))
    assert (closed.pieces, closed.counted_methods) == (
        {10000: 1, 2000: 1, 500: 2},
        {PIX: reais("15")},
    )


async def test_pieces_taken_back_leave_the_amount_to_be_typed(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_piece_10000="1")
    write(dialog, count_piece_10000="")
    assert (dialog.form.cash.text(), dialog.form.cash.isReadOnly()) == ("", False)
    dialog.save()
    assert dialog.form.cash.error == "Conte o dinheiro; se não há nenhum, digite 0."
    assert dialog.form.cash.hasFocus()
    write(dialog, count_cash="100", count_credit="1,2,3")
    dialog.save()
    assert dialog.form.methods.edits[PaymentMethod.CREDIT].hasFocus()
    assert not dialog.saving
    dialog.reject()


async def test_a_difference_is_explained_or_the_till_stays_open(shop: TillShop) -> None:
    """F68: the refusal changes nothing, and one can go back."""
    shop.opens("100")
    screen = await screen_of(shop)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_cash="90")
    dialog.save()
    await until(lambda: dialog.note_field.error)
    assert dialog.note_field.error.startswith("O caixa tem uma diferença de -R$ 10,00.")
    assert dialog.note.hasFocus()
    key(dialog, Qt.Key.Key_Escape)
    press(dialog, "till_closing_discard")
    await idle(screen)
    assert is_open(screen)
    shop.moves(CashMovementKind.SUPPLY, "1,00")
    await until(lambda: screen.page.summary._total.text() == "R$ 101,00")
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_cash="90", count_note="troco errado")
    dialog.save()
    (await asked(screen, "slip_dialog")).reject()
    await until(lambda: not is_open(screen))
    assert screen.facts is not None
    assert screen.facts.tills[0].note == "troco errado"


async def test_books_that_fail_keep_the_count_and_the_till(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_piece_10000="1")
    run = shop.database.run

    async def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksUnreachable

    shop.database.run = broken  # type: ignore[method-assign]
    dialog.save()
    await until(dialog.banner.isVisible)
    assert dialog.form.cash.text() == "100,00"
    shop.database.run = run  # type: ignore[method-assign]
    dialog.save()
    (await asked(screen, "slip_dialog")).reject()
    await until(lambda: not is_open(screen))


async def test_a_till_closed_by_another_window_is_not_closed_again(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    shop.closes("100")
    write(dialog, count_cash="90", count_note="outra contagem")
    dialog.save()
    await until(dialog.banner.isVisible)
    assert dialog.banner.text.startswith("O caixa da estação Balcão está fechado.")
    dialog.reject()
    press(dialog, "till_closing_discard")
    await idle(screen)
    await until(lambda: not is_open(screen))
    assert screen.facts is not None
    assert screen.facts.tills[0].counted_cash == reais("100")


async def test_what_is_pending_is_shown_and_does_not_stop_the_closing(shop: TillShop) -> None:
    shop.opens("100")
    shop.leaves_things_pending()
    screen = await screen_of(shop)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    assert dialog.pending.texts == (
        "3 vendas sem nota. Emita em Vendas ou em Notas fiscais; o que falta está lá.",
        "1 item parado na fila. Veja a causa na fila.",
        "5 pedidos não registrados. O mais antigo: 08/12 21:02.",
        "Venda aberta neste caixa. Fica para o próximo caixa.",
        "2 vendas em espera. Ficam para o próximo caixa.",
        "1 item a enviar. A sincronização continua sozinha.",
    )
    write(dialog, count_cash="100")
    dialog.save()
    (await asked(screen, "slip_dialog")).reject()
    await until(lambda: not is_open(screen))


def test_nothing_pending_is_said_calmly(shop: TillShop) -> None:
    nothing = Pending(
        held_baskets=0,
        open_basket=False,
        unregistered_orders=0,
        oldest_order_at=None,
        halted_queue=0,
        waiting_queue=0,
        documents_owed=0,
    )
    assert pending_lines(nothing, shop.clock.now) == []


# --- a blind closing -------------------------------------------------------------------------------------------------

HIDDEN = (
    "575,00",
    "1.274,90",
    "1.239,90",
    "320,00",
    "739,80",
    "94,50",
    "−10,00",
    "562,30",
    "15,00",
    "560,00",
)


async def test_a_blind_till_tells_an_operator_nothing_to_count_towards(shop: TillShop) -> None:
    shop.a_busy_morning()
    shop.rules(blind_closing=True)
    screen = await screen_of(shop)

    def leaks(window: QWidget, *typed: str) -> list[str]:
        return [text for text in told(window) for secret in HIDDEN if secret in text and secret not in typed]

    assert screen.page.summary._total.text() == "Oculto"
    assert screen.page.summary.texts == ("Fundo de troco 150,00", "+ Suprimentos 50,00", "− Sangrias 864,90")
    assert leaks(screen) == []
    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    write(dialog, cash_amount="9999", cash_reason="Cofre")
    dialog.save()
    await until(lambda: dialog.fields["amount"].error)
    assert dialog.fields["amount"].error == "Não há tanto dinheiro na gaveta. Confira o valor da sangria."
    assert leaks(dialog) == []
    dialog.reject()
    await idle(screen)
    screen.check()
    dialog = await asked(screen, "till_check_dialog")
    write(dialog, count_cash="500")
    assert dialog.balance.text == "Caixa cego: conte sem ver o esperado."
    assert leaks(dialog) == []
    dialog.save()
    await idle(screen)
    assert toast(screen) == "Conferência registrada."
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_cash="560")
    assert leaks(dialog, "560,00") == []
    dialog.save()
    slip = await asked(screen, "slip_dialog")
    assert leaks(slip, "560,00") == []
    slip.reject()
    await until(lambda: not is_open(screen))
    assert leaks(screen, "560,00") == []


async def test_a_supervisor_sees_a_blind_till_whole(shop: TillShop) -> None:
    shop.a_busy_morning()
    shop.rules(blind_closing=True)
    screen = await screen_of(shop, BRUNO)
    assert screen.page.summary._total.text() == "R$ 575,00"
    assert listed(screen.page.till_table)[1][-1] == "−10,00"


# --- slips -----------------------------------------------------------------------------------------------------------


async def test_the_slip_goes_to_the_printer_of_the_station(shop: TillShop, tmp_path: Path) -> None:
    spool = tmp_path / "bobina"
    shop.preferences.put("printer_path", str(spool))
    shop.opens("100")
    screen = await screen_of(shop)
    QTest.keyClick(screen, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    slip = await asked(screen, "slip_dialog")
    press(slip, "slip_roll_58")
    assert shop.preferences.get("slip_columns") == 32
    assert max(len(line.text) for line in slip.lines) == 32
    key(slip, Qt.Key.Key_F10)
    await until(slip.banner.isVisible)
    assert slip.banner.text == f"Enviado à impressora {spool}."
    assert spool.read_bytes() == escpos(slip.lines)
    await until(lambda: not slip._tasks.busy)
    press(slip, "slip_print")
    await until(lambda: spool.stat().st_size == 2 * len(escpos(slip.lines)))
    await until(lambda: not slip._tasks.busy)
    slip.reject()
    await idle(screen)
    screen.show_current()
    assert (await asked(screen, "slip_dialog")).columns == 32, "the station remembers its roll"


async def test_a_printer_that_is_off_says_so_and_the_pdf_is_still_there(
    shop: TillShop, tmp_path: Path
) -> None:
    printer = tmp_path / "desligada" / "lp0"
    shop.preferences.put("printer_path", str(printer))
    shop.opens("100")
    screen = await screen_of(shop)
    screen.show_current()
    slip = await asked(screen, "slip_dialog")
    press(slip, "slip_print")
    await until(slip.banner.isVisible)
    assert slip.banner.text == (
        f"A impressora {printer} não respondeu. Ligue-a e tente de novo, ou salve em PDF."
    )
    assert slip.pdf_button.isVisible()


async def test_without_a_printer_the_slip_becomes_a_pdf(shop: TillShop, tmp_path: Path) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.page.till_table.go_to_row(0)
    screen.page.till_table.setFocus()
    key(screen.page.till_table, ENTER)
    slip = await asked(screen, "slip_dialog")
    assert slip.pdf_button.isHidden(), "one button is enough"
    press(slip, "slip_print")
    chooser: QFileDialog = await asked(slip, "slip_file_dialog")
    assert chooser.selectedFiles()[0].endswith("Parcial do caixa 1.pdf")
    chooser.reject()
    await until(lambda: not slip._tasks.busy)
    assert slip.banner.isHidden()
    place = tmp_path / "caixa.pdf"
    await save_slip_in(slip, place)
    assert slip.banner.text == "Salvo em caixa.pdf."
    assert place.read_bytes().startswith(b"%PDF-")
    await save_slip_in(slip, tmp_path / "pasta" / "caixa.pdf")
    assert slip.banner.text == "O PDF não pôde ser gravado ali. Escolha outra pasta."
    slip.reject()


async def save_slip_in(slip: Any, place: Path) -> None:
    """Choose a place; its folder may be gone by the time it is written."""
    press(slip, "slip_print")
    chooser: QFileDialog = await asked(slip, "slip_file_dialog")
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(place))
    chooser.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: not slip._tasks.busy)


async def test_the_slip_of_a_movement_opens_from_its_line(shop: TillShop) -> None:
    shop.a_busy_morning()
    screen = await screen_of(shop)
    screen.page.movement_table.go_to_row(1)
    screen.page.movement_table.setFocus()
    key(screen.page.movement_table, ENTER)
    slip = await asked(screen, "slip_dialog")
    assert "Motivo: Depósito no banco" in [line.text for line in slip.lines]
    slip.reject()


# --- the screen itself -----------------------------------------------------------------------------------------------


async def test_books_that_cannot_be_read_are_tried_again(shop: TillShop) -> None:
    read = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    shop.database.read = broken  # type: ignore[method-assign]
    screen = await shop.screen()
    await until(screen.broken.isVisible)
    shop.database.read = read  # type: ignore[method-assign]
    press(screen, "till_error_button")
    await until(screen.page.isVisible)
    shop.database.read = broken  # type: ignore[method-assign]
    key(screen, Qt.Key.Key_F5)
    await until(screen.banner.isVisible)
    assert screen.page.isVisible(), "what was known stays in sight"
    shop.database.read = read  # type: ignore[method-assign]
    press(screen, "till_banner_button")
    await until(screen.banner.isHidden)


async def test_keys_wait_until_the_till_is_known(shop: TillShop) -> None:
    door = asyncio.Event()
    read = shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await read(question)

    shop.opens("100")
    shop.database.read = slow  # type: ignore[method-assign]
    screen = await shop.screen()
    for act in (screen.supply, screen.withdraw, screen.check, screen.toggle, screen.show_current):
        act()
    assert not screen._acts.busy
    door.set()
    await until(lambda: is_open(screen))


async def test_nothing_is_taken_from_a_closed_till(shop: TillShop) -> None:
    screen = await screen_of(shop)
    key(screen, Qt.Key.Key_F3)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("O caixa da estação Balcão está fechado.")
    assert not screen.page.withdraw_button.isVisible()


async def test_a_hidden_screen_is_fresh_when_one_comes_back(shop: TillShop) -> None:
    shop.opens("100")
    screen = await screen_of(shop)
    screen.hide()
    shop.moves(CashMovementKind.SUPPLY, "5,00")
    await asyncio.sleep(0.02)
    assert screen.page.summary._total.text() == "R$ 100,00"
    screen.show()
    screen.activate()
    await until(lambda: screen.page.summary._total.text() == "R$ 105,00")


async def test_everything_one_can_use_has_a_name(shop: TillShop) -> None:
    shop.a_busy_morning()
    screen = await screen_of(shop)
    windows: list[QWidget] = [screen]
    for act, name in (
        (screen.supply, "cash_supply_dialog"),
        (screen.check, "till_check_dialog"),
        (screen.toggle, "till_closing_dialog"),
        (screen.show_current, "slip_dialog"),
        (screen.count_change_money, "piece_count_dialog"),
    ):
        act()
        dialog = await asked(screen, name)
        windows.append(dialog)
        nameless = [
            widget
            for window in windows
            for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
            for widget in window.findChildren(kind)
            if widget.isVisible()
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not isinstance(widget.parent(), QComboBox)
            and not (widget.objectName() and (widget.accessibleName() or getattr(widget, "text", str)()))
        ]
        assert nameless == []
        windows.pop()
        dialog.reject()
        await idle(screen)


async def test_every_key_is_listed_once(shop: TillShop) -> None:
    screen = await screen_of(shop)
    keys = screen._session.services.shortcuts.by_context()
    assert [shortcut.words for shortcut in keys["Caixa"]] == ["F2", "F3", "F4", "F5", "F10", "Ctrl+P"]


def test_words_for_differences_and_pieces() -> None:
    assert [difference_words(reais(text)) for text in ("-0,01", "0", "0,01")] == [
        "Quebra de caixa",
        "O caixa confere",
        "Sobra de caixa",
    ]
    assert [signed(reais(text)) for text in ("-1.234,5", "0", "3")] == ["−1.234,50", "0,00", "+3,00"]
    assert [piece_words(value) for value in DENOMINATIONS] == [
        "R$ 200", "R$ 100", "R$ 50", "R$ 20", "R$ 10", "R$ 5", "R$ 2",
        "R$ 1,00", "R$ 0,50", "R$ 0,25", "R$ 0,10", "R$ 0,05", "R$ 0,01",
    ]  # fmt: skip


async def test_an_operator_of_another_station_has_a_till_of_its_own(shop: TillShop) -> None:
    from dataclasses import replace

    shop.opens("100")
    other = replace(ANA, station="Caixa 2")
    screen = await screen_of(shop, other)
    assert not is_open(screen)
    shop.clock.now += timedelta(minutes=1)
    write(screen, till_opening_float="30")
    key(screen, Qt.Key.Key_F10)
    await until(lambda: is_open(screen))
    assert sheet(screen).row.station == "Caixa 2"
