"""Entrada por XML: a note is decided line by line with the keyboard and enters once, as it was decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from tests.builders import a_gtin, empty_queue, move
from tests.gui.product_gallery import ANA, BRUNO, LONG_NAME, Shop, open_shop, write
from tests.gui.purchase_gallery import (
    DOUBLED,
    enter_some,
    give_cnpj,
    month_items,
    purchase_session,
    stock_up,
)
from tests.purchase_notes import OTHER_SHOP, SHOP, a_note, item, read
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.purchases import enter_purchase
from varejoforte_desktop.application.undo_purchase import undo_purchase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.purchase import LineChoice
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.purchases.book import PAGE
from varejoforte_desktop.ui.purchases.entering import EnterDialog, summary_lines
from varejoforte_desktop.ui.purchases.new_product import NewProductDialog
from varejoforte_desktop.ui.purchases.note_page import NotePage
from varejoforte_desktop.ui.purchases.undoing import UndoPurchaseDialog, undo_lines
from varejoforte_desktop.ui.purchases.work import PurchaseWork, Standing
from varejoforte_desktop.ui.screens.purchases import PurchasesScreen

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
F3, F4, F6, F7, F8, F9, F10 = (Qt.Key(Qt.Key.Key_F1 + n) for n in (2, 3, 5, 6, 7, 8, 9))
WIDE = (1700, 900)


class Desk:
    """The screen over real books."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder
        self._opened: list[PurchasesScreen] = []
        self.said: list[str] = []

    async def open(self, actor: Any = BRUNO, size: tuple[int, int] = WIDE) -> PurchasesScreen:
        screen = PurchasesScreen(purchase_session(self.shop.database, actor, self.shop.clock))
        self._opened.append(screen)
        screen.said.connect(self.said.append)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(screen.isActiveWindow)
        await until(lambda: screen.states.currentWidget() is not screen.states.skeleton)
        return screen

    def file(self, data: bytes, name: str = "nota.xml") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    async def lay(self, items: list[dict[str, str]], **changes: Any) -> NotePage:
        """Open the screen with this note on the table."""
        screen = await self.open()
        screen.open_file(self.file(a_note(items, **changes)))
        await until(lambda: screen.deciding)
        return screen.note

    async def close(self) -> None:
        for screen in self._opened:
            await screen.aclose()
            screen.close()
            screen.deleteLater()


