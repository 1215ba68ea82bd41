"""Auditoria: the log is read in the shop's words, found by each side of it, proved, taken along, and only by whoever may."""

from __future__ import annotations

import asyncio
import csv
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from tests.builders import move
from tests.gui.audit_gallery import BRUNO, CARLA, AuditShop, a_day, many_lines, open_audit
from tests.gui.product_gallery import write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.people_questions import AuditProof, AuditRow
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.audit.book import PAGE
from varejoforte_desktop.ui.audit.facts import as_kept, fact_name, pairs, side_words, summary, value_words
from varejoforte_desktop.ui.audit.words import (
    ACTS,
    GROUPS,
    act_words,
    problem_words,
    proof_words,
    subject_words,
)
from varejoforte_desktop.ui.screens.audit import AuditScreen
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry

F2, F5, F8 = Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F8
WIDE = (1600, 900)


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    made = open_audit(tmp_path)
    yield made
    made.database.close()


class Screens:
    """Opens the screen and closes it again."""

    def __init__(self, shop: AuditShop) -> None:
        self._shop = shop
        self._opened: list[AuditScreen] = []

    async def open(
        self, actor: Actor = CARLA, size: tuple[int, int] = WIDE, *, read: bool = True
    ) -> AuditScreen:
        screen = AuditScreen(self._shop.session(actor))
        self._opened.append(screen)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(screen.isActiveWindow)
        if read:
            await until(lambda: screen.states.currentWidget() is not screen.states.skeleton)
        return screen

    async def close(self) -> None:
        for screen in self._opened:
            await screen.aclose()
            screen.close()
            screen.deleteLater()


@pytest_asyncio.fixture
async def screens(shop: AuditShop) -> AsyncIterator[Screens]:
    made = Screens(shop)
    yield made
    await made.close()


def listed(screen: AuditScreen) -> list[list[str]]:
    model = screen.book.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def acts(screen: AuditScreen) -> list[str]:
    return [row[3] for row in listed(screen)]


def panel_words(screen: AuditScreen) -> list[str]:
    return [label.text() for label in screen.panel.findChildren(QLabel) if label.text()]


async def choose(screen: AuditScreen, act: str) -> None:
    place = acts(screen).index(act)
    screen.table.go_to_row(place)
    row = screen.book.model.row_at(place)
    await until(lambda: screen.panel.row == row)


def pick(combo: Any, words: str) -> None:
    place = combo.findText(words)
    assert place >= 0, words
    combo.setCurrentIndex(place)


# -- what is shown ------------------------------------------------------------------------------------------------


async def test_the_log_is_told_newest_first_in_the_shops_words(shop: AuditShop, screens: Screens) -> None:
    a_day(shop)
    screen = await screens.open()
    assert screen.title == "Auditoria"
    assert [column.title for column in screen.book.model.columns] == [
        "Quando", "Quem", "Estação", "O quê", "Sobre", "Antes → depois",
    ]  # fmt: skip
    rows = {row[3]: row for row in listed(screen)}
    assert listed(screen)[0][:5] == ["10/12 16:40", "Ana Lima", "CAIXA-01", "Caixa fechado", "CAIXA-01"]
    assert rows["Desconto na venda"][4:] == [
        "Venda CAIXA-01-1",
        "Total 189,90 → 169,90 · Desconto: 20,00 · Desconto em %: 10,53% · Autorizado por: Bruno Reis",
    ]
    assert rows["Preço alterado"][4:] == [
        "PAN-1001", "Preço de venda 189,90 → 149,90 · Preço de custo 91,00 → 95,50",
    ]  # fmt: skip
    assert rows["Permissão alterada"][4:] == ["gerente: cancelar pedidos", "Permitido sim → não"]
    assert rows["Senhas erradas"][1:5] == ["—", "CAIXA-01", "Senhas erradas", "Operador ana"]
    assert rows["Entrou no sistema"][4:] == ["carla", "—"]
    assert screen.bar.shown.text() == "14 registros"
    tip = screen.book.model.index(0, 5).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[:3] == [
        "Caixa fechado · CAIXA-01",
        "Ana Lima em CAIXA-01, quinta-feira, 10/12/2026 às 16:40:00",
        "Dinheiro: 239,90 → 230,40",
    ]


