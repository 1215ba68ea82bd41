"""Configurações › Usuários: people are taken on, changed and let in again, and what each role may is seen and changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QWidget

from tests.gui.people_gallery import LONG, Shop, dialog_over, open_shop, write
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.people import change_operator, set_permission
from varejoforte_desktop.application.sign_in import challenge
from varejoforte_desktop.domain.operator import USUAL_GRANTS, Permission, Role
from varejoforte_desktop.ui.people.dialogs import EditPersonDialog, GivePasswordDialog, NewPersonDialog
from varejoforte_desktop.ui.people.suggestion import suggested_password
from varejoforte_desktop.ui.people.words import AREAS, CHOOSABLE, ROLE_SENTENCES
from varejoforte_desktop.ui.preferences.people import PeoplePage
from varejoforte_desktop.ui.theme import Theme

Key = Qt.Key


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as made:
        yield made


def lines(page: PeoplePage) -> list[list[str]]:
    """What the list shows, column by column."""
    model = page.card.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def told(page: PeoplePage) -> list[str]:
    """What was said at the foot, from now on."""
    said: list[str] = []
    page.done.connect(said.append)
    return said


def choose(page: PeoplePage, shop: Shop, login: str) -> None:
    page.card.choose(shop.people()[login].id)


def focused() -> QWidget:
    """Where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def label(page: Any, name: str) -> str:
    found = page.findChild(QLabel, name)
    assert isinstance(found, QLabel), name
    return found.text() if found.isVisibleTo(page) else ""


def opened_by(shop: Shop, login: str, password: str) -> bool:
    kept = shop.database.run_now(challenge, login, "isca", station="Balcão").password_hash
    return FAST_PASSWORDS.matches(kept, password)


# -- the list ---------------------------------------------------------------------------------------------------------


async def test_everybody_is_shown_as_they_stand(shop: Shop) -> None:
    shop.mix()
    page = await shop.page()
    assert lines(page) == [
        ["Ana Lima", "ana", "Operador", "Espera até 14:22", "há 1 h 34 min"],
        ["Bruno Reis", "bruno", "Gerente", "Ativo", "há 47 min"],
        ["Carla Souza", "carla", "Administrador", "Ativo", "há 20 s"],
        ["Davi Prado", "davi", "Operador", "Precisa trocar a senha", "nunca"],
        [LONG, "maria.aparecida.vasconcelos.albuquerque", "Gerente", "Ativo", "nunca"],
        ["Elisa Rocha", "elisa", "Operador", "Afastado", "nunca"],
    ]
    assert (
        page.card.model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole).startswith(f"{LONG} (maria.aparecida")
    )


async def test_a_wait_that_is_over_is_shown_as_over_without_a_question_to_the_books(shop: Shop) -> None:
    shop.lock_out("ana")
    page = await shop.page()
    choose(page, shop, "ana")
    assert page.card.release.isVisible()
    assert "pode tentar às 12:01" in page.card.chosen.text()
    shop.clock.forward(seconds=61)
    page._tick.timeout.emit()
    assert lines(page)[0][3] == "Ativo"
    assert not page.card.release.isVisible()


async def test_what_another_station_does_is_seen_at_the_next_look(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "bruno")
    shop.other.run_now(change_operator, shop.people()["ana"].id, active=False, by=shop.actor())
    page.refresh()
    await until(lambda: lines(page)[-1][3] == "Afastado")
    person = page.card.person
    assert person is not None
    assert person.login == "bruno"  # the choice stayed, though its line moved up


async def test_two_hundred_people_are_searched(shop: Shop) -> None:
    shop.fill(200)
    page = await shop.page()
    assert page.card.search.isVisible()
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_F2)
    assert page.card.search.hasFocus()
    write(page, people_search="duarte")
    await until(lambda: 0 < len(lines(page)) < 100)
    assert all("Duarte" in line[0] for line in lines(page))
    write(page, people_search="xyz")
    await until(lambda: page.card.states.currentWidget() is page.card.empty)
    button = page.card.empty.findChild(QPushButton, "no_people_button")
    assert isinstance(button, QPushButton)
    button.click()
    await until(lambda: len(lines(page)) == 203)


