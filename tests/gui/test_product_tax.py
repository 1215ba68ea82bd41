"""A product's taxes are kept with the product: group, origin and CEST, all of it or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from tests.builders import empty_queue
from tests.gui.product_gallery import ANA, BRUNO, CARLA, Shop, open_shop, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksBusy
from varejoforte_desktop.application.fiscal_setup import save_product_tax, save_tax_rules
from varejoforte_desktop.domain.errors import Missing
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.taxes import ProductTax, TaxRule
from varejoforte_desktop.ui.products.editor import ProductEditor
from varejoforte_desktop.ui.products.tax_fields import ORIGINS, TaxFields


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with one product and an accountant's table of two groups."""
    async with open_shop(tmp_path) as opened:
        opened.keep(reference="PAN-1", name="Panela", price=Money(10000), cost=Money(6000), on_hand=12)
        empty_queue(opened.database)
        rules = [
            TaxRule(group=group, valid_from=date(2026, 1, 1), cfop="5102", csosn="102")
            for group in ("", "st", "bebidas")
        ]
        opened.database.run_now(save_tax_rules, rules, source="tabela", by=CARLA)
        yield opened


def tax(shop: Shop, product_id: int = 1) -> ProductTax:
    return shop.database.read_now(lambda reader: reader.fiscal.product_tax(product_id))


def taxes(editor: ProductEditor) -> TaxFields:
    return editor._form.taxes


def choose_origin(editor: ProductEditor, code: int) -> None:
    box = editor.findChild(QComboBox, "product_origin")
    assert box is not None
    box.setCurrentIndex(code)
    box.activated.emit(code)


def press(editor: ProductEditor, name: str) -> None:
    button = editor.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_the_taxes_are_kept_with_the_product(shop: Shop) -> None:
    editor = await shop.editor(1)
    offered = [taxes(editor).group.itemText(place) for place in range(taxes(editor).group.count())]
    assert offered == ["bebidas", "st"]
    write(editor, product_name="Panela grande", product_tax_group=" ST ", product_cest="01.001.00")
    choose_origin(editor, 2)
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: editor.kept is not None)
    assert shop.detail(1).product.name == "Panela grande"
    assert tax(shop) == ProductTax(group="st", origin=2, cest="0100100")
    again = await shop.editor(1)
    assert taxes(again).group.currentText() == "st"
    assert taxes(again).origin.currentText() == "2 · Importado, comprado no Brasil"
    assert taxes(again).cest.text() == "0100100"


async def test_a_new_product_gets_its_taxes_too(shop: Shop) -> None:
    editor = await shop.editor()
    write(
        editor, product_reference="SUCO", product_name="Suco", product_price="9", product_tax_group="bebidas"
    )
    press(editor, "product_save")
    await until(lambda: editor.kept is not None)
    assert editor.kept is not None
    assert tax(shop, editor.kept.id) == ProductTax(group="bebidas")


@pytest.mark.parametrize("typed", ["123", "12345678", "01.001.0A", "²345678"])
async def test_a_cest_that_is_none_is_said_beside_it_and_nothing_is_kept(shop: Shop, typed: str) -> None:
    editor = await shop.editor(1)
    write(editor, product_name="Outra")
    taxes(editor).cest.setText(typed)
    editor.save()
    assert taxes(editor).fields["cest"].error == "São 7 números, como 01.001.00, ou vazio."
    assert taxes(editor).cest.hasFocus()
    assert taxes(editor).cest.text() == typed
    assert shop.detail(1).product.name == "Panela"
    write(editor, product_cest="")
    assert taxes(editor).fields["cest"].error == ""


async def test_a_wrong_product_field_comes_first_and_every_field_says_what_is_wrong(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_name="", product_cest="12")
    editor.save()
    assert editor._form.fields.fields["name"].error
    assert taxes(editor).fields["cest"].error
    assert editor._form.fields.editors["name"].hasFocus()


async def test_a_refusal_of_the_books_undoes_the_product_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise Missing("cest")

    monkeypatch.setattr("varejoforte_desktop.ui.products.tax_fields.save_product_tax", refused)
    editor = await shop.editor(1)
    write(editor, product_name="Panela nova", product_tax_group="st")
    editor.save()
    await until(lambda: taxes(editor).fields["cest"].error)
    assert editor.isVisible()
    assert editor.kept is None
    assert shop.detail(1).product.name == "Panela"
    assert editor.findChild(QLineEdit, "product_name").text() == "Panela nova"  # type: ignore[union-attr]


async def test_books_that_are_busy_lose_nothing_of_what_was_typed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.database.run

    async def busy(*_: Any, **__: Any) -> Any:
        raise BooksBusy("locked")

    monkeypatch.setattr(shop.database, "run", busy)
    editor = await shop.editor(1)
    write(editor, product_tax_group="st", product_cest="0100100")
    editor.save()
    await until(editor._banner.isVisible)
    assert taxes(editor).group.currentText() == "st"
    monkeypatch.setattr(shop.database, "run", real)
    editor.save()
    await until(lambda: editor.kept is not None)
    assert tax(shop) == ProductTax(group="st", cest="0100100")


async def test_leaving_with_another_group_asks_first(shop: Shop) -> None:
    editor = await shop.editor(1)
    write(editor, product_tax_group="st")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor._discard.isVisible()
    press(editor, "product_discard")
    assert tax(shop) == ProductTax()


async def test_only_another_tax_sends_nothing_to_the_store(shop: Shop) -> None:
    editor = await shop.editor(1)
    choose_origin(editor, 1)
    editor.save()
    await until(lambda: editor.kept is not None)
    assert tax(shop).origin == 1
    assert shop.owed() == {}


async def test_somebody_who_may_only_look_sees_the_taxes_locked(shop: Shop) -> None:
    shop.database.run_now(save_product_tax, 1, ProductTax(group="st", origin=8, cest="0100100"), by=BRUNO)
    editor = await shop.editor(1, ANA)
    assert taxes(editor).cest.isReadOnly()
    assert not taxes(editor).group.isEnabled()
    assert not taxes(editor).origin.isEnabled()
    assert taxes(editor).origin.currentText() == f"8 · {ORIGINS[8]}"


async def test_the_fields_are_reached_with_the_keyboard_in_order(shop: Shop) -> None:
    editor = await shop.editor(1)
    for widget, following in zip(taxes(editor).editors, taxes(editor).editors[1:], strict=False):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        assert following.hasFocus() or following.isAncestorOf(editor.focusWidget())
    for widget in taxes(editor).editors:
        assert widget.accessibleName()