async def test_the_chosen_line_is_seen_whole_with_what_changed_marked(
    shop: AuditShop, screens: Screens
) -> None:
    a_day(shop)
    screen = await screens.open()
    await choose(screen, "Sangria")
    words = panel_words(screen)
    for each in (
        "Sangria", "Ana Lima · CAIXA-01", "quinta-feira, 10/12/2026 às 12:47:00", "Antes", "Depois",
        "Dinheiro · mudou", "319,90", "239,90", "Valor", "80,00", "Motivo", "Depósito no banco",
        "Autorizado por", "Bruno Reis",
    ):  # fmt: skip
        assert each in words, each
    assert "Motivo · mudou" not in words
    await choose(screen, "Entrou no sistema")
    assert "Nada mais foi anotado." in panel_words(screen)
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    assert screen.panel.area.hasFocus()
    screen.resize(700, 640)  # at the foot of a narrow window the same is said
    await until(lambda: screen.panel.width() > 600)
    assert "carla" in panel_words(screen)


async def test_lines_are_found_by_kind_person_station_period_and_words(
    shop: AuditShop, screens: Screens
) -> None:
    a_day(shop)
    shop.clock.forward(days=2)
    move(shop.database, _pan(shop), MovementKind.LOSS, 1, by=BRUNO)
    screen = await screens.open()
    filters = screen.filters
    assert [filters.person.itemText(n) for n in range(filters.person.count())] == [
        "Todos", "Ana Lima", "Bruno Reis", "Carla Souza",
    ]  # fmt: skip
    pick(filters.kind, "Dinheiro")
    await until(lambda: acts(screen) == ["Caixa fechado", "Sangria", "Desconto na venda", "Caixa aberto"])
    assert screen.bar.shown.text() == "4 registros com estes filtros"
    pick(filters.kind, "Estoque")
    await until(lambda: len(acts(screen)) == 2)
    pick(filters.period, "Hoje")
    await until(lambda: [row[0] for row in listed(screen)] == ["12/12 16:40"])
    pick(filters.period, "7 dias")
    await until(lambda: len(acts(screen)) == 2)
    pick(filters.kind, "Tudo")
    pick(filters.person, "Carla Souza")
    pick(filters.station, "Balcão")
    await until(lambda: {row[1] for row in listed(screen)} == {"Carla Souza"})
    filters.clear()
    await until(lambda: len(acts(screen)) == 15)
    QTest.keyClick(screen, F2)
    assert filters.search.hasFocus()
    QTest.keyClicks(filters.search, "149,90")
    await until(lambda: acts(screen) == ["Preço alterado", "Preço alterado"])
    QTest.keyClick(filters.search, Qt.Key.Key_Down)
    assert screen.table.hasFocus()
    filters.search.setText("geladeira")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert not screen.panel.isVisible()
    button = screen.findChild(QPushButton, "no_audit_button")
    assert button is not None
    button.click()
    await until(lambda: len(acts(screen)) == 15)
    assert filters.search.text() == ""


async def test_days_are_chosen_by_hand_and_both_count(shop: AuditShop, screens: Screens) -> None:
    a_day(shop)
    shop.clock.forward(days=2)
    move(shop.database, _pan(shop), MovementKind.LOSS, 1, by=BRUNO)
    screen = await screens.open()
    pick(screen.filters.period, "De… até…")
    await until(lambda: len(acts(screen)) == 1)
    screen.filters.first.set_value(date(2026, 12, 10))
    screen.filters.last.set_value(date(2026, 12, 11))
    await until(lambda: len(acts(screen)) == 14)
    write(screen, audit_to="31/02")
    QTest.keyClick(screen.filters.last, Qt.Key.Key_Tab)
    wrong = screen.findChild(QLabel, "audit_days_wrong")
    assert wrong is not None
    await until(lambda: wrong.text() == "Digite um dia como 30/11/2026.")
    assert len(acts(screen)) == 14


def _pan(shop: AuditShop) -> Any:
    found = shop.database.read_now(lambda reader: reader.export_rows())
    return next(row.product for row in found if row.product.reference == "PAN-1001")