@pytest.fixture
async def desk(qapp: Any, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_shop(tmp_path) as shop:
        give_cnpj(shop.database)
        stock_up(shop.database)
        empty_queue(shop.database)
        made = Desk(shop, tmp_path)
        yield made
        await made.close()


def work_of(note: NotePage) -> PurchaseWork:
    assert note.work is not None
    return note.work


def standings(note: NotePage) -> list[Standing]:
    return [work_of(note).standing(place) for place in work_of(note).places]


def words(widget: QWidget, name: str) -> str:
    label = widget.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def key(widget: QWidget, which: Qt.Key) -> None:
    QTest.keyClick(widget, which)


async def dialog_of(note: NotePage, kind: type[Any]) -> Any:
    """A dialog that is open and has the keyboard."""
    dialog = await until(lambda: next((d for d in note.findChildren(kind) if d.isVisible()), None))
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


async def back_in(note: NotePage) -> None:
    """The window has the keyboard again after a dialog."""
    note.window().activateWindow()
    await until(note.window().isActiveWindow)


# -- deciding ---------------------------------------------------------------------------------------------------------


async def test_the_note_of_the_month_by_keyboard(desk: Desk) -> None:
    note = await desk.lay(month_items())
    assert standings(note) == [
        Standing.READY, Standing.READY, Standing.READY, Standing.CHECK, Standing.READY, Standing.SEVERAL,
        Standing.UNKNOWN, Standing.UNKNOWN, Standing.READY,
    ]  # fmt: skip
    assert note.place == 4
    assert note.table.hasFocus()
    assert words(note, "decision_cost") == "3,90 → 4,40 (+12,8%)"
    assert words(note, "decision_store") == "Na loja virtual: estoque 40 → 88, preço continua 7,90."
    assert words(note, "decision_price_words") == "Hoje 7,90 · sugerido 8,91 (+12,8%)"
    key(note.table, ENTER)  # 4: twelve cups in a box
    assert note.place == 6
    press(note, f"decision_candidate_{work_of(note).line(6).planned.candidates[0].product.id}")
    await until(lambda: note.place == 7)
    key(note.table, F7)
    dialog = await dialog_of(note, NewProductDialog)
    write(dialog, new_product_reference="ESP-1", new_product_price="12,90")
    key(dialog, F10)
    await until(lambda: note.place == 8)
    await back_in(note)
    key(note.table, F8)
    assert note.enter_button.hasFocus()
    assert note.standing.text() == "Tudo decidido: 8 de 9 linhas entram"
    key(note.enter_button, F10)
    entering = await dialog_of(note, EnterDialog)
    assert entering.go.hasFocus()
    key(entering.go, ENTER)
    await until(lambda: desk.said)
    assert desk.said == ["NF-e 4471: 8 linhas entraram, 1 produto novo, 4 custos mudaram."]
    screen = desk._opened[0]
    assert not screen.deciding
    await until(lambda: screen.book.model.rowCount() == 1)
    pan, cup, spatula = (desk.shop.detail(each) for each in (1, 4, 8))
    assert (pan.on_hand, pan.product.cost, pan.product.price) == (16, Money(1040), Money(1790))
    assert (cup.on_hand, cup.product.cost) == (88, Money(440))
    assert (spatula.product.reference, spatula.product.price, spatula.on_hand) == ("ESP-1", Money(1290), 10)
    owed = desk.shop.owed()
    assert owed[1] == {Aspect.STOCK, Aspect.PRICE}
    assert owed[2] == {Aspect.STOCK}
    assert set(owed) == {1, 2, 3, 4, 6}


async def test_a_product_is_searched_and_its_conversion_typed(desk: Desk) -> None:
    note = await desk.lay([item("X1", uCom="CX", qCom="2.0000", vUnCom="60.0000000000")])
    assert words(note, "decision_product_message").startswith("Nenhum produto tem este código")
    key(note.table, ENTER)
    assert note.panel.picker.hasFocus()
    QTest.keyClicks(note.panel.picker, "cop-300")
    key(note.panel.picker, ENTER)
    await until(lambda: standings(note) == [Standing.READY])
    assert words(note, "decision_product_message") == "Escolhido por você."
    key(note, F4)
    assert note.panel.factor.hasFocus()
    write(note, decision_factor="24")
    assert words(note, "decision_factor_message") == "Entram 48 UN."
    assert words(note, "decision_cost") == "3,90 → 2,50 (−35,9%)"
    write(note, decision_factor="0,3")
    assert standings(note) == [Standing.WRONG]
    assert "unidade inteira" in words(note, "decision_factor_message")
    key(note, F10)
    assert note.banner.text == "Falta decidir 1 linha."
    write(note, decision_factor="12")
    key(note.panel.factor, ENTER)
    assert note.enter_button.hasFocus()
    assert work_of(note).choices() == [
        LineChoice(place=1, product_id=4, factor=Decimal(12), seen=work_of(note).choices()[0].seen)
    ]


async def test_a_unit_that_changed_and_bars_of_another_product_are_asked_about(desk: Desk) -> None:
    box = item("C", uCom="CX", qCom="2.0000", vUnCom="24.0000000000")
    learned = [LineChoice(place=1, product_id=4, factor=Decimal(12)), LineChoice(place=2, product_id=1)]
    desk.shop.database.run_now(enter_purchase, read([box, item("D")]), learned, own_cnpj=SHOP, by=BRUNO)
    note = await desk.lay([item("C", qCom="24.0000"), item("D", cEAN=a_gtin(2))], number=4472)
    assert standings(note) == [Standing.CHECK, Standing.SEVERAL]
    hint = words(note, "decision_factor_message")
    assert hint == "Entram 24 UN. Da última vez, 1 CX valia 12; agora vem em UN."
    work_of(note).choose(1, work_of(note).line(1).planned.candidates[0])
    assert standings(note)[0] is Standing.CHECK  # naming the product again says nothing of the unit
    key(note.table, ENTER)
    assert note.place == 2
    assert words(note, "decision_product_message").startswith("O código do fornecedor era um produto")
    press(note, "decision_candidate_2")
    await until(lambda: standings(note) == [Standing.READY, Standing.READY])


async def test_lines_that_are_no_purchase_say_so_and_come_in_only_when_somebody_says(desk: Desk) -> None:
    note = await desk.lay(
        [
            item("A", cEAN=a_gtin(1), CFOP="5922"),
            item("A", cEAN=a_gtin(1), CFOP="5917"),
            item("Q", CFOP="5202"),
            item("Q"),
            item("R"),
        ]
    )
    assert standings(note) == [
        Standing.OUT, Standing.UNBOUGHT, Standing.UNKNOWN, Standing.UNKNOWN, Standing.UNKNOWN,
    ]  # fmt: skip
    assert note.place == 2
    assert note.panel.unbought.text == "Veio em consignação: a mercadoria continua do fornecedor."
    assert words(note, "decision_cost") == "9,00"
    key(note.table, ENTER)
    assert standings(note)[1] is Standing.READY
    assert note.all_new.text() == "Cadastrar os 2 sem vínculo"
    press(note, "purchase_all_new")
    assert standings(note)[2:] == [Standing.UNKNOWN, Standing.NEW, Standing.NEW]
    stocked = await desk.shop.database.read(lambda reader: reader.purchases.stocked([2])[2])
    work_of(note).choose(3, stocked)
    assert standings(note)[2] is Standing.UNBOUGHT  # a product is known now, and that it comes in is not
    note.table.go_to_row(0)
    assert note.panel.unbought.text.startswith("É simples faturamento")
    key(note.table, F8)
    assert standings(note)[0] is Standing.UNBOUGHT
    assert [choice.set_cost for choice in work_of(note).choices()] == [False, False, False, True, True]


async def test_a_note_of_simples_faturamento_brings_nothing(desk: Desk) -> None:
    note = await desk.lay([item("A", cEAN=a_gtin(1), CFOP="5922")])
    assert standings(note) == [Standing.OUT]
    assert not note.enter_button.isEnabled()
    assert note.panel.unbought.isVisible()


async def test_prices_change_only_where_they_are_ticked(desk: Desk) -> None:
    note = await desk.lay([item("A", cEAN=a_gtin(1)), item("B", cEAN=a_gtin(2))])
    note.table.go_to_row(0)
    assert not note.panel.price.isEnabled()
    key(note.table, F6)
    assert note.panel.price.hasFocus()
    assert note.panel.price.text() == "19,89"  # the markup of 17,90 over 9,00
    write(note, decision_price="21,50")
    assert work_of(note).price(1) == Money(2150)
    assert words(note, "decision_store").endswith("preço 17,90 → 21,50.")
    assert [choice.price for choice in work_of(note).choices()] == [Money(2150), None]
    note.panel.reprice.setChecked(False)
    assert work_of(note).price(1) is None
    write(note, purchase_margin="100")
    key(note, F9)
    assert [choice.price for choice in work_of(note).choices()] == [Money(2000), Money(2000)]
    toast = note.toasts._toast
    assert toast is not None
    assert toast.text == "2 preços marcados para mudar."
    assert "2 preços de venda mudam." in summary_lines(work_of(note))


async def test_lines_of_one_code_are_decided_together_and_gifts_leave_the_cost(desk: Desk) -> None:
    note = await desk.lay(
        [item("Z", vICMS="20.00"), item("Z", CFOP="5910", qCom="10.0000", vUnCom="0.0000000000"), item("Y")]
    )
    note.table.go_to_row(0)
    stocked = await desk.shop.database.read(lambda reader: reader.purchases.stocked([1])[1])
    work_of(note).choose(1, stocked)
    assert standings(note)[:2] == [Standing.READY, Standing.READY]
    assert words(note, "decision_cost") == "9,00 → 10,00 (+11,1%)"
    note.head.less_icms.setChecked(True)
    assert words(note, "decision_cost") == "9,00 → 8,00 (−11,1%)"
    note.table.go_to_row(1)
    assert not note.panel.set_cost.isChecked()
    note.panel.set_cost.setChecked(True)
    assert words(note, "decision_cost") == "9,00 → 4,00 (−55,6%)"
    note.table.go_to_row(2)
    key(note.table, F8)
    assert standings(note)[2] is Standing.OUT
    note.table.go_to_row(2)
    key(note.table, F8)
    assert standings(note)[2] is Standing.UNKNOWN


async def test_all_unknown_lines_become_products_at_once(desk: Desk) -> None:
    note = await desk.lay([item("N1", "Espátula"), item("N2", "Pegador"), item("A", cEAN=a_gtin(1))])
    assert note.all_new.text() == "Cadastrar os 2 sem vínculo"
    press(note, "purchase_all_new")
    assert standings(note) == [Standing.NEW, Standing.NEW, Standing.READY]
    assert not note.all_new.isVisible()
    assert "2 produtos novos são cadastrados." in summary_lines(work_of(note))


async def test_a_new_product_is_checked_before_it_is_taken(desk: Desk) -> None:
    note = await desk.lay([item("N1", "Espátula", cEAN=a_gtin(50))])
    write(note, purchase_margin="50")
    key(note.table, F7)
    dialog = await dialog_of(note, NewProductDialog)
    assert dialog.price.text() == "15,00"
    write(dialog, new_product_reference="pan-1001")
    key(dialog, F10)
    await until(lambda: dialog._fields["reference"].error)
    write(dialog, new_product_reference="ESP-1", new_product_barcode=a_gtin(1))
    key(dialog, F10)
    await until(lambda: dialog._fields["barcode"].error)
    write(dialog, new_product_barcode="123")
    key(dialog, F10)
    assert "código de barras" in dialog._fields["barcode"].error
    key(dialog, ESC)
    press(dialog, "new_product_discard")
    await until(lambda: not note._asking)
    assert standings(note) == [Standing.UNKNOWN]


# -- the file ---------------------------------------------------------------------------------------------------------


async def test_a_file_is_chosen_or_dropped_and_the_note_waits_when_one_goes_back(desk: Desk) -> None:
    screen = await desk.open()
    key(screen.search, Qt.Key.Key_Insert)
    dialog = await until(lambda: screen.findChild(QFileDialog))
    assert dialog is not None
    file = desk.file(a_note([item("A", cEAN=a_gtin(1))]))
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    dialog.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: screen.deciding)
    await back_in(screen.note)
    key(screen.note.table, ESC)
    assert not screen.deciding
    assert screen.unfinished.text.startswith("A NF-e 4471 de Metalúrgica Fervalto Ltda está em conferência")
    work_of(screen.note).set_price(1, Money(2222))
    screen.open_file(file)
    await until(lambda: screen.deciding)
    assert work_of(screen.note).price(1) == Money(2222)
    key(screen.note.table, ESC)
    press(screen, "purchases_unfinished_button")
    assert screen.deciding
    key(screen.note.table, ESC)

    path = desk.file(a_note([item("B", cEAN=a_gtin(2))], number=9), "outra.XML")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, none)
    screen.dragEnterEvent(entering)
    assert entering.isAccepted()
    screen.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, none))
    await until(lambda: screen.deciding)
    assert work_of(screen.note).note.number == 9


