"""Configurações › Cópias: copies are made, planned, locked, put back and compared, and every trouble is said."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from tests import books
from tests.books import ask_sql
from tests.builders import keep
from tests.copies import PASSPHRASE, files_in, there
from tests.gui.copies_gallery import (
    NAME,
    CopyShop,
    SlowDesk,
    choose,
    dialog_over,
    open_shop,
    pick,
    write,
)
from tests.waiting import until
from varejoforte_desktop.application.backup_desk import CopyFacts, CopyRefused
from varejoforte_desktop.application.backups import save_plan
from varejoforte_desktop.application.books import BooksFull, BooksNewer, BooksUnreachable
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.domain.access_errors import PassphraseWrong, RecheckPending
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.persistence.copy_files import fingerprint_path
from varejoforte_desktop.ui.copies.facts import COUNTED, copies_now, loss_since
from varejoforte_desktop.ui.copies.passphrase import PassphraseDialog
from varejoforte_desktop.ui.copies.rechecking import RecheckDialog
from varejoforte_desktop.ui.copies.restoring import RestoreDialog, Step
from varejoforte_desktop.ui.copies.words import (
    breakable,
    file_name,
    making_refused,
    not_made,
    outcome_of,
    restoring_refused,
    size,
    stands_at,
    trouble_of,
)
from varejoforte_desktop.ui.preferences.copies import CopiesPage
from varejoforte_desktop.ui.theme import Theme

Key = Qt.Key
founded_postgres = books.founded_postgres
own_postgres_shop = books.own_postgres_shop


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[CopyShop]:
    async with open_shop(tmp_path / "loja") as made:
        yield made


def told(page: CopiesPage) -> list[str]:
    """What was said at the foot, from now on."""
    said: list[str] = []
    page.done.connect(said.append)
    return said


def label(place: QWidget, name: str) -> str:
    """A label's words as they are read; "" while it is not shown."""
    found = place.findChild(QLabel, name)
    assert isinstance(found, QLabel), name
    return found.text().replace("\N{ZERO WIDTH SPACE}", "") if found.isVisibleTo(place) else ""


def lines(page: CopiesPage) -> list[list[str]]:
    """What the list shows, column by column."""
    model = page.runs.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def kept_plan(shop: CopyShop) -> BackupPlan | None:
    return shop.database.read_now(lambda reader: reader.backups.plan("Balcão"))


async def idle(page: CopiesPage) -> None:
    """Nothing is asked and nothing is on its way."""
    await until(
        lambda: (
            not page._asking
            and not page._saving.busy
            and not page._making.busy
            and not page._reading.busy
            and not page._looking.busy
        )
    )


# -- the last copy ----------------------------------------------------------------------------------------------------


async def test_a_shop_that_was_never_copied_says_so_and_copies_itself_with_one_button(shop: CopyShop) -> None:
    page = await shop.page()
    said = told(page)
    assert label(page, "last_copy_age") == "Nunca foi feita uma cópia"
    assert "a loja perde tudo" in label(page, "last_copy_where")
    assert not page.runs.isVisible()
    page.last.make.click()
    await until(lambda: said)
    await idle(page)
    assert said == ["Cópia feita e conferida."]
    run = shop.runs[0]
    assert there(run.file)
    assert label(page, "last_copy_age") == "Agora mesmo"
    assert label(page, "last_copy_where") == f"loja-20260302-120000.db · {size(run.bytes)}"
    assert label(page, "last_copy_folder") == str(shop.place.data_dir / "copias")
    assert page.last.proved.isVisible()
    assert page.last.proved.text == "Conferida"
    assert not page.last.second.isVisible()
    assert not page.last.locked.isVisible()
    assert lines(page) == [
        ["02/03 12:00", "Boa", "Pedida", size(run.bytes), "loja-20260302-120000.db", "Balcão"]
    ]


async def test_the_age_goes_on_and_an_old_copy_is_a_warning(shop: CopyShop) -> None:
    await shop.copied()
    page = await shop.page()
    shop.hand.forward(hours=2)
    page._time_passed()
    assert label(page, "last_copy_age") == "Há 2 h"
    assert not page.banner.isVisible()
    shop.hand.forward(days=2)
    page._time_passed()
    assert page.banner.text == (
        "A última cópia boa foi feita há 2 dias 2 h: o que mudou desde então não está em nenhuma."
    )
    page.make()
    await idle(page)
    assert not page.banner.isVisible()


async def test_while_it_runs_it_says_that_it_cannot_be_cancelled_and_is_not_begun_twice(
    shop: CopyShop,
) -> None:
    slow = SlowDesk(shop.desk)
    page = await shop.page(desk=slow)
    QTest.keyClick(page, Key.Key_F6)
    assert page.last.bar.isVisible()
    shop.hand.forward(seconds=70)
    page.last._show_running()
    assert label(page, "copy_progress") == (
        "Copiando e conferindo há 1 min. A loja continua vendendo; uma cópia começada não pode ser cancelada."
    )
    assert not page.last.make.isEnabled()
    page.make()
    slow.door.set()
    await idle(page)
    assert len(shop.runs) == 1
    assert not page.last.progress.isVisible()
    assert page.last.make.text() == "Fazer cópia agora (F6)"