async def test_older_lines_are_fetched_as_one_scrolls_and_new_ones_come_by_themselves(
    shop: AuditShop, screens: Screens
) -> None:
    a_day(shop)
    many_lines(shop, 10_000)
    screen = await screens.open()
    assert screen.book.model.rowCount() == PAGE
    assert screen.bar.shown.text() == "100 registros; role para ver os mais antigos"
    screen.table.go_to_row(40)
    chosen = screen.table.current_id()
    QTest.keyClick(screen.table, Qt.Key.Key_End)
    await until(lambda: screen.book.model.rowCount() == 2 * PAGE)
    screen.table.go_to_row(40)
    shop.database.run_now(set_permission, Role.GERENTE, Permission.SYNC, allowed=False, by=CARLA)
    await until(lambda: acts(screen)[0] == "Permissão alterada")
    assert screen.book.model.rowCount() == 2 * PAGE + 1
    assert screen.table.current_id() == chosen
    screen.hide()
    shop.database.run_now(set_permission, Role.GERENTE, Permission.SYNC, allowed=True, by=CARLA)
    screen.show()
    await until(lambda: screen.book.model.rowCount() == 2 * PAGE + 2)


# -- for whom it is -----------------------------------------------------------------------------------------------


async def test_whoever_may_not_see_it_reads_why_until_they_may(shop: AuditShop, screens: Screens) -> None:
    a_day(shop)
    screen = await screens.open(BRUNO)
    assert screen.states.currentWidget() is screen.empty
    assert screen.empty.accessibleName().startswith("Seu perfil não pode ver a trilha de auditoria.")
    assert not screen.filters.isEnabled()
    assert not screen.bar.check.isEnabled()
    assert not screen.bar.export.isEnabled()
    for key in (F8,):
        QTest.keyClick(screen, key)
    assert not screen.prover.running
    shop.database.run_now(set_permission, Role.GERENTE, Permission.SEE_AUDIT, allowed=True, by=CARLA)
    await until(lambda: screen.states.currentWidget() is screen.table)
    assert screen.filters.isEnabled()
    assert screen.bar.check.isEnabled()
    shop.database.run_now(set_permission, Role.GERENTE, Permission.SEE_AUDIT, allowed=False, by=CARLA)
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert screen.book.model.rowCount() == 0
    assert not screen.panel.isVisible()


# -- trouble ------------------------------------------------------------------------------------------------------


async def test_a_log_without_lines_says_what_will_stand_in_it(shop: AuditShop, screens: Screens) -> None:
    shop.forge("DELETE FROM audit_entry", "UPDATE audit_head SET entry_id = 0, hash = ''")
    screen = await screens.open()
    assert screen.empty.accessibleName().startswith("A trilha ainda está vazia")
    assert not screen.bar.export.isEnabled()


async def test_books_that_do_not_answer_are_said_and_tried_again(shop: AuditShop, screens: Screens) -> None:
    read = shop.database.read
    door = asyncio.Event()

    async def slow(question: Callable[..., Any]) -> Any:
        await door.wait()
        return await read(question)

    async def broken(_question: Callable[..., Any]) -> Any:
        raise BooksUnreachable

    shop.database.read = slow  # type: ignore[method-assign]
    screen = await screens.open(read=False)
    await until(lambda: screen.states.skeleton.drawn)
    shop.database.read = broken  # type: ignore[method-assign]
    QTest.keyClick(screen, F5)
    await until(lambda: screen.states.currentWidget() is screen.states.failed)
    shop.database.read = read  # type: ignore[method-assign]
    retry = screen.states.failed.findChild(QPushButton)
    assert retry is not None
    retry.click()
    await until(lambda: len(acts(screen)) == 2)
    shop.database.read = broken  # type: ignore[method-assign]
    QTest.keyClick(screen, F5)
    await until(screen.banner.isVisible)
    assert len(acts(screen)) == 2
    shop.database.read = read  # type: ignore[method-assign]
    again = screen.findChild(QPushButton, "audit_banner_button")
    assert again is not None
    assert again.text() == "Tentar de novo"
    again.click()
    await until(lambda: not screen.banner.isVisible())


# -- the proof ----------------------------------------------------------------------------------------------------