async def test_three_people_need_no_search(shop: Shop) -> None:
    page = await shop.page()
    assert not page.card.search.isVisible()


async def test_a_list_that_cannot_be_read_says_so_and_is_read_again(shop: Shop) -> None:
    real, asked = shop.database.read, []

    async def broken(question: Any) -> Any:
        asked.append(question)
        raise BooksUnreachable

    page = PeoplePage(shop.session())
    shop.pages.append(page)
    page.show()
    shop.database.read = broken  # type: ignore[method-assign]
    page.refresh()
    await until(lambda: page.card.states.currentWidget() is page.card.states.failed)
    assert not page.card.new.isVisible()
    shop.database.read = real  # type: ignore[method-assign]
    page.card.states.failed.acted.emit()
    await until(lambda: len(lines(page)) == 3)
    shop.database.read = broken  # type: ignore[method-assign]
    trouble: list[BaseException] = []
    page.failed.connect(trouble.append)
    page.refresh()
    await until(lambda: trouble)
    assert len(lines(page)) == 3
    shop.database.read = real  # type: ignore[method-assign]


# -- somebody new -----------------------------------------------------------------------------------------------------


async def test_somebody_is_taken_on_with_the_keyboard_alone(shop: Shop) -> None:
    page = await shop.page()
    said = told(page)
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_Insert)
    new = await dialog_over(page, NewPersonDialog)
    assert new.name.hasFocus()
    QTest.keyClicks(new.name, "Davi Prado")
    QTest.keyClick(new.name, Key.Key_Tab)
    QTest.keyClicks(focused(), "Davi")
    new.role.buttons[Role.GERENTE].setFocus()
    QTest.keyClick(new.role.buttons[Role.GERENTE], Key.Key_Space)
    write(new, person_password="senha do davi", person_password_again="senha do davi")
    QTest.keyClick(new, Key.Key_F10)
    await until(lambda: "davi" in shop.people())
    await until(lambda: not page._asking)
    davi = shop.people()["davi"]
    assert (davi.name, davi.role, davi.must_change) == ("Davi Prado", Role.GERENTE, True)
    assert opened_by(shop, "davi", "senha do davi")
    assert said == ["Davi Prado já pode entrar como “davi”."]
    assert any(line[0] == "Davi Prado" for line in lines(page))


async def test_what_is_missing_or_wrong_is_said_beside_it(shop: Shop) -> None:
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    new.save()
    assert [field.error for field in new.fields.values()] == ["Falta preencher."] * 2
    write(new, person_name="Ana Clara", person_login="ANA", person_password="curta")
    new.save()
    assert new.pair.first_field.error == "A senha precisa de pelo menos 8 caracteres."
    write(new, person_password="senha comprida", person_password_again="senha comprimida")
    new.save()
    assert new.pair.again_field.error == "As duas senhas não são iguais."
    write(new, person_password_again="senha comprida")
    new.save()
    await until(lambda: new.fields["login"].error)
    assert new.fields["login"].error == "Já existe um operador com o nome de acesso ana."
    assert new.login.hasFocus()
    assert new.isVisible()
    new.reject()
    await until(lambda: not page._asking)
    assert len(shop.people()) == 3


async def test_a_made_up_password_is_shown_once_and_opens_the_door(shop: Shop) -> None:
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    write(new, person_name="Davi", person_login="davi")
    assert not new.pair.suggestion.isVisible()
    new.pair.generate.click()
    assert new.pair.suggestion.isVisible()
    made = new.pair.suggestion.text()
    assert made not in new.findChild(QLineEdit, "person_password").displayText()
    new.pair.copy.click()
    assert QGuiApplication.clipboard().text() == made
    QGuiApplication.clipboard().clear()
    left: list[str] = []
    new.finished.connect(lambda _: left.append(new.pair.suggestion.text() + new.pair.first.text()))
    new.save()
    await until(lambda: not page._asking)
    assert opened_by(shop, "davi", made)
    assert left == [""]