async def test_a_half_decided_note_waits_while_another_one_is_opened(desk: Desk) -> None:
    screen = await desk.open()
    one = desk.file(a_note([item("A", cEAN=a_gtin(1)), item("B", cEAN=a_gtin(2))]), "a.xml")
    other = desk.file(a_note([item("C", cEAN=a_gtin(3))], number=9), "b.xml")
    screen.open_file(one)
    await until(lambda: screen.deciding)
    write(screen.note, purchase_margin="50")
    work_of(screen.note).set_price(1, Money(2222))
    work_of(screen.note).leave_out(2)
    key(screen.note.table, ESC)
    screen.open_file(other)
    await until(lambda: screen.deciding)
    assert work_of(screen.note).note.number == 9
    assert screen.note.head.margin.text() == ""
    key(screen.note.table, ESC)
    supplier = "Metalúrgica Fervalto Ltda"
    assert screen.unfinished.text == (
        f"As NF-e 9 de {supplier} e 4471 de {supplier} estão em conferência; nada foi gravado ainda."
    )
    assert [each.text() for each in screen.unfinished.menu.actions()] == [
        f"NF-e 9 · {supplier}",
        f"NF-e 4471 · {supplier}",
    ]
    screen.unfinished.menu.actions()[1].trigger()
    assert screen.deciding
    assert (work_of(screen.note).price(1), work_of(screen.note).line(2).out) == (Money(2222), True)
    assert screen.note.head.margin.text() == "50"
    key(screen.note.table, ESC)
    screen.open_file(other)
    await until(lambda: screen.deciding)
    await back_in(screen.note)
    key(screen.note, F10)
    entering = await dialog_of(screen.note, EnterDialog)
    key(entering.go, ENTER)
    await until(lambda: desk.said)
    assert screen.unfinished.text.startswith(f"A NF-e 4471 de {supplier} está em conferência")
    screen.open_file(one)
    await until(lambda: screen.deciding)
    assert work_of(screen.note).price(1) == Money(2222)