async def test_a_page_that_is_left_finishes_its_copy_first_and_it_is_noted(shop: CopyShop) -> None:
    slow = SlowDesk(shop.desk)
    page = await shop.page(desk=slow)
    page.make()
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(page.aclose())
    await asyncio.sleep(0.02)
    assert not closing.done()
    slow.door.set()
    await closing
    assert [run.cause for run in shop.runs] == [""]


async def test_a_copy_that_fails_is_said_with_the_remedy_and_listed(shop: CopyShop) -> None:
    await shop.copied()
    (shop.folder / "pendrive").write_text("não é uma pasta")
    shop.plan(shop.actor(), folder=str(shop.folder / "pendrive"))
    page = await shop.page()
    shop.hand.forward(minutes=5)
    page.make()
    await idle(page)
    assert page.last.trouble.text == (
        "A última tentativa, agora, falhou. Não foi possível gravar na pasta das cópias. "
        "Veja se o disco ou pen drive está ligado e aceita gravação."
    )
    assert label(page, "last_copy_age") == "Há 5 min"
    assert lines(page)[0][:5] == [
        "02/03 12:05",
        "Não foi feita",
        "Pedida",
        "—",
        "Não foi possível gravar na pasta das cópias.",
    ]
    story = page.runs.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Para o suporte: " in story
    shop.plan(shop.actor(), folder="")
    page.make()
    await idle(page)
    assert not page.last.trouble.isVisible()


async def test_a_second_folder_is_looked_into_and_its_failure_is_said(shop: CopyShop) -> None:
    second = shop.folder / "pendrive"
    shop.plan(shop.actor(), second_folder=str(second))
    await shop.copied()
    page = await shop.page()
    assert (page.last.second.text, page.last.second.isVisible()) == ("Segunda pasta", True)
    shutil.rmtree(second)
    page.refresh()
    await idle(page)
    assert page.last.second.text == "Não está na segunda pasta"
    second.write_text("não é uma pasta")
    said = told(page)
    shop.hand.forward(minutes=1)
    page.make()
    await idle(page)
    assert said == ["Cópia feita, mas com um problema."]
    assert page.last.second.text == "Segunda pasta: falhou"
    assert page.last.trouble.text.startswith("A cópia não foi gravada na segunda pasta.")
    assert label(page, "last_copy_age") == "Agora mesmo", "the first folder has it"
    assert lines(page)[0][1] == "Só na 1ª pasta"


async def test_a_second_folder_that_was_planned_since_does_not_count_as_done(shop: CopyShop) -> None:
    await shop.copied()
    shop.plan(shop.actor(), second_folder=str(shop.folder / "pendrive"))
    page = await shop.page()
    assert page.last.second.text == "Não está na segunda pasta"


async def test_a_last_copy_that_somebody_deleted_is_noticed(shop: CopyShop) -> None:
    copy = await shop.copied()
    copy.unlink()
    page = await shop.page()
    assert label(page, "last_copy_age") == "O arquivo da última cópia não está mais na pasta"
    assert not page.last.proved.isVisible()


async def test_a_copy_of_another_station_counts_and_says_where(shop: CopyShop) -> None:
    shop.note(
        before=timedelta(hours=1),
        station="CAIXA-02",
        file="C:\\Copias\\loja-20260302-110000.db",
        bytes=91_400_000,
        fingerprint="a" * 64,
    )
    page = await shop.page()
    assert label(page, "last_copy_age") == "Há 1 h"
    assert label(page, "last_copy_where") == "loja-20260302-110000.db · 91 MB · feita em CAIXA-02"
    assert label(page, "last_copy_folder") == "C:\\Copias"


async def test_books_that_do_not_answer_are_said_and_tried_again(shop: CopyShop) -> None:
    real = shop.database.read

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    shop.database.read = broken  # type: ignore[method-assign]
    page = CopiesPage(shop.session())
    shop.windows.append(page)
    page.show()
    page.refresh()
    await until(lambda: page.runs.states.currentWidget() is page.runs.states.failed)
    shop.database.read = real  # type: ignore[method-assign]
    page.runs.retried.emit()
    await until(lambda: page._now is not None)
    assert label(page, "last_copy_age") == "Nunca foi feita uma cópia"


# -- who may what -----------------------------------------------------------------------------------------------------