async def test_a_made_up_password_is_gone_as_soon_as_another_is_typed(shop: Shop) -> None:
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    low = new.height()
    new.pair.generate.click()
    assert new.height() > low
    QTest.keyClicks(new.pair.first, "x")
    assert not new.pair.suggestion.isVisible()
    assert new.pair.suggestion.text() == ""
    assert new.height() == low
    new.reject()
    await until(lambda: not page._asking)


def test_made_up_passwords_differ_and_will_do() -> None:
    made = {suggested_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(each) == 18 and not set("0o1l") & set(each) for each in made)


async def test_each_role_says_what_it_may_and_what_this_shop_changed(shop: Shop) -> None:
    shop.database.run_now(
        set_permission, Role.GERENTE, Permission.CANCEL_SALES, allowed=False, by=shop.actor()
    )
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    told_of = {role: button.accessibleDescription() for role, button in new.role.buttons.items()}
    assert told_of[Role.OPERADOR] == ROLE_SENTENCES[Role.OPERADOR]
    assert told_of[Role.GERENTE] == f"{ROLE_SENTENCES[Role.GERENTE]} 1 permissão mudada."
    new.reject()
    await until(lambda: not page._asking)


# -- somebody changed -------------------------------------------------------------------------------------------------


async def test_enter_changes_somebody_and_the_foot_takes_it_back(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "bruno")
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_Return)
    edit = await dialog_over(page, EditPersonDialog)
    write(edit, person_name="Bruno R. Reis")
    edit.role.buttons[Role.OPERADOR].click()
    edit.save()
    toast = await until(lambda: page.toasts._toast)
    assert toast is not None
    assert toast.text == "Dados de Bruno R. Reis alterados."
    bruno = shop.people()["bruno"]
    assert (bruno.name, bruno.role) == ("Bruno R. Reis", Role.OPERADOR)
    button = toast.findChild(QPushButton, "toast_button")
    assert isinstance(button, QPushButton)
    assert button.text() == "Desfazer"
    await until(lambda: not page._asking)
    button.click()
    await until(lambda: shop.people()["bruno"].name == "Bruno Reis")
    assert shop.people()["bruno"].role is Role.GERENTE
    await until(lambda: not page._asking)


async def test_only_what_was_changed_here_is_written(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "bruno")
    page.card.ask(page.card.edit)
    edit = await dialog_over(page, EditPersonDialog)
    shop.other.run_now(change_operator, shop.people()["bruno"].id, role=Role.OPERADOR, by=shop.actor())
    write(edit, person_name="Bruno R. Reis")
    edit.save()
    await until(lambda: not page._asking)
    bruno = shop.people()["bruno"]
    assert (bruno.name, bruno.role) == ("Bruno R. Reis", Role.OPERADOR)


async def test_nothing_changed_writes_nothing(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "bruno")
    page.card.ask(page.card.edit)
    edit = await dialog_over(page, EditPersonDialog)
    edit.save()
    await until(lambda: not page._asking)
    assert page.toasts._toast is None


async def test_leave_needs_no_question_and_can_be_taken_back(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "ana")
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_F8)
    toast = await until(lambda: page.toasts._toast)
    assert toast is not None
    assert toast.text == "Ana Lima não entra mais em nenhuma estação."
    assert not shop.people()["ana"].active
    await until(lambda: not page._asking)
    button = toast.findChild(QPushButton, "toast_button")
    assert isinstance(button, QPushButton)
    button.click()
    await until(lambda: shop.people()["ana"].active)
    await until(lambda: not page._asking)
    assert lines(page)[0][:4] == ["Ana Lima", "ana", "Operador", "Ativo"]


async def test_nobody_puts_himself_on_leave_or_gives_himself_a_password(shop: Shop) -> None:
    page = await shop.page()
    choose(page, shop, "carla")
    assert not page.card.leave.isEnabled()
    assert page.card.leave.toolTip() == "Você não pode afastar a si mesmo."
    assert not page.card.password.isEnabled()
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_F8)
    assert not page._asking
    page.card.ask(page.card.edit)
    edit = await dialog_over(page, EditPersonDialog)
    assert not edit.standing.buttons[False].isEnabled()
    edit.role.buttons[Role.GERENTE].click()
    edit.save()
    await until(edit.banner.isVisible)
    assert edit.banner.text == "A loja ficaria sem administrador. Torne outra pessoa administradora antes."
    edit.reject()
    await until(lambda: not page._asking)
    assert shop.people()["carla"].role is Role.ADMINISTRADOR