async def test_a_double_click_on_a_candidate_decides_one_line(desk: Desk) -> None:
    doubled = a_gtin(DOUBLED)
    note = await desk.lay([item(code, cEAN=doubled) for code in ("T1", "T2", "T3")])
    window = note.window()
    first = note.panel.candidates.findChild(QPushButton)
    assert first is not None
    spot = first.mapTo(window, first.rect().center())
    press(note, first.objectName())
    await until(lambda: note.place == 2)

    def shown() -> QWidget | None:
        under = window.childAt(spot)
        return under if under is not first and isinstance(under, QPushButton) else None

    under = await until(shown)
    assert under is not None
    QTest.mouseClick(under, Qt.MouseButton.LeftButton)
    await until(lambda: not note._scope.busy)
    assert standings(note) == [Standing.READY, Standing.SEVERAL, Standing.SEVERAL]


async def test_a_product_goes_to_the_line_it_was_picked_for(desk: Desk) -> None:
    note = await desk.lay([item("T1", cEAN=a_gtin(DOUBLED)), item("X2")])
    first = note.panel.candidates.findChild(QPushButton)
    assert first is not None
    press(note, first.objectName())
    note.table.go_to_row(1)
    await until(lambda: not note._scope.busy)
    assert standings(note) == [Standing.READY, Standing.UNKNOWN]
    assert note.place == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (a_note(recipient=OTHER_SHOP), "Esta nota é para outro CNPJ."),
        (a_note(stat="101"), "A nota não traz a autorização da SEFAZ."),
        (b"%PDF-1.7", "O arquivo não é um XML."),
    ],
    ids=["recipient", "cancelled", "pdf"],
)
async def test_a_wrong_file_is_said_above_the_list(desk: Desk, data: bytes, sentence: str) -> None:
    screen = await desk.open()
    screen.open_file(desk.file(data))
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith(sentence)
    assert not screen.deciding