async def test_an_operator_reads_and_learns_why(shop: CopyShop) -> None:
    page = await shop.page(Role.OPERADOR)
    assert not page.last.make.isEnabled()
    assert (
        label(page, "copy_refusal") == "Seu perfil não pode fazer cópias. Peça a um gerente ou administrador."
    )
    assert (
        label(page, "plan_refusal")
        == "Seu perfil não pode mudar as configurações da loja. Peça a um administrador."
    )
    assert (
        label(page, "restore_refusal")
        == "Seu perfil não pode mudar as configurações da loja. Peça a um administrador."
    )
    assert not page.restore.isEnabled()
    assert not page.plan.save_button.isVisible()
    assert page.plan.folder.edit.isReadOnly()
    QTest.keyClick(page, Key.Key_F6)
    QTest.keyClick(page, Key.Key_F10)
    await idle(page)
    assert shop.runs == []


async def test_a_manager_copies_but_neither_plans_nor_puts_back(shop: CopyShop) -> None:
    page = await shop.page(Role.GERENTE)
    assert page.last.make.isEnabled()
    assert not page.restore.isEnabled()
    page.last.make.click()
    await idle(page)
    assert len(shop.runs) == 1


async def test_whoever_lost_the_permission_meanwhile_is_refused_in_place(shop: CopyShop) -> None:
    page = await shop.page(Role.GERENTE)
    shop.database.run_now(
        set_permission, Role.GERENTE, Permission.MAKE_BACKUPS, allowed=False, by=shop.actor()
    )
    page.make()
    await until(page.last.trouble.isVisible)
    assert page.last.trouble.text == (
        "Seu perfil não pode fazer cópias de segurança. Peça a um gerente ou administrador."
    )
    assert shop.runs == []


# -- the plan ---------------------------------------------------------------------------------------------------------


async def test_the_plan_is_written_as_it_was_chosen(shop: CopyShop) -> None:
    page = await shop.page()
    said = told(page)
    assert page.plan.idle.isVisible()
    assert not page.plan.save_button.isEnabled()
    page.plan.every.setCurrentIndex(page.plan.every.findData(4))
    page.plan.every.activated.emit(page.plan.every.currentIndex())
    page.plan.at_closing.click()
    write(page, plan_folder=str(shop.folder / "um"), plan_second_folder=str(shop.folder / "dois"))
    for name, many in (("plan_daily", 10), ("plan_weekly", 2), ("plan_monthly", 6)):
        spin = page.findChild(QSpinBox, name)
        assert isinstance(spin, QSpinBox)
        spin.setValue(many)
    QTest.keyClick(page.plan, Key.Key_F10)
    await until(lambda: said)
    assert said == ["Plano salvo: cópia a cada 4 horas e ao fechar o caixa."]
    assert kept_plan(shop) == BackupPlan(
        folder=str(shop.folder / "um"),
        second_folder=str(shop.folder / "dois"),
        every_hours=4,
        at_closing=True,
        keep_daily=10,
        keep_weekly=2,
        keep_monthly=6,
    )
    assert not page.plan.idle.isVisible()
    assert not page.plan.save_button.isEnabled()
    await shop.copied()
    assert len(files_in(shop.folder / "dois")) == 2


async def test_a_folder_is_chosen_with_the_button(shop: CopyShop) -> None:
    page = await shop.page()
    place = shop.folder / "disco externo"
    place.mkdir()
    page.plan.second.choose.click()
    chooser: QFileDialog = await dialog_over(page, QFileDialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(place))
    chooser.accept()
    await until(lambda: page.plan.second.text)
    assert page.plan.second.text == str(place)
    assert page.plan.save_button.isEnabled()


async def test_a_folder_that_makes_no_sense_is_refused_beside_it(shop: CopyShop) -> None:
    page = await shop.page()
    write(page, plan_folder="copias da loja")
    page.plan.save()
    assert page.plan.folder.field.error == "Escreva o caminho inteiro, ou use o botão ao lado."
    write(page, plan_folder=str(shop.folder), plan_second_folder=str(shop.folder))
    page.plan.save()
    assert page.plan.second.field.error == "É a mesma pasta: escolha uma em outro disco."
    await idle(page)
    assert kept_plan(shop) is None


async def test_what_somebody_is_changing_is_not_overwritten(shop: CopyShop) -> None:
    page = await shop.page()
    write(page, plan_folder=str(shop.folder / "minha"))
    shop.plan(shop.actor(), every_hours=6)
    page.refresh()
    await idle(page)
    assert page.plan.folder.text == str(shop.folder / "minha")
    write(page, plan_folder="")
    page.plan.every.setCurrentIndex(page.plan.every.findData(0))
    page.plan.show_plan(kept_plan(shop), None, refusal="")
    assert page.plan.changed


async def test_hours_that_a_command_chose_are_shown(shop: CopyShop) -> None:
    shop.plan(shop.actor(), every_hours=6)
    page = await shop.page()
    assert page.plan.every.currentText() == "A cada 6 horas"
    assert not page.plan.changed