async def test_a_forgotten_password_is_replaced(shop: Shop) -> None:
    shop.lock_out("ana")
    page = await shop.page()
    said = told(page)
    choose(page, shop, "ana")
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_F6)
    give = await dialog_over(page, GivePasswordDialog)
    write(give, person_password="senha nova da ana", person_password_again="senha nova da ana")
    give.save()
    await until(lambda: not page._asking)
    ana = shop.people()["ana"]
    assert (ana.waits_until, ana.must_change) == (None, True)
    assert opened_by(shop, "ana", "senha nova da ana")
    assert said == ["Ana Lima entra com a senha nova e escolhe a sua."]


async def test_a_wait_is_ended_with_a_key(shop: Shop) -> None:
    shop.lock_out("ana")
    page = await shop.page()
    said = told(page)
    choose(page, shop, "ana")
    page.card.table.setFocus()
    QTest.keyClick(page.card.table, Key.Key_F7)
    await until(lambda: said)
    assert said == ["Ana Lima pode tentar de novo agora."]
    assert shop.people()["ana"].waits_until is None
    assert lines(page)[0][3] == "Ativo"


# -- permissions ------------------------------------------------------------------------------------------------------


async def test_a_click_changes_what_a_role_may_at_every_station(shop: Shop) -> None:
    page = await shop.page()
    said = told(page)
    box = page.matrix.boxes[Role.GERENTE, Permission.CANCEL_SALES]
    assert box.isChecked()
    assert box.accessibleName() == "Gerente pode cancelar vendas"
    box.click()
    await until(lambda: said)
    assert said == ["Gerente não pode cancelar vendas."]
    assert (
        Permission.CANCEL_SALES
        not in shop.other.read_now(lambda reader: reader.people.grants())[Role.GERENTE]
    )
    assert label(page, "changed_sale_cancel") == "Alterado. No padrão: Gerente pode cancelar vendas."
    assert label(page, "permissions_summary") == "1 diferença em relação ao padrão do programa."
    page.matrix.resets[Permission.CANCEL_SALES].click()
    await until(lambda: len(said) == 2)
    assert box.isChecked()
    assert shop.may(Role.GERENTE) == USUAL_GRANTS[Role.GERENTE]
    assert label(page, "changed_sale_cancel") == ""


async def test_all_is_put_back_at_once(shop: Shop) -> None:
    shop.mix()
    page = await shop.page()
    said = told(page)
    assert label(page, "permissions_summary") == "3 diferenças em relação ao padrão do programa."
    page.matrix.reset_all.click()
    await until(lambda: said)
    assert said == ["Permissões de volta ao padrão."]
    assert [shop.may(role) for role in Role] == [USUAL_GRANTS[role] for role in Role]
    assert not page.matrix.reset_all.isVisible()


async def test_several_quick_clicks_all_count(shop: Shop) -> None:
    page = await shop.page()
    clicked = [page.matrix.boxes[Role.OPERADOR, each] for each in AREAS["Venda e caixa"]]
    before = [box.isChecked() for box in clicked]
    for box in clicked:
        box.click()
    await until(lambda: not page._permitting and not page._permits.busy)
    assert [box.isChecked() for box in clicked] == [not each for each in before]
    assert [each in shop.may(Role.OPERADOR) for each in AREAS["Venda e caixa"]] == [
        not each for each in before
    ]


async def test_an_older_answer_that_comes_last_turns_no_box_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await shop.page()
    read, way, late = shop.database.read, asyncio.Event(), asyncio.Event()

    async def slow(question: Any) -> Any:
        answer = await read(question)
        late.set()
        await way.wait()
        return answer

    monkeypatch.setattr(shop.database, "read", slow)
    page.refresh()
    await until(late.is_set)  # what was so before the click is on its way
    monkeypatch.setattr(shop.database, "read", read)
    said = told(page)
    box = page.matrix.boxes[Role.OPERADOR, CHOOSABLE[0]]
    wanted = not box.isChecked()
    box.click()
    await until(lambda: said)
    way.set()
    await until(lambda: not page._reading.busy)
    assert box.isChecked() is wanted
    assert (CHOOSABLE[0] in shop.may(Role.OPERADOR)) is wanted