async def test_a_shop_without_its_own_cnpj_is_asked_for_it(desk: Desk) -> None:
    give_cnpj(desk.shop.database, "")
    screen = await desk.open()
    screen.open_file(desk.file(a_note()))
    await until(screen.banner.isVisible)
    assert "dados fiscais" in screen.banner.text


async def test_a_doubtful_note_needs_somebody_to_answer_for_it(desk: Desk) -> None:
    note = await desk.lay([item("A", cEAN=a_gtin(1))], stat=None, total="100.50")
    assert note.head.doubt.text.startswith("O arquivo não traz a autorização da SEFAZ.")
    assert note.head.difference.text == "O total da nota tem R$ 0,50 a mais do que a soma das linhas."
    assert not note.enter_button.isEnabled()
    key(note.table, ENTER)
    assert note.head.trust.hasFocus()
    key(note, F10)
    assert "marque acima" in note.banner.text
    note.head.trust.setChecked(True)
    key(note, F10)
    dialog = await dialog_of(note, EnterDialog)
    key(dialog, F10)
    await until(lambda: desk.said)
    assert desk.shop.detail(1).on_hand == 15


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (a_note(signer=f"OUTRA EMPRESA:{OTHER_SHOP}"), "A nota foi assinada com o certificado de outro CNPJ"),
        (a_note().replace(b"<qCom>10.", b"<qCom>90."), "A assinatura não confere"),
        (a_note(signature=False), "O arquivo não traz a assinatura do fornecedor."),
    ],
    ids=["another company", "altered", "unsigned"],
)
async def test_a_note_whose_signature_proves_nothing_says_why(desk: Desk, data: bytes, sentence: str) -> None:
    screen = await desk.open()
    screen.open_file(desk.file(data))
    await until(lambda: screen.deciding)
    assert screen.note.head.doubt.text.startswith(sentence)
    assert screen.note.head.trust.isVisible()