async def test_a_plan_that_is_refused_stays_to_be_tried_again(shop: CopyShop) -> None:
    page = await shop.page()
    real = shop.database.run

    async def broken(*_: Any, **__: Any) -> Any:
        raise BooksUnreachable

    page.plan.at_closing.click()
    shop.database.run = broken  # type: ignore[method-assign]
    page.plan.save()
    await until(page.trouble.isVisible)
    shop.database.run = real  # type: ignore[method-assign]
    assert page.trouble.text.startswith("O banco de dados não responde.")
    assert page.plan.save_button.isEnabled()
    page.plan.save()
    await idle(page)
    plan = kept_plan(shop)
    assert plan is not None
    assert plan.at_closing


# -- the passphrase ---------------------------------------------------------------------------------------------------


async def test_copies_are_locked_with_a_passphrase_that_is_typed_twice(shop: CopyShop) -> None:
    page = await shop.page()
    said = told(page)
    page.plan.locked.click()
    dialog: PassphraseDialog = await dialog_over(page, PassphraseDialog)
    write(dialog, copy_passphrase_first="onze letras")
    dialog.save()
    assert dialog.first_field.error.startswith("A frase secreta precisa de pelo menos 12 letras.")
    write(dialog, copy_passphrase_first=PASSPHRASE, copy_passphrase_again="outra frase qualquer")
    dialog.save()
    assert dialog.second_field.error == "As duas frases não são iguais."
    write(dialog, copy_passphrase_again=PASSPHRASE)
    typed: list[str] = []
    dialog.first.textChanged.connect(typed.append)
    dialog.save()
    await until(lambda: said)
    assert said == ["Frase secreta guardada. Salve o plano para trancar as próximas cópias."]
    assert typed == [""]
    assert page.plan.locked.isChecked()
    assert page.plan.key.text() == "Trocar a frase secreta…"
    page.plan.save()
    await idle(page)
    page.make()
    await idle(page)
    assert shop.runs[0].encrypted
    assert page.last.locked.isVisible()
    with pytest.raises(PassphraseWrong):
        await shop.desk.examine(Path(shop.runs[0].file), "outra frase qualquer")
    assert (await shop.desk.examine(Path(shop.runs[0].file), PASSPHRASE)).encrypted


async def test_whoever_changes_their_mind_locks_nothing(shop: CopyShop) -> None:
    page = await shop.page()
    page.plan.locked.click()
    dialog: PassphraseDialog = await dialog_over(page, PassphraseDialog)
    dialog.reject()
    await idle(page)
    assert not page.plan.locked.isChecked()
    assert not page.plan.changed


async def test_another_passphrase_warns_of_the_copies_made_before(shop: CopyShop) -> None:
    await shop.desk.choose_passphrase(PASSPHRASE, by=shop.actor())
    page = await shop.page()
    page.plan.key.click()
    dialog: PassphraseDialog = await dialog_over(page, PassphraseDialog)
    assert dialog.heading.text() == "Trocar a frase secreta"
    words = " ".join(each.text() for each in dialog.findChildren(QLabel))
    assert "As cópias já feitas continuam abrindo só com a frase antiga" in words
    dialog.reject()
    await idle(page)


# -- putting back -----------------------------------------------------------------------------------------------------


async def a_day_later(shop: CopyShop, *, locked: bool = False) -> Path:
    """A copy of a selling day lies in the folder; since then four more were sold."""
    shop.selling_day()
    if locked:
        await shop.desk.choose_passphrase(PASSPHRASE, by=shop.actor())
        shop.plan(shop.actor(), encrypted=True)
    copy = await shop.copied()
    shop.hand.forward(days=1)
    pan = keep(shop.database, by=shop.actor(Role.GERENTE), on_hand=9)
    for _ in range(4):
        shop.sell(pan, shop.actor())
    return copy


async def test_a_copy_is_put_back_by_whoever_types_the_shops_name(shop: CopyShop) -> None:
    copy = await a_day_later(shop)
    page = await shop.page()
    asked: list[bool] = []
    page.close_requested.connect(lambda: asked.append(True))
    dialog = await choose(page, copy)
    assert dialog.step is Step.DECIDING
    assert label(dialog, "restore_file").startswith("loja-20260302-122100.db · ")
    assert label(dialog, "restore_shop") == NAME
    assert label(dialog, "restore_at") == "02/03 12:21 (ontem 12:21)"
    assert label(dialog, "restore_content") == "1 produto · 3 vendas"
    assert label(dialog, "restore_last_sale") == "02/03 12:21"
    assert label(dialog, "restore_loss") == (
        "Some tudo o que foi feito depois de 02/03 12:21: 4 vendas e mudanças de estoque, caixa, produtos e pedidos."
    )
    assert "não é apagado" in label(dialog, "restore_kept_note")
    assert not dialog.go.isEnabled()
    write(dialog, restore_name="casa das pan")
    assert not dialog.go.isEnabled()
    dialog.save()
    write(dialog, restore_name=" casa  das panelas ")
    assert dialog.go.isEnabled()
    QTest.keyClick(dialog, Key.Key_F10)
    await until(lambda: dialog.step is Step.LAID and not dialog.saving)
    assert dialog.kept is not None
    assert label(dialog, "restore_kept") == f"O banco de dados de hoje fica guardado em: {dialog.kept}"
    assert dialog.go.text() == "Fechar o programa (F10)"
    assert asked == []
    kept = dialog.kept
    QTest.keyClick(dialog, Key.Key_F10)
    await until(lambda: asked)
    await idle(page)
    assert page.banner.text.startswith("Uma cópia está pronta e entra quando o programa fechar")
    await page.aclose()
    shop.again()
    assert shop.pending
    assert ask_sql(shop.place.url, "SELECT count(*) FROM sale") == [(3,)]
    assert ask_sql(f"sqlite:///{kept}", "SELECT count(*) FROM sale") == [(7,)]