async def test_the_matrix_is_walked_with_arrows_and_changed_with_space(shop: Shop) -> None:
    page = await shop.page()
    boxes = page.matrix.boxes
    first = boxes[Role.OPERADOR, CHOOSABLE[0]]
    first.setFocus()
    QTest.keyClick(first, Key.Key_Up)
    assert first.hasFocus()
    QTest.keyClick(first, Key.Key_Right)
    assert boxes[Role.GERENTE, CHOOSABLE[0]].hasFocus()
    QTest.keyClick(focused(), Key.Key_Right)
    assert boxes[Role.GERENTE, CHOOSABLE[0]].hasFocus()
    for _ in CHOOSABLE:
        QTest.keyClick(focused(), Key.Key_Down)
    last = boxes[Role.GERENTE, CHOOSABLE[-1]]
    assert last.hasFocus()
    assert page.viewport().rect().contains(last.mapTo(page.viewport(), last.rect().center()))
    QTest.keyClick(last, Key.Key_Space)
    await until(lambda: CHOOSABLE[-1] in shop.may(Role.GERENTE))
    await until(lambda: not page._permits.busy)


async def test_an_administrators_boxes_are_ticked_and_fixed(shop: Shop) -> None:
    page = await shop.page()
    for permission in CHOOSABLE:
        box = page.matrix.boxes[Role.ADMINISTRADOR, permission]
        assert (box.isChecked(), box.isEnabled()) == (True, False)
        assert box.toolTip() == "Um administrador sempre pode."


async def test_a_change_that_is_refused_is_put_back_and_said(shop: Shop) -> None:
    shop.add("eva", "Eva Dias", Role.ADMINISTRADOR)
    page = await shop.page()
    eva = shop.people()["eva"].id
    shop.other.run_now(change_operator, shop.people()["carla"].id, role=Role.GERENTE, by=shop.actor())
    box = page.matrix.boxes[Role.OPERADOR, Permission.SEE_AUDIT]
    box.click()
    await until(page.matrix.trouble.isVisible)
    assert page.matrix.trouble.text == "Só um administrador pode fazer isto. Peça a um administrador."
    assert not box.isChecked()
    assert Permission.SEE_AUDIT not in shop.may(Role.OPERADOR)
    page.refresh()
    await until(lambda: not box.isEnabled())
    assert eva


# -- who may what here ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OPERADOR, Role.GERENTE])
async def test_others_read_it_and_the_reason(shop: Shop, role: Role) -> None:
    page = await shop.page(role)
    assert len(lines(page)) == 3
    assert (
        label(page, "people_refusal") == "Seu perfil não pode cadastrar operadores. Peça a um administrador."
    )
    assert (
        label(page, "permissions_refusal") == "Só um administrador muda as permissões; aqui você as consulta."
    )
    assert not page.card.new.isVisible()
    assert not page.card.edit.isVisible()
    assert not any(box.isEnabled() for box in page.matrix.boxes.values())
    page.card.table.setFocus()
    for key in (Key.Key_Insert, Key.Key_Return, Key.Key_F6, Key.Key_F7, Key.Key_F8):
        QTest.keyClick(page.card.table, key)
    assert not page._asking


async def test_who_was_given_it_keeps_the_people_but_makes_no_administrators(shop: Shop) -> None:
    """Bruno signed in before; the page asks the books, not his window."""
    session = shop.session(Role.GERENTE)
    shop.other.run_now(set_permission, Role.GERENTE, Permission.MANAGE_PEOPLE, allowed=True, by=shop.actor())
    page = PeoplePage(session)
    shop.pages.append(page)
    page.show()
    page.refresh()
    await until(page.card.new.isVisible)
    assert not any(box.isEnabled() for box in page.matrix.boxes.values())
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    administrator = new.role.buttons[Role.ADMINISTRADOR]
    assert not administrator.isEnabled()
    assert administrator.toolTip() == "Só um administrador cadastra outro."
    write(new, person_name="Davi", person_login="davi")
    new.pair.suggest()
    new.save()
    await until(lambda: "davi" in shop.people())
    await until(lambda: not page._asking)
    choose(page, shop, "carla")
    for button in (page.card.edit, page.card.password, page.card.leave):
        assert not button.isEnabled()
        assert button.toolTip() == "Só um administrador altera outro."
    choose(page, shop, "ana")
    assert page.card.leave.isEnabled()