async def test_a_note_that_another_station_entered_meanwhile_is_refused_in_the_dialog(desk: Desk) -> None:
    note = await desk.lay([item("A", cEAN=a_gtin(1))])
    same = read([item("A", cEAN=a_gtin(1))])
    desk.shop.database.run_now(
        enter_purchase, same, [LineChoice(place=1, product_id=2)], own_cnpj=SHOP, by=BRUNO
    )
    key(note, F10)
    dialog = await dialog_of(note, EnterDialog)
    key(dialog, F10)
    await until(dialog.banner.isVisible)
    assert dialog.banner.text.startswith("Esta nota já deu entrada.")
    key(dialog, ESC)
    await until(lambda: not note._asking)
    assert desk.said == []


async def test_a_price_changed_elsewhere_is_seen_before_it_is_overwritten(desk: Desk) -> None:
    note = await desk.lay([item("A", cEAN=a_gtin(1))])
    work_of(note).set_price(1, Money(2000))
    dearer = replace(desk.shop.detail(1).product, price=Money(3000))
    desk.shop.database.run_now(save_product, dearer, brand="", category="", by=BRUNO)
    for last in (False, True):
        key(note, F10)
        dialog = await dialog_of(note, EnterDialog)
        key(dialog, F10)
        if last:
            break
        await until(dialog.banner.isVisible)
        key(dialog, ESC)
        await until(lambda: words(note, "decision_price_words").startswith("Hoje 30,00"))
        await back_in(note)
    await until(lambda: desk.said)
    assert desk.shop.detail(1).product.price == Money(2000)


# -- the list ---------------------------------------------------------------------------------------------------------


async def test_the_list_in_its_states_and_searched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = await desk.open()
    assert screen.states.currentWidget() is screen.empty
    enter_some(desk.shop.database, desk.shop.clock, 5)
    await until(lambda: screen.book.model.rowCount() == 5)
    await until(screen.panel.isVisible)
    assert words(screen, "purchase_panel_title") == "NF-e 4004 · Metalúrgica Fervalto Ltda"
    lines = screen.panel.rows
    assert [str(lines.index(row, 1).data()) for row in range(3)] == ["10 UN", "10 UN", "de fora"]
    write(screen, purchase_search="vidros")
    await until(lambda: screen.book.model.rowCount() == 2)
    write(screen, purchase_search="nada")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    press(screen.empty, "no_purchases_button")
    await until(lambda: screen.book.model.rowCount() == 5)

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    monkeypatch.setattr(desk.shop.database, "read", broken)
    key(screen.search, Qt.Key.Key_F5)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("O banco de dados não responde.")


async def test_an_entry_is_taken_back_with_a_reason_and_shows_it(desk: Desk) -> None:
    screen = await desk.open()
    enter_some(desk.shop.database, desk.shop.clock, 3)
    await until(lambda: screen.book.model.rowCount() == 3)
    await until(screen.panel.isVisible)
    assert (desk.shop.detail(2).on_hand, desk.shop.detail(3).on_hand) == (50, 25)
    key(screen.search, F8)
    dialog = await until(lambda: screen.findChild(UndoPurchaseDialog))
    assert dialog is not None
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    assert dialog.heading.text() == "Desfazer a entrada da NF-e 4002"
    assert undo_lines(dialog._detail)[0] == "2 linhas saem do estoque (2 produtos)."
    key(dialog, F10)
    assert dialog.reason.error == "Escreva ou escolha o motivo."
    dialog.reason.combo.setEditText("Nota errada")
    key(dialog, F10)
    await until(lambda: desk.said)
    assert desk.said == ["Entrada da NF-e 4002 desfeita: 2 linhas saíram do estoque."]
    assert (desk.shop.detail(2).on_hand, desk.shop.detail(3).on_hand) == (40, 15)
    await until(screen.panel.undone.isVisible)
    assert words(screen, "purchase_panel_undone_at").endswith(f"por {BRUNO.name}")
    assert words(screen, "purchase_panel_undone_why") == "Nota errada"
    assert screen.panel.undo_button.isHidden()
    screen.resize(700, 700)
    assert words(screen, "purchase_panel_undone_at").endswith(f"por {BRUNO.name}: Nota errada")
    assert screen.panel.undone_why.isHidden()
    model = screen.book.model
    states = [model.index(row, model.columnCount() - 1).data() for row in range(3)]
    assert states == ["Desfeita", "Entrou", "Entrou"]
    key(screen.table, F8)
    assert not screen._asking