async def test_later_is_possible_and_the_page_goes_on_reminding(shop: CopyShop) -> None:
    copy = await a_day_later(shop)
    page = await shop.page()
    asked: list[bool] = []
    page.close_requested.connect(lambda: asked.append(True))
    dialog = await choose(page, copy)
    write(dialog, restore_name=NAME.casefold())
    dialog.save()
    await until(lambda: dialog.step is Step.LAID and not dialog.saving)
    assert dialog.back.text() == "Depois (Esc)"
    QTest.keyClick(dialog, Key.Key_Escape)
    await idle(page)
    assert asked == []
    button = page.banner.findChild(QPushButton, "copies_banner_button")
    assert button is not None
    assert button.text() == "Fechar o programa"
    button.click()
    assert asked == [True]


async def test_a_locked_copy_opens_with_its_passphrase_alone(shop: CopyShop) -> None:
    copy = await a_day_later(shop, locked=True)
    page = await shop.page()
    dialog = await choose(page, copy)
    assert dialog.step is Step.LOCKED
    dialog.save()
    assert dialog.passphrase_field.error == "Falta preencher."
    write(dialog, restore_passphrase="outra frase qualquer")
    dialog.save()
    await until(lambda: not dialog.saving)
    assert dialog.passphrase_field.error.startswith("A frase secreta não abre esta cópia.")
    write(dialog, restore_passphrase=PASSPHRASE)
    QTest.keyClick(dialog.passphrase, Key.Key_Return)
    await until(lambda: dialog.step is Step.DECIDING and not dialog.saving)
    assert dialog.passphrase.text() == ""
    write(dialog, restore_name=NAME.casefold())
    dialog.save()
    await until(lambda: dialog.step is Step.LAID and not dialog.saving)
    QTest.keyClick(dialog, Key.Key_Escape)
    await idle(page)
    assert dialog._passphrase == ""
    await page.aclose()
    shop.again()
    assert shop.pending


async def test_going_back_changes_nothing(shop: CopyShop) -> None:
    copy = await a_day_later(shop)
    page = await shop.page()
    dialog = await choose(page, copy)
    QTest.keyClick(dialog, Key.Key_Escape)
    await idle(page)
    await page.aclose()
    shop.again()
    assert not shop.pending
    assert ask_sql(shop.place.url, "SELECT count(*) FROM sale") == [(7,)]


async def test_opening_a_large_copy_may_be_given_up(shop: CopyShop) -> None:
    copy = await shop.copied()
    door = asyncio.Event()

    class Slow(SlowDesk):
        async def examine(self, *_: Any) -> CopyFacts:
            await door.wait()
            raise AssertionError("it was given up")

    page = await shop.page(desk=Slow(shop.desk))
    dialog = RestoreDialog(page._session, Slow(shop.desk), shop.actor(), copy, page)
    shop.windows.insert(0, dialog)
    dialog.open()
    await until(lambda: dialog.saving)
    assert label(dialog, "restore_opening") == copy.name
    assert not dialog.go.isVisible()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


