"""A product is changed through its fields: wrong ones say so beside themselves, right ones reach the store's queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from tests.builders import a_gtin, empty_queue
from tests.gui.product_gallery import ANA, BRUNO, Shop, open_shop, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksBusy
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.movements.dialog import MovementDialog
from varejoforte_desktop.ui.products.editor import ProductEditor

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with one product that the store has heard all about."""
    async with open_shop(tmp_path) as opened:
        opened.keep(
            reference="PAN-1",
            name="Panela",
            barcode=a_gtin(1),
            price=Money(10000),
            cost=Money(6000),
            on_hand=12,
            brand="Fervalto",
            category="Cozinha > Panelas",
        )
        empty_queue(opened.database)
        yield opened


def beside(editor: ProductEditor, name: str) -> str:
    """What stands beside a field that is wrong."""
    return editor._form.fields.fields[name].error


def line(editor: QWidget, name: str) -> QLineEdit:
    found = editor.findChild(QLineEdit, name)
    assert found is not None, name
    return found


def sends(editor: ProductEditor) -> str:
    return editor._sends.text()


def press(editor: QWidget, name: str) -> None:
    button = editor.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def saved(editor: ProductEditor) -> Product:
    await until(lambda: editor.kept is not None)
    assert editor.kept is not None
    return editor.kept


async def test_a_new_price_reaches_the_queue(shop: Shop) -> None:
    editor = await shop.editor(1)
    assert sends(editor) == "A Tray ainda não recebeu este produto."
    write(editor, product_price="109,90")
    assert sends(editor) == "Ao salvar vai para a Tray: Preço e custo."
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    kept = await saved(editor)
    assert (kept.price, kept.version) == (Money(10990), 2)
    assert shop.owed() == {1: {Aspect.PRICE}}
    assert editor.isHidden()


async def test_a_new_product_is_kept_whole(shop: Shop) -> None:
    editor = await shop.editor()
    assert line(editor, "product_reference").hasFocus()
    write(
        editor,
        product_reference=" COP-2 ",
        product_barcode=a_gtin(2),
        product_name="Copo  de vidro",
        product_brand="Vidral",
        product_category="Mesa posta > Copos",
        product_ncm="7013.37.00",
        product_unit="cx",
        product_price="1.234,5",
        product_cost="800",
        product_promotional_price="1000",
        product_promotion_start="01/12",
        product_promotion_end="24/12/26",
        product_minimum_stock="5",
        product_safety_stock="1",
        product_counter_reserve="2",
        product_short_description="Seis copos",
        product_description="Seis copos de vidro.",
        product_weight="1350",
        product_length="36",
        product_width="21",
        product_height="20",
        product_model="C6",
        product_warranty="90 dias",
    )
    assert sends(editor) == "Ao salvar vai para a Tray: Estoque, Preço e custo, Cadastro."
    press(editor, "product_save")
    kept = await saved(editor)
    assert kept == replace(
        kept,
        reference="COP-2",
        barcode=a_gtin(2),
        name="Copo de vidro",
        ncm="70133700",
        unit="CX",
        price=Money(123450),
        cost=Money(80000),
        promotional_price=Money(100000),
        promotion_start=date(2026, 12, 1),
        promotion_end=date(2026, 12, 24),
        minimum_stock=Decimal(5),
        safety_stock=Decimal(1),
        counter_reserve=Decimal(2),
        short_description="Seis copos",
        description="Seis copos de vidro.",
        weight=1350,
        length=36,
        width=21,
        height=20,
        model="C6",
        warranty="90 dias",
        sell_online=True,
    )
    detail = shop.detail(kept.id)
    assert (detail.brand, detail.category) == ("Vidral", "Mesa posta > Copos")
    assert shop.owed() == {kept.id: set(EVERYTHING)}