async def test_a_log_that_nobody_touched_is_proved_and_one_that_was_names_the_line(
    shop: AuditShop, screens: Screens
) -> None:
    a_day(shop)
    screen = await screens.open()
    QTest.keyClick(screen, F8)
    await until(lambda: screen.banner.text == "A trilha está íntegra: 14 registros conferidos.")
    assert screen.bar.check.isEnabled()
    shop.forge("UPDATE audit_entry SET operator = 'Bruno Reis' WHERE id = 5")
    screen.bar.check.click()
    await until(
        lambda: (
            screen.banner.text
            == "O registro 5 foi alterado ou colocado depois. Faça uma cópia de segurança e chame o suporte."
        )
    )
    shop.forge("DELETE FROM audit_entry WHERE id = 9")
    screen.bar.check.click()
    await until(lambda: "Há mais 1 problema." in screen.banner.text)


async def test_a_long_proof_says_how_far_it_is_and_stops_when_told(shop: AuditShop, screens: Screens) -> None:
    many_lines(shop, 20_000)
    screen = await screens.open()
    told: list[str] = []
    read = shop.database.read

    async def watched(question: Callable[..., Any]) -> Any:
        answer = await read(question)
        told.append(screen.banner.text)
        return answer

    shop.database.read = watched  # type: ignore[method-assign]
    screen.check()
    assert not screen.bar.check.isEnabled()
    await until(lambda: screen.banner.text.startswith("A trilha está íntegra: 20.002"))
    assert "Conferindo a trilha: 10.000 de 20.002 registros…" in told
    screen.check()
    stop = screen.findChild(QPushButton, "audit_banner_button")
    assert stop is not None
    assert stop.text() == "Parar"
    stop.click()
    await until(lambda: not screen.prover.running)
    assert not screen.banner.isVisible()
    assert screen.bar.check.isEnabled()


# -- the way out --------------------------------------------------------------------------------------------------


async def test_what_the_filters_find_is_exported_whole(
    shop: AuditShop, screens: Screens, tmp_path: Path
) -> None:
    a_day(shop)
    many_lines(shop, 10_000)
    screen = await screens.open()
    said: list[str] = []
    screen.said.connect(said.append)
    path = tmp_path / "trilha.csv"
    screen.export_to(path)
    assert not screen.bar.export.isEnabled()
    await until(lambda: said)
    assert said == ["10.014 registros exportados em trilha.csv."]
    assert not screen.banner.isVisible()
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    assert len(lines) == 10_015
    assert lines[0] == ["Registro", "Quando", "Quem", "Estação", "O quê", "Sobre", "Antes", "Depois"]
    assert lines[1][:3] == ["10014", "10/12/2026 16:40:00", "Bruno Reis"]
    pick(screen.filters.kind, "Dinheiro")
    await until(lambda: len(acts(screen)) == 4)
    screen.export_to(path)
    await until(lambda: len(said) == 2)
    assert said[1] == "4 registros exportados em trilha.csv."