async def test_each_file_that_is_no_good_copy_is_said_and_another_can_be_chosen(shop: CopyShop) -> None:
    copy = await a_day_later(shop)
    page = await shop.page()
    empty, torn, changed, newer, dump = (
        shop.folder / name for name in ("vazia.db", "cortada.db", "mudada.db", "nova.db", "servidor.dump")
    )
    empty.write_bytes(b"")
    torn.write_bytes(copy.read_bytes()[:50_000])
    for path in (changed, newer):
        shutil.copy(copy, path)
    shutil.copy(fingerprint_path(copy), fingerprint_path(changed))
    ask_sql(f"sqlite:///{changed}", "UPDATE operator SET role = 'administrador'")
    ask_sql(f"sqlite:///{newer}", "UPDATE alembic_version SET version_num = '9999_futuro'")
    dump.write_bytes(b"PGDMP" + b"\x00" * 100)
    page.restore.click()
    for path, words in (
        (empty, "Este arquivo não é uma cópia do Varejo Forte. Escolha outra cópia."),
        (torn, "Esta cópia está danificada. Nada foi mudado. Escolha outra cópia."),
        (changed, "Esta cópia foi alterada depois de feita: a impressão digital não confere."),
        (newer, "Esta cópia é de uma versão mais nova do Varejo Forte. Atualize o programa"),
        (dump, "Esta cópia é de outro tipo de banco de dados"),
        (shop.folder / "nenhuma.db", "Este arquivo não existe mais."),
    ):
        dialog = await pick(page, path)
        assert dialog.step is Step.WRONG, path
        assert dialog.banner.text.startswith(words)
        assert dialog.go.text() == "Escolher outra cópia (F10)"
        QTest.keyClick(dialog, Key.Key_F10)
        await dialog_over(page, QFileDialog)
    chooser: QFileDialog = await dialog_over(page, QFileDialog)
    chooser.reject()
    await idle(page)
    await page.aclose()
    shop.again()
    assert not shop.pending


async def test_a_copy_of_another_shop_is_said_and_this_shops_name_is_asked_for(shop: CopyShop) -> None:
    copy = await shop.copied()
    other = shop.folder / "outra.db"
    shutil.copy(copy, other)
    ask_sql(f"sqlite:///{other}", "UPDATE shop SET name = 'Outra Casa'")
    page = await shop.page()
    dialog = await choose(page, other)
    words = " ".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog))
    assert "Esta cópia é de outra loja: Outra Casa." in words
    write(dialog, restore_name="outra casa")
    assert not dialog.go.isEnabled()
    dialog.reject()
    await idle(page)


async def test_a_copy_with_problems_says_that_they_come_back(shop: CopyShop) -> None:
    keep(shop.database, by=shop.actor(Role.GERENTE), on_hand=5)
    ask_sql(shop.place.url, "UPDATE stock SET on_hand = on_hand + 1000")
    page = await shop.page()
    page.make()
    await idle(page)
    assert page.last.trouble.text.startswith("O banco de dados tem problemas, e a cópia também.")
    dialog = await choose(page, Path(shop.runs[0].file))
    assert label(dialog, "restore_problems").startswith(
        "O banco já tinha 1 problema quando esta cópia foi feita"
    )
    dialog.reject()
    await idle(page)


async def test_a_refusal_at_the_last_step_is_said_and_may_be_tried_again(shop: CopyShop) -> None:
    copy = await a_day_later(shop)
    page = await shop.page()
    dialog = await choose(page, copy)
    copy.unlink()
    write(dialog, restore_name=NAME.casefold())
    dialog.save()
    await until(dialog.banner.isVisible)
    assert dialog.banner.text == "Este arquivo não existe mais. Escolha outra cópia."
    assert dialog.step is Step.DECIDING
    assert dialog.go.isEnabled()
    dialog.reject()
    await idle(page)


async def test_a_copy_as_young_as_the_books_loses_no_sale(shop: CopyShop) -> None:
    shop.selling_day()
    copy = await shop.copied()
    page = await shop.page()
    dialog = await choose(page, copy)
    assert label(dialog, "restore_loss").endswith("Nenhuma venda se perde.")
    dialog.reject()
    await idle(page)


# -- comparing --------------------------------------------------------------------------------------------------------


async def restored(shop: CopyShop) -> None:
    """Yesterday's copy was put back, and the program opened again."""
    copy = await a_day_later(shop)
    await shop.desk.restore(copy, by=shop.actor())
    shop.again()


async def test_a_restored_shop_is_compared_and_sells_again(shop: CopyShop) -> None:
    await restored(shop)
    page, strip = await shop.page(), await shop.strip()
    words = "A loja foi restaurada de uma cópia em 03/03 12:21; ninguém vende até a conferência."
    assert page.banner.text == words
    assert strip.banner.text == words
    assert not strip.isHidden()
    assert label(page, "last_copy_age") == "Nenhuma cópia desde a restauração"
    pan = keep(shop.database, by=shop.actor(Role.GERENTE), on_hand=9)
    with pytest.raises(RecheckPending):
        shop.sell(pan, shop.actor())
    button = page.banner.findChild(QPushButton, "copies_banner_button")
    assert button is not None
    button.click()
    dialog: RecheckDialog = await dialog_over(page, RecheckDialog)
    await until(lambda: dialog.facts is not None and not dialog.saving)
    numbers = [each.text() for each in dialog.findChildren(QLabel)]
    assert {"Balcão", "3", "7", "27"} <= set(numbers)
    assert (
        label(dialog, "recheck_products") == "Nenhuma loja virtual conectada: só os números são conferidos."
    )
    QTest.keyClick(dialog, Key.Key_F10)
    await until(lambda: dialog.over and not dialog.saving)
    assert dialog.banner.text == "Loja conferida: já pode vender."
    assert not shop.pending
    dialog.reject()
    await idle(page)
    await until(strip.isHidden)
    assert not page.banner.isVisible()
    assert shop.sell(pan, shop.actor()) == "Balcão-28"