async def test_saving_without_a_change_keeps_everything_as_it_was(shop: Shop) -> None:
    before = shop.detail(1).product
    editor = await shop.editor(1)
    editor.save()
    kept = await saved(editor)
    assert replace(kept, version=before.version) == before
    assert shop.owed() == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("reference", "", "Falta preencher: referência."),
        ("reference", "x" * 61, "Referência aceita no máximo 60 letras."),
        ("name", "", "Falta preencher: nome."),
        ("name", "x" * 201, "Nome aceita no máximo 200 letras."),
        (
            "barcode",
            "7890000000011",
            "O código de barras tem um dígito errado. O último dígito deveria ser 7.",
        ),
        ("barcode", "123", "O código de barras deve ter 8, 12, 13 ou 14 dígitos. Sem código, deixe vazio."),
        ("barcode", "abc", "Use só números, ou SEM GTIN."),
        ("ncm", "7615", "O NCM deve ter 8 dígitos. Veja na nota de compra ou com o contador."),
        ("unit", "CENTENA", "Unidade aceita no máximo 6 letras."),
        ("price", "12,5,0", "Digite um valor como 12,90."),
        ("price", "-3", "Digite um valor como 12,90."),
        ("cost", "1,234", "Use no máximo duas casas: 12,90."),
        ("promotional_price", "100", "O preço promocional deve ser menor que o preço de venda."),
        ("promotion_start", "31/02/2026", "Digite um dia como 30/11/2026."),
        ("minimum_stock", "doze", "Digite uma quantidade como 12 ou 0,250."),
        ("safety_stock", "1,2345", "Use no máximo três casas: 0,250."),
        ("counter_reserve", "-1", "Digite uma quantidade como 12 ou 0,250."),
        ("weight", "1,5", "Digite um número inteiro."),
        ("height", "alto", "Digite um número como 350."),
        ("model", "x" * 151, "Modelo aceita no máximo 150 letras."),
        ("warranty", "x" * 201, "Garantia aceita no máximo 200 letras."),
        ("short_description", "x" * 501, "Descrição curta aceita no máximo 500 letras."),
        ("description", "x" * 4801, "Descrição aceita no máximo 4800 letras."),
        ("brand", "x" * 121, "Marca aceita no máximo 120 letras."),
        ("category", "Cozinha > ", "Falta preencher: categoria."),
    ],
)
async def test_each_wrong_field_says_so_beside_itself(shop: Shop, name: str, text: str, said: str) -> None:
    editor = await shop.editor(1)
    write(
        editor,
        product_promotional_price="80",
        product_promotion_start="01/12/2026",
        product_promotion_end="24/12/2026",
    )
    write(editor, **{f"product_{name}": text})
    editor.save()
    await until(lambda: beside(editor, name))
    assert beside(editor, name) == said
    assert editor._form.fields.editors[name].property("invalid") is True
    assert editor.focusWidget() is editor._form.fields.editors[name]
    assert editor.kept is None
    assert shop.owed() == {}


async def test_all_that_is_wrong_is_said_at_once_and_the_first_gets_the_cursor(shop: Shop) -> None:
    editor = await shop.editor()
    write(editor, product_reference="R", product_ncm="12", product_price="abc", product_promotional_price="9")
    press(editor, "product_save")
    wrong = {name for name, field in editor._form.fields.fields.items() if field.error}
    assert wrong == {"name", "ncm", "price", "promotion_start"}
    assert editor.focusWidget() is editor._form.fields.editors["name"]
    write(editor, product_name="Nome", product_ncm="", product_price="10", product_promotional_price="")
    press(editor, "product_save")
    await saved(editor)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("reference", "pan-1", "Já existe um produto com a referência pan-1. Escolha outra referência."),
        ("barcode", a_gtin(1), f"O código {a_gtin(1)} já é do produto PAN-1."),
    ],
)
async def test_what_belongs_to_another_product_is_refused_beside_it(
    shop: Shop, name: str, text: str, said: str
) -> None:
    editor = await shop.editor()
    write(editor, product_reference="COP-2", product_name="Copo")
    write(editor, **{f"product_{name}": text})
    editor.save()
    await until(lambda: beside(editor, name))
    assert beside(editor, name) == said
    assert editor.focusWidget() is editor._form.fields.editors[name]


async def test_price_and_margin_follow_one_another(shop: Shop) -> None:
    editor = await shop.editor(1)
    margin, price = line(editor, "product_margin"), line(editor, "product_price")
    hint = editor.findChild(QLabel, "product_margin_message")
    assert hint is not None
    assert margin.text() == "40%"
    assert hint.text() == "Sobram R$ 40,00 por unidade"
    write(editor, product_price="120")
    assert margin.text() == "50%"
    write(editor, product_margin="25")
    assert price.text() == "80,00"
    assert hint.text() == "Sobram R$ 20,00 por unidade"
    write(editor, product_cost="40")
    assert (price.text(), margin.text()) == ("80,00", "50%")
    write(editor, product_cost="")
    assert margin.text() == ""
    assert hint.text() == "Preencha o custo para calcular"
    write(editor, product_cost="40", product_margin="-25")
    assert price.text() == "32,00"
    editor.save()
    assert (await saved(editor)).price == Money(3200)


async def test_the_second_option_keeps_texts_here(shop: Shop) -> None:
    shop.choose(SyncOption.COMMERCIAL)
    editor = await shop.editor(1)
    write(editor, product_name="Panela nova")
    assert sends(editor) == "O cadastro fica só aqui (opção 2)."
    write(editor, product_price="99")
    assert sends(editor) == "Ao salvar vai para a Tray: Preço e custo. O cadastro fica só aqui (opção 2)."
    fresh = await shop.editor()
    assert "Opção 2" in sends(fresh)


async def test_what_is_sent_follows_each_field(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_brand="Outra")
    assert sends(editor) == "Ao salvar vai para a Tray: Cadastro."
    write(editor, product_brand="Fervalto", product_safety_stock="2")
    assert sends(editor) == "Ao salvar vai para a Tray: Estoque."
    assert editor._form._sum.plain_text == "12 físico − 2 segurança = 10 na loja"
    editor._form.fields.sell_online.setChecked(False)
    assert sends(editor) == "Ao salvar o produto sai da loja na Tray."