async def test_who_is_no_administrator_any_more_is_refused_in_place(shop: Shop) -> None:
    shop.add("eva", "Eva Dias", Role.ADMINISTRADOR)
    carla = shop.actor()
    shop.database.run_now(set_permission, Role.GERENTE, Permission.MANAGE_PEOPLE, allowed=True, by=carla)
    page = await shop.page()
    shop.other.run_now(change_operator, carla.operator_id, role=Role.GERENTE, by=carla)
    choose(page, shop, "eva")
    page.card.ask(page.card.leave)
    await until(page.banner.isVisible)
    assert page.banner.text == "Só um administrador pode fazer isto. Peça a um administrador."
    assert shop.people()["eva"].active


async def test_whoever_was_put_on_leave_is_told_by_the_page(shop: Shop) -> None:
    shop.add("eva", "Eva Dias", Role.ADMINISTRADOR)
    page = await shop.page()
    shop.other.run_now(change_operator, shop.people()["carla"].id, active=False, by=shop.actor())
    choose(page, shop, "ana")
    page.card.ask(page.card.leave)
    await until(page.banner.isVisible)
    assert page.banner.text == "Seu acesso foi encerrado por um administrador. Entre de novo ou fale com ele."
    assert shop.people()["ana"].active


# -- how it looks and is reached --------------------------------------------------------------------------------------


async def test_the_largest_letters_fit_beside_the_places(shop: Shop) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        shop.mix()
        page = await shop.page(size=(622, 600))
        inside = page.widget()
        assert inside is not None
        assert inside.minimumSizeHint().width() <= 600
        assert page.horizontalScrollBar().maximum() == 0
        assert page.card.table.horizontalScrollBar().maximum() == 0
    finally:
        Theme.apply(app, "light", 1.0)


async def test_the_fullest_window_fits_the_smallest_screen_with_the_largest_letters(shop: Shop) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        shop.mix()
        page = await shop.page(size=(1024, 768))
        page.add()
        new = await dialog_over(page, NewPersonDialog)
        write(new, person_name=LONG, person_login="ana")
        new.pair.suggest()
        new.save()
        await until(lambda: new.fields["login"].error)
        assert new.minimumSizeHint().height() <= 752
        assert new.width() <= 1024
        new.reject()
        await until(lambda: not page._asking)
    finally:
        Theme.apply(app, "light", 1.0)


async def test_every_control_has_a_name(shop: Shop) -> None:
    shop.mix()
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    new.pair.suggest()
    names = []
    for place in (page, new):
        for kind in (QAbstractButton, QLineEdit):
            for widget in place.findChildren(kind):
                if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(place):
                    assert widget.objectName(), widget
                    assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()
                    names.append(widget.accessibleName())
    spoken = [each for each in names if " pode " in each]
    assert len(spoken) == len(set(spoken)) == 3 * len(CHOOSABLE)
    new.reject()
    await until(lambda: not page._asking)


async def test_the_keys_are_listed(shop: Shop) -> None:
    page = await shop.page()
    keys = page._session.services.shortcuts.by_context()["Configurações › Usuários"]
    assert [key.words for key in keys] == ["Ins", "F2", "F6", "F7", "F8"]


async def test_closing_ends_what_runs_and_no_password_stays(shop: Shop) -> None:
    page = await shop.page()
    page.add()
    new = await dialog_over(page, NewPersonDialog)
    new.pair.suggest()
    typed: list[str] = []
    new.pair.first.textChanged.connect(typed.append)
    await page.aclose()
    assert typed == [""]
    assert not page._tick.isActive()
    assert not page._asking