async def test_what_is_compared_with_the_store_is_counted(shop: CopyShop) -> None:
    shop.selling_day()
    shop.join_store(stations=9)
    copy = await shop.copied()
    await shop.desk.restore(copy, by=shop.actor())
    shop.again()
    page = await shop.page()
    page.recheck()
    dialog: RecheckDialog = await dialog_over(page, RecheckDialog)
    await until(lambda: dialog.facts is not None and not dialog.saving)
    assert label(dialog, "recheck_products") == (
        "1 produto será comparado com a Tray, um a um, pela fila de processamento."
    )
    assert label(dialog, "recheck_orders") == (
        "Nenhum pedido aberto; os pedidos dos últimos 45 dias são procurados outra vez."
    )
    assert dialog.height() <= 700, "ten stations scroll"
    numbers = dialog.findChild(QWidget, "recheck_numbers")
    products = dialog.findChild(QLabel, "recheck_products")
    assert numbers is not None
    assert products is not None
    assert numbers.geometry().bottom() < products.geometry().top()
    dialog.save()
    await until(lambda: dialog.over and not dialog.saving)
    assert dialog.banner.text == (
        "Loja conferida: já pode vender. A comparação com a Tray continua na fila, enquanto a sincronização "
        "está ligada."
    )
    dialog.reject()
    await idle(page)


async def test_the_strip_begins_the_comparing_itself(shop: CopyShop) -> None:
    await restored(shop)
    strip = await shop.strip()
    strip.show()
    strip.recheck()
    dialog: RecheckDialog = await dialog_over(strip, RecheckDialog)
    await until(lambda: dialog.facts is not None and not dialog.saving)
    dialog.save()
    await until(lambda: dialog.over and not dialog.saving)
    dialog.reject()
    await until(strip.isHidden)


async def test_others_are_told_whom_to_call(shop: CopyShop) -> None:
    await restored(shop)
    page, strip = await shop.page(Role.GERENTE), await shop.strip(Role.GERENTE)
    button = page.banner.findChild(QPushButton, "copies_banner_button")
    assert button is not None
    assert not button.isVisible()
    assert strip.banner.text.endswith("ninguém vende até a conferência. Chame um administrador.")


async def test_what_another_window_compared_already_is_said(shop: CopyShop) -> None:
    await restored(shop)
    page = await shop.page()
    await shop.desk.recheck(by=shop.actor())
    page.recheck()
    dialog: RecheckDialog = await dialog_over(page, RecheckDialog)
    await until(lambda: dialog.over and not dialog.saving)
    assert dialog.banner.text == "A loja já foi conferida e pode vender."
    dialog.reject()
    await idle(page)


async def test_a_shop_that_was_never_restored_shows_no_strip(shop: CopyShop) -> None:
    strip = await shop.strip()
    assert strip.isHidden()


# -- a shop on PostgreSQL ---------------------------------------------------------------------------------------------


async def test_without_pg_dump_the_page_says_what_to_install(
    own_postgres_shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(tmp_path / "loja", url=own_postgres_shop) as shop:
        (tmp_path / "vazia").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "vazia"))
        page = await shop.page()
        words = (
            "Falta neste computador o pg_dump, o programa que copia um banco PostgreSQL. Instale o PostgreSQL"
        )
        assert page.last.missing.isVisible()
        assert page.last.missing.text.startswith(words)
        assert not page.last.make.isEnabled()
        assert not page.restore.isEnabled()
        assert label(page, "restore_refusal").startswith(words)
        QTest.keyClick(page, Key.Key_F6)
        await idle(page)
        assert shop.runs == []


async def test_on_a_server_copies_are_made_and_put_back_too(own_postgres_shop: str, tmp_path: Path) -> None:
    async with open_shop(tmp_path / "loja", url=own_postgres_shop) as shop:
        shop.selling_day()
        page = await shop.page()
        page.make()
        await idle(page)
        copy = Path(shop.runs[0].file)
        assert copy.suffix == ".dump"
        dialog = await choose(page, copy)
        words = " ".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog))
        assert "feche o programa em todas as estações da loja" in words
        assert label(dialog, "restore_content") == "1 produto · 3 vendas"
        dialog.reject()
        await idle(page)


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_500, "1,5 kB"),
        (812_300, "812 kB"),
        (91_400_000, "91 MB"),
        (2_000_000, "2 MB"),
        (1_440_000_000, "1,4 GB"),
    ],
)
def test_sizes_are_short(amount: int, words: str) -> None:
    assert size(amount) == words