async def test_somebody_else_saved_meanwhile(shop: Shop) -> None:
    editor = await shop.editor(1)
    detail = shop.detail(1)
    other = replace(detail.product, name="Panela do Bruno")
    await shop.database.run(save_product, other, brand=detail.brand, category=detail.category, by=BRUNO)
    write(editor, product_price="99")
    editor.save()
    await until(editor._banner.isVisible)
    assert editor._banner.text.startswith("Outra pessoa salvou este produto depois que você o abriu.")
    press(editor, "product_banner_button")
    await until(lambda: line(editor, "product_name").text() == "Panela do Bruno")
    assert editor._banner.isHidden()
    assert line(editor, "product_price").text() == "100,00"
    write(editor, product_price="99")
    editor.save()
    assert (await saved(editor)).version == 3


async def test_esc_leaves_what_was_not_touched(shop: Shop) -> None:
    editor = await shop.editor(1)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isHidden()


async def test_esc_asks_before_it_throws_changes_away(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_name="Outra")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert editor._discard.isVisible()
    press(editor, "product_continue")
    assert editor._discard.isHidden()
    assert line(editor, "product_name").text() == "Outra"
    editor.close()
    assert editor.isVisible(), "the window's cross asks too"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor._discard.isHidden(), "a second Esc goes on editing"
    press(editor, "product_cancel")
    press(editor, "product_discard")
    assert editor.isHidden()
    assert editor.kept is None


async def test_enter_goes_on_and_saves_only_on_the_button(shop: Shop) -> None:
    editor = await shop.editor()
    write(editor, product_reference="COP-2")
    QTest.keyClick(line(editor, "product_reference"), Qt.Key.Key_Return)
    assert line(editor, "product_barcode").hasFocus()
    write(editor, product_name="Copo")
    QTest.keyClick(line(editor, "product_name"), Qt.Key.Key_Return)
    await asyncio.sleep(0.02)
    assert editor.kept is None
    editor._save.setFocus()
    QTest.keyClick(editor._save, Qt.Key.Key_Return)
    await saved(editor)


async def test_pressing_twice_saves_once(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_price="99")
    press(editor, "product_save")
    editor.save()
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    assert (await saved(editor)).version == 2
    await asyncio.sleep(0.02)
    assert shop.detail(1).product.version == 2


async def test_a_trouble_of_the_books_keeps_the_form(shop: Shop) -> None:
    editor = await shop.editor(1)
    run = shop.database.run

    async def busy(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksBusy

    shop.database.run = busy  # type: ignore[method-assign]
    write(editor, product_price="99")
    editor.save()
    await until(editor._banner.isVisible)
    assert editor._banner.text == "O banco de dados está ocupado. Tente de novo em alguns segundos."
    assert line(editor, "product_price").text() in {"99", "99,00"}
    shop.database.run = run  # type: ignore[method-assign]
    editor.save()
    assert (await saved(editor)).price == Money(9900)


async def test_who_may_only_look_changes_nothing(shop: Shop) -> None:
    editor = await shop.editor(1, ANA)
    assert editor._banner.text == "Seu perfil pode ver o cadastro, mas não alterar. Peça a um gerente."
    assert line(editor, "product_name").isReadOnly()
    assert not editor._form.fields.combo("brand").isEnabled()
    assert not editor._form.fields.sell_online.isEnabled()
    assert editor._save.isHidden()
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    await asyncio.sleep(0.02)
    assert editor.kept is None
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isHidden()


async def test_goods_are_moved_from_the_editor_without_losing_what_was_typed(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_price="99")
    press(editor, "product_move")
    dialog = await until(lambda: editor.findChild(MovementDialog))
    write(dialog, movement_quantity="3", movement_reason="Compra")
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: editor._form._shelf.text() == "15 UN")
    assert editor._form._sum.plain_text == "15 físico = 15 na loja"
    editor.save()
    assert (await saved(editor)).price == Money(9900)


async def test_every_field_has_a_stable_name_and_an_accessible_one(shop: Shop) -> None:
    editor = await shop.editor(1)
    for name, widget in editor._form.fields.editors.items():
        assert widget.objectName() == f"product_{name}"
        assert widget.accessibleName()
    for button in editor.findChildren(QPushButton):
        assert button.objectName(), button.text()


async def test_an_inactive_product_leaves_the_list_and_is_found_again_by_its_reference(shop: Shop) -> None:
    kept = shop.keep(reference="JAR-9", name="Jarra")
    screen = await shop.products()
    model = screen.table.model()
    await until(lambda: model.rowCount() == 2)
    await shop.database.run(save_product, replace(kept, active=False), brand="", category="", by=BRUNO)
    await until(lambda: model.rowCount() == 1)
    screen._search("JAR-9")
    await until(lambda: screen.table.current_id() == kept.id)