async def test_taking_back_what_is_gone_or_was_taken_back_is_refused_in_the_dialog(desk: Desk) -> None:
    enter_some(desk.shop.database, desk.shop.clock, 1)
    screen = await desk.open()
    await until(screen.panel.isVisible)
    move(desk.shop.database, desk.shop.detail(2).product, MovementKind.EXIT, "11", by=BRUNO)
    press(screen, "purchase_undo_button")
    dialog = await until(lambda: screen.findChild(UndoPurchaseDialog))
    assert dialog is not None
    dialog.reason.combo.setEditText("Nota errada")
    dialog.save()
    await until(dialog.banner.isVisible)
    assert dialog.banner.text == (
        "Parte da mercadoria desta nota já saiu da loja: PAN-1002. Acerte o estoque antes de desfazer a entrada."
    )
    move(desk.shop.database, desk.shop.detail(2).product, MovementKind.ENTRY, "11", by=BRUNO)
    desk.shop.database.run_now(undo_purchase, 1, reason="Repetida", by=BRUNO)
    dialog.save()
    await until(lambda: dialog.over)
    assert dialog.banner.text.startswith("A entrada desta nota já foi desfeita.")
    key(dialog, ESC)
    await until(lambda: not screen._asking)
    assert desk.said == []


async def test_long_lists_are_read_a_page_at_a_time(desk: Desk) -> None:
    enter_some(desk.shop.database, desk.shop.clock, PAGE + 3)
    screen = await desk.open()
    assert screen.book.model.rowCount() == PAGE
    bar = screen.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    await until(lambda: screen.book.model.rowCount() == PAGE + 3)


async def test_who_may_not_enter_sees_the_list_only(desk: Desk) -> None:
    screen = await desk.open(ANA)
    assert not screen.choose_button.isEnabled()
    assert not screen.empty.findChild(QPushButton, "no_purchases_button").isVisible()
    key(screen.search, Qt.Key.Key_Insert)
    key(screen.search, F8)
    await asyncio.sleep(0)
    assert screen.findChild(QFileDialog) is None
    assert screen.findChild(UndoPurchaseDialog) is None
    assert screen.panel.undo_button.isHidden()


async def test_in_a_note_of_990_lines_one_decision_shows_at_once(desk: Desk) -> None:
    note = await desk.lay([item(f"L{n}", f"{LONG_NAME[:100]} {n}") for n in range(990)])
    work = work_of(note)
    work.make_all_new()
    work.set_margin(Decimal(40))
    work.take_suggestions()
    assert work.open_places() == []
    assert {choice.new.price for choice in work.choices() if choice.new} == {Money(1400)}
    told: list[object] = []
    work.changed.connect(told.append)
    work.set_factor(990, Decimal(2))
    work.set_price(7, Money(1500))
    work.leave_out(8)
    work.accept(8)
    assert told == [frozenset({990}), frozenset({7}), frozenset({8}), frozenset({8})]
    assert note.rows.rows[989].came == "10 UN → 20 UN"
    assert note.rows.rows[7].standing is Standing.OUT
    assert note.standing.text() == "Tudo decidido: 989 de 990 linhas entram"


async def test_every_part_has_a_name_for_those_who_cannot_see_it(desk: Desk) -> None:
    note = await desk.lay(month_items())
    for widget in (
        note.table,
        note.panel,
        note.panel.picker,
        note.panel.factor,
        note.panel.price,
        note.head.margin,
    ):
        assert widget.accessibleName()
        assert widget.objectName()
    model = note.rows
    situations = {str(model.index(row, 7).data()) for row in range(model.rowCount())}
    assert situations == {"Pronta", "Ver conversão", "Escolher produto", "Sem vínculo"}
    assert replace(model.rows[0], id=1).told.icon