def test_every_cause_has_its_own_words() -> None:
    """The causes that `CopyRefused` and a run may have where a screen is in the way."""
    making = (
        "full busy damaged unreachable no_access no_tool tool_failed no_passphrase no_rights no_books exists"
    )
    said = [not_made(cause).whole for cause in making.split()]
    assert len(set(said)) == len(said)
    assert not_made("something_new").text == "A cópia não foi feita."
    restoring = "no_copy no_access not_books damaged tampered other_kind in_use no_tool tool_failed no_rights"
    said = [restoring_refused(CopyRefused(why)).whole for why in restoring.split()]
    assert len(set(said)) == len(said)
    assert "espaço" in restoring_refused(BooksFull()).text
    assert "versão mais nova" in restoring_refused(BooksNewer()).text
    assert making_refused(BooksFull()) == not_made("full")
    assert making_refused(CopyRefused("no_tool")) == not_made("no_tool")


def test_a_run_says_what_came_of_it() -> None:
    run = BackupRun(station="Balcão", at=books.NOON, why="due", file="x", bytes=5)
    assert trouble_of(run).whole == ""
    full = replace(run, cause="second_folder", detail="full: sem espaço")
    assert trouble_of(full).whole == (
        "O disco da segunda pasta está cheio. Libere espaço ou escolha outra pasta."
    )
    assert outcome_of(replace(run, cause="books_wrong")).word == "Banco com problemas"
    assert outcome_of(replace(run, bytes=0, cause="full")).word == "Não foi feita"


def test_names_and_instants() -> None:
    assert file_name("C:\\Copias\\loja.db") == file_name("/home/loja/loja.db") == "loja.db"
    assert breakable("/a/b.db").replace("\N{ZERO WIDTH SPACE}", "") == "/a/b.db"
    facts = CopyFacts(
        path=Path("x"),
        bytes=1,
        made_at=books.NOON,
        shop_name=NAME,
        encrypted=False,
        older_release=False,
        products=0,
        sales=1,
        last_sale_at=books.NOON + timedelta(minutes=1),
    )
    assert stands_at(facts) == books.NOON + timedelta(minutes=1)
    assert stands_at(replace(facts, encrypted=True)) == books.NOON
    assert stands_at(replace(facts, made_at=None, last_sale_at=None)) is None


async def test_the_loss_is_counted_and_a_failure_of_another_station_is_not_ours(shop: CopyShop) -> None:
    shop.selling_day(sales=2)
    first = shop.database.read_now(lambda reader: reader.sales.rows())[-1].at
    loss = shop.database.read_now(lambda reader: loss_since(reader, first))
    assert (loss.sales, loss.more) == (1, False)
    assert shop.database.read_now(lambda reader: loss_since(reader, None)).sales == 2 < COUNTED
    shop.note(before=timedelta(0), station="CAIXA-02", cause="full")
    now = shop.database.read_now(lambda reader: copies_now(reader, shop.actor()))
    assert now.unmended is None
    shop.note(before=timedelta(0), cause="full")
    now = shop.database.read_now(lambda reader: copies_now(reader, shop.actor()))
    assert now.unmended is not None


# -- how it looks and is reached --------------------------------------------------------------------------------------


async def test_the_largest_letters_fit_beside_the_places(shop: CopyShop) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        deep = shop.folder / ("Unidade-da-matriz-com-um-nome-muito-comprido-" * 3)
        shop.plan(shop.actor(), folder=str(deep), second_folder=str(shop.folder / "dois"), at_closing=True)
        await shop.copied()
        page = await shop.page(size=(622, 600))
        inside = page.widget()
        assert inside is not None
        assert inside.minimumSizeHint().width() <= 600
        assert page.horizontalScrollBar().maximum() == 0
        assert page.runs.table.horizontalScrollBar().maximum() == 0
        dialog = await choose(page, Path(shop.runs[0].file))
        assert dialog.minimumSizeHint().height() <= 752
        dialog.reject()
        await idle(page)
    finally:
        Theme.apply(app, "light", 1.0)


async def test_every_control_has_a_name(shop: CopyShop) -> None:
    page = await shop.page()
    for kind in (QAbstractButton, QLineEdit, QSpinBox):
        for widget in page.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(page):
                if widget.objectName() == "qt_spinbox_lineedit":
                    continue
                assert widget.objectName(), widget
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()


async def test_the_keys_are_listed(shop: CopyShop) -> None:
    page = await shop.page()
    keys = page._session.services.shortcuts.by_context()["Configurações › Cópias"]
    assert [key.words for key in keys] == ["F6", "F10"]


async def test_the_plan_of_this_station_alone_is_changed(shop: CopyShop) -> None:
    other = replace(shop.actor(), station="CAIXA-02")
    shop.database.run_now(save_plan, BackupPlan(every_hours=8), by=other)
    page = await shop.page()
    assert page.plan.every.currentData() == 0
    page.plan.at_closing.click()
    page.plan.save()
    await idle(page)
    elsewhere = shop.database.read_now(lambda reader: reader.backups.plan("CAIXA-02"))
    assert elsewhere == BackupPlan(every_hours=8)