async def test_the_place_is_asked_for_and_giving_up_writes_nothing(
    shop: AuditShop, screens: Screens, tmp_path: Path
) -> None:
    screen = await screens.open()
    QTest.keyClick(screen, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = await until(lambda: screen.findChild(QFileDialog, "audit_file_dialog"))
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "trilha-2026-12-10.xlsx"
    dialog.reject()
    await until(screen.bar.export.isEnabled)
    assert [name for name in os.listdir(tmp_path) if name.startswith("trilha")] == []


async def test_a_disk_that_does_not_take_it_is_said(
    shop: AuditShop, screens: Screens, tmp_path: Path
) -> None:
    screen = await screens.open()
    screen.export_to(tmp_path / "nenhuma" / "trilha.xlsx")
    await until(screen.banner.isVisible)
    await until(lambda: "pasta" in screen.banner.text)
    assert screen.bar.export.isEnabled()


async def test_every_key_is_listed_and_every_control_has_a_name(shop: AuditShop, screens: Screens) -> None:
    screen = await screens.open()
    registry: ShortcutRegistry = screen._session.services.shortcuts
    keys = {each.words: each.title for each in registry.by_context()["Auditoria"]}
    assert keys == {
        "F2": "Buscar na trilha", "F5": "Atualizar", "F8": "Conferir a trilha", "Ctrl+E": "Exportar",
    }  # fmt: skip
    filters, bar = screen.filters, screen.bar
    for control in (
        filters.search, filters.kind, filters.person, filters.station, filters.period, filters.first,
        filters.last, bar.check, bar.export, screen.table, screen.panel,
    ):  # fmt: skip
        assert control.objectName()
        assert control.accessibleName()


# -- words --------------------------------------------------------------------------------------------------------


def test_every_act_has_a_word_of_its_own_and_stands_in_one_group() -> None:
    assert set(ACTS) == set(AuditAction)
    assert len({words.word for words in ACTS.values()}) == len(ACTS)
    grouped = [action for group in GROUPS for action in group.actions]
    assert sorted(grouped) == sorted(AuditAction)
    assert act_words("future.act").word == "future.act"


def a_row(action: str = "price.changed", before: str = "", after: str = "") -> AuditRow:
    return AuditRow(
        id=1, at=datetime(2026, 3, 2, tzinfo=UTC), operator="Ana", station="Balcão", action=action,
        subject="PAN-1", before=before, after=after,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("price", "1234.50", "1.234,50"),
        ("difference", "-9.50", "-9,50"),
        ("price", "doze", "doze"),
        ("price", "1e999", "1e999"),
        ("on_hand", "0.250", "0,250"),
        ("percent", "10.53", "10,53%"),
        ("promotion_start", "2026-11-20", "20/11/2026"),
        ("promotion_start", "", "nada"),
        ("promotion_start", "ontem", "ontem"),
        ("blind_closing", True, "sim"),
        ("products", 1200, "1.200"),
        ("till", 1200, "1200"),
        ("kind", "loss", "perda"),
        ("stage", "dismissed", "deixado de lado"),
        ("status 14", "to_ship", "separar e enviar"),
        ("prefix 21", "weight 5+5", "peso, código de 5 dígitos e valor de 5"),
        ("seen_at", "2026-03-02T15:00:00+00:00", "segunda-feira, 02/03/2026 às 12:00:00"),
        ("futuro", "algo", "algo"),
        ("reason", None, "nada"),
    ],
)
def test_values_are_written_as_the_shop_writes_them(name: str, value: object, words: str) -> None:
    assert value_words(name, value) == words


def test_fields_have_names_and_a_spoilt_line_is_shown_as_it_is() -> None:
    assert [fact_name(each) for each in ("price", "prefix 21", "status 14", "ncm", "x")] == [
        "Preço de venda", "Etiqueta 21", "Situação 14", "NCM", "X",
    ]  # fmt: skip
    assert summary(a_row(before='{"price": "1.00"}', after='{"price": "2.00", "reason": "Erro"}')) == (
        "Preço de venda 1,00 → 2,00 · Motivo: Erro"
    )
    assert summary(a_row()) == ""
    assert [pair.after for pair in pairs(a_row(after="{quebrado"))] == ["{quebrado"]
    assert side_words('{"cost": "9.10", "price": "12.00"}') == "Preço de venda: 12,00; Preço de custo: 9,10"
    long = summary(a_row(after='{"reason": "' + "a" * 100 + '"}'))
    assert len(long) < 80


def test_what_is_typed_is_looked_for_as_it_is_kept() -> None:
    assert [as_kept(each) for each in ("1.234,56", "12,5", "0,250", "PAN-1,2", "10", "a,b")] == [
        "1234.56", "12.5", "0.250", "PAN-1,2", "10", "a,b",
    ]  # fmt: skip


def test_subjects_and_problems_are_told_in_words() -> None:
    told = [
        subject_words(action, subject)
        for action, subject in (
            ("permission.changed", "gerente: stock.adjust"),
            ("session.locked_out", "station:CAIXA-1"),
            ("settings.changed", "scale_labels"),
            ("order.accepted", "7001"),
            ("price.changed", "PAN-1"),
        )
    ]
    assert told == [
        "gerente: ajustar o estoque", "Estação CAIXA-1", "Etiquetas de balança", "Pedido 7001", "PAN-1",
    ]  # fmt: skip
    assert [problem_words(each) for each in ("audit_gap: 7", "audit_gap: 7-1200", "audit_end: 9", "audit_line: -3")] == [
        "Falta o registro 7.",
        "Faltam os registros 7 a 1.200.",
        "Faltam os últimos registros, até o 9.",
        "O registro -3 foi alterado ou colocado depois.",
    ]  # fmt: skip
    assert proof_words(AuditProof(lines=1)) == "A trilha está íntegra: 1 registro conferido."
