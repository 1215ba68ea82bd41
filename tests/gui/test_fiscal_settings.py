"""Configurações › Fiscal: the company, its certificate, series and taxes are filled in, proved, and never half kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QDialog, QLabel, QWidget
from shiboken6 import isValid

from tests.books import ask_sql
from tests.fiscal_shop import CNPJ, PASSWORD, emitter
from tests.gui.fiscal_setup_gallery import (
    LONG,
    STATION,
    SetupShop,
    dialog_over,
    idle,
    many_rules,
    open_shop,
    pick,
    type_company,
    write,
)
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.application.tax_sheet import read_rules
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings, Responsible
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.spreadsheets.tax_rules import read_rule_sheet, write_rules
from varejoforte_desktop.ui.fiscal_setup.code import CodeDialog
from varejoforte_desktop.ui.fiscal_setup.environment import EnvironmentDialog
from varejoforte_desktop.ui.fiscal_setup.installing import InstallDialog
from varejoforte_desktop.ui.fiscal_setup.series import SeriesDialog
from varejoforte_desktop.ui.fiscal_setup.signing import SignDialog
from varejoforte_desktop.ui.fiscal_setup.suggesting import SuggestDialog
from varejoforte_desktop.ui.fiscal_setup.taking_in import TakeInDialog, WrongSheetDialog
from varejoforte_desktop.ui.preferences.fiscal import FiscalPage
from varejoforte_desktop.ui.theme import Theme

Key = Qt.Key
PRODUCAO, HOMOLOGACAO = FiscalEnvironment.PRODUCAO, FiscalEnvironment.HOMOLOGACAO


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[SetupShop]:
    async with open_shop(tmp_path / "loja") as made:
        yield made


def told(page: FiscalPage) -> list[str]:
    """What was said at the foot, from now on."""
    said: list[str] = []
    page.done.connect(said.append)
    return said


def label(place: QWidget, name: str) -> str:
    found = place.findChild(QLabel, name)
    assert isinstance(found, QLabel), name
    return found.text().replace("\N{ZERO WIDTH SPACE}", "")


def beside(page: FiscalPage, name: str) -> str:
    """What stands beside a field of the part in sight that is wrong."""
    return page.part.fields.fields[name].error  # type: ignore[attr-defined, no-any-return]


def wrong(page: FiscalPage) -> dict[str, str]:
    """All that is wrong in the part in sight."""
    fields = page.part.fields.fields  # type: ignore[attr-defined]
    return {name: field.error for name, field in fields.items() if field.error}


async def press(page: FiscalPage) -> None:
    """F10, and wait until it is done."""
    QTest.keyClick(page, Key.Key_F10)
    await idle(page)


async def finish(page: FiscalPage, dialog: Any) -> None:
    """Do what a window offers, and wait until it is done."""
    dialog.save()
    await until(lambda: not isValid(dialog) or not dialog.saving)
    if not isValid(dialog) or not dialog.isVisible():
        await idle(page)


def audit(shop: SetupShop, action: str) -> list[tuple[Any, ...]]:
    return ask_sql(
        shop.database.url, "SELECT subject, operator FROM audit_entry WHERE action = :action", action=action
    )


def everything_kept(shop: SetupShop) -> str:
    """Every text in the books' fiscal tables, as a thief of the file would read it."""
    questions = (
        "SELECT * FROM fiscal_settings",
        "SELECT * FROM fiscal_secret",
        "SELECT * FROM tax_table",
        "SELECT * FROM fiscal_series",
        "SELECT * FROM audit_entry",
    )
    rows = [ask_sql(shop.database.url, question) for question in questions]
    return repr(rows)


# -- the page -------------------------------------------------------------------------------------------------------


async def test_the_first_day_says_what_is_missing_part_by_part(shop: SetupShop) -> None:
    page = await shop.page()
    names = {name: button.accessibleName() for name, button in page.buttons.items()}
    assert names == {
        "checkup": "",
        "company": "Empresa: falta completar",
        "certificate": "Certificado: falta completar",
        "emission": "Emissão: em ordem",
        "series": "Séries: falta completar",
        "taxes": "Tributos: falta completar",
    }
    page.buttons["taxes"].click()
    assert page.part is page.taxes
    assert page.taxes.isVisible()
    assert not page.checkup.isVisible()


async def test_somebody_without_the_permission_reads_everything_and_changes_nothing(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page("company", Role.GERENTE)
    assert label(page, "fiscal_refusal") == (
        "Seu perfil não pode mudar as configurações da loja. Peça a um administrador."
    )
    assert page.company.fields.text("cnpj") == "11.222.333/0001-81"
    assert page.company.fields.edit("cnpj").isReadOnly()
    assert not page.company.save_button.isVisible()
    for part, button in (
        ("certificate", page.certificate.install),
        ("emission", page.emission.change),
        ("emission", page.emission.code),
        ("series", page.series.change),
        ("taxes", page.taxes.take_in),
        ("taxes", page.taxes.suggest),
        ("taxes", page.taxes.sign),
    ):
        page.go(part)
        assert not button.isEnabled(), button.objectName()
        page.part.press()
    await asyncio.sleep(0.02)
    assert not [each for each in page.findChildren(QDialog) if each.isVisible()]
    page.go("checkup")
    assert page.checkup.again.isEnabled()


async def test_books_that_cannot_be_read_are_said_and_tried_again(
    shop: SetupShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.database.read

    async def broken(question: Any) -> Any:
        raise BooksUnreachable("down")

    monkeypatch.setattr(shop.database, "read", broken)
    page = FiscalPage(shop.session(), shop.desk, shop.tools())
    shop.windows.append(page)
    page.show()
    page.refresh()
    await until(lambda: page.states.currentWidget() is page.states.failed)
    assert not page.checkup.isVisible()
    QTest.keyClick(page, Key.Key_F10)  # there is nothing to save yet
    monkeypatch.setattr(shop.database, "read", real)
    page.states.failed.acted.emit()
    await until(lambda: page.now is not None)
    assert page.states.isHidden()
    assert page.checkup.isVisible()


async def test_every_widget_that_can_be_used_has_a_name_for_tests_and_one_for_people(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page()
    page.checkup.look()
    await idle(page)
    for part in page.sections:
        page.go(part)
        for widget in page.findChildren(QWidget):
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
                continue
            if isinstance(widget.parentWidget(), QComboBox):
                continue  # its line; the choice itself has the names
            assert widget.objectName(), (part, widget)
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or words, (part, widget.objectName())


# -- the company ----------------------------------------------------------------------------------------------------


async def test_a_company_is_typed_and_the_city_brings_its_number(shop: SetupShop) -> None:
    page = await shop.page("company")
    said = told(page)
    assert not page.company.save_button.isEnabled()
    type_company(page)
    assert page.company.fields.text("city_code") == "3550308"
    await press(page)
    assert said == ["Dados da empresa salvos."]
    assert wrong(page) == {}
    assert shop.settings().emitter == emitter()
    assert not page.company.save_button.isEnabled()
    assert page.company.fields.text("ie") == "110042490114"
    assert page.buttons["company"].accessibleName() == "Empresa: em ordem"
    assert audit(shop, "fiscal.settings") == [(CNPJ, "Carla Souza")]


async def test_a_cnpj_with_letters_is_kept_bare(shop: SetupShop) -> None:
    page = await shop.page("company")
    type_company(page, fiscal_cnpj="12.abc.345/01de-35", fiscal_ie="isento", fiscal_number="")
    await press(page)
    kept = shop.settings().emitter
    assert (kept.cnpj, kept.ie, kept.address.number) == ("12ABC34501DE35", "ISENTO", "")
    assert page.company.fields.text("cnpj") == "12.ABC.345/01DE-35"


async def test_everything_wrong_is_said_at_once_beside_its_field_and_stays_typed(shop: SetupShop) -> None:
    page = await shop.page("company")
    write(
        page,
        fiscal_cnpj="11.222.333/0001-82",
        fiscal_ie="12A",
        fiscal_postcode="0100",
        fiscal_state="SP",
        fiscal_city_code="3304557",
    )
    await press(page)
    assert wrong(page) == {
        "cnpj": "Os dígitos não conferem: veja no cartão do CNPJ.",
        "ie": "Digite de 2 a 14 números, ou ISENTO.",
        "legal_name": "Falta preencher.",
        "postcode": "O CEP tem 8 números.",
        "street": "Falta preencher.",
        "district": "Falta preencher.",
        "city": "Falta preencher.",
        "city_code": "Este código é de outra UF.",
    }
    assert page.company.fields.edit("cnpj").hasFocus()
    assert page.company.fields.text("cnpj") == "11.222.333/0001-82"
    assert shop.settings() == FiscalSettings()
    write(page, fiscal_cnpj="52998224725")
    await press(page)
    assert beside(page, "cnpj") == "Digite o CNPJ da empresa, não um CPF."


@pytest.mark.parametrize(
    ("state", "city", "code", "hint"),
    [
        ("RJ", "sao jose do vale do rio preto", "3305158", "São José do Vale do Rio Preto, RJ"),
        ("SP", "Mogi-Mirim", "3530805", "Mogi Mirim, SP"),
        ("DF", "Taguatinga", "5300108", "Brasília, DF"),
        ("SP", "Xiririca do Oeste", "", "Cidade não encontrada em SP: digite o código"),
        ("AC", "São Paulo", "", "Cidade não encontrada em AC: digite o código"),
    ],
)
async def test_a_city_is_found_however_it_is_written(
    shop: SetupShop, state: str, city: str, code: str, hint: str
) -> None:
    page = await shop.page("company")
    write(page, fiscal_state=state, fiscal_city=city)
    assert page.company.fields.text("city_code") == code
    assert label(page, "fiscal_city_code_message") == hint


async def test_a_number_typed_by_hand_is_kept_and_says_whose_it_is(shop: SetupShop) -> None:
    page = await shop.page("company")
    type_company(page, fiscal_city="Cidade Nova de Ontem")
    write(page, fiscal_city_code="3509502")
    assert label(page, "fiscal_city_code_message") == "Campinas, SP"
    await press(page)
    assert shop.settings().emitter.city_code == "3509502"
    assert shop.settings().emitter.address.city == "Cidade Nova de Ontem"


async def test_another_company_than_the_certificates_is_refused_and_what_was_typed_stays(
    shop: SetupShop,
) -> None:
    await shop.everything()
    page = await shop.page("company")
    write(page, fiscal_cnpj="12ABC34501DE35")
    await press(page)
    assert shop.settings().emitter.cnpj == CNPJ
    assert page.company.banner.isVisible() or beside(page, "cnpj")
    assert page.company.fields.text("cnpj") == "12ABC34501DE35"
    assert page.company.save_button.isEnabled()


async def test_saving_the_company_keeps_what_somebody_else_changed_meanwhile(shop: SetupShop) -> None:
    shop.company()
    page = await shop.page("company")
    shop.database.run_now(
        save_fiscal_settings, replace(shop.settings(), operation="Venda de usados"), by=shop.actor()
    )
    write(page, fiscal_trade_name="PANELAS & CIA")
    await press(page)
    assert shop.settings().operation == "Venda de usados"
    assert shop.settings().emitter.trade_name == "PANELAS & CIA"


async def test_reading_the_books_again_does_not_take_away_what_is_being_typed(shop: SetupShop) -> None:
    shop.company()
    page = await shop.page("company")
    write(page, fiscal_trade_name="METADE")
    page.refresh()
    await idle(page)
    assert page.company.fields.text("trade_name") == "METADE"


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        ("company", {"fiscal_trade_name": "PANELAS & CIA"}, {"fiscal_complement": "Loja 2"}),
        ("emission", {"fiscal_operation": "Venda de usados"}, {"fiscal_extra_note": "Trocas em 7 dias."}),
    ],
)
async def test_what_is_typed_while_a_part_is_being_saved_stays_and_is_saved_next(
    shop: SetupShop,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    first: dict[str, str],
    second: dict[str, str],
) -> None:
    shop.company()
    page = await shop.page(part)
    door, real = asyncio.Event(), shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    monkeypatch.setattr(shop.database, "read", slow)
    write(page, **first)
    QTest.keyClick(page, Key.Key_F10)
    await until(lambda: page.part.tasks.busy)
    write(page, **second)
    door.set()
    await idle(page)
    await until(page.part.save_button.isEnabled)  # type: ignore[attr-defined]
    before = shop.settings()
    assert "PANELAS & CIA" in before.emitter.trade_name or before.operation == "Venda de usados"
    assert (before.emitter.address.complement, before.extra_note) == ("", "")
    fields = page.part.fields  # type: ignore[attr-defined]
    assert [fields.text(name.removeprefix("fiscal_")) for name in second] == list(second.values())
    await press(page)
    kept = shop.settings()
    assert next(iter(second.values())) in (kept.emitter.address.complement, kept.extra_note)


# -- the certificate ------------------------------------------------------------------------------------------------


async def opened(page: FiscalPage, file: Path, password: str = PASSWORD) -> InstallDialog:
    """Choose a certificate, type its password, and wait for what it says."""
    await press_only(page)
    await pick(page, file)
    dialog: InstallDialog = await dialog_over(page, InstallDialog)
    write(dialog, certificate_password=password)
    dialog.save()
    await until(lambda: not dialog.saving)
    return dialog


async def press_only(page: FiscalPage) -> None:
    QTest.keyClick(page, Key.Key_F10)
    await asyncio.sleep(0)


async def test_a_certificate_is_seen_before_it_is_kept_and_its_password_is_kept_nowhere(
    shop: SetupShop,
) -> None:
    shop.company()
    page = await shop.page("certificate")
    said = told(page)
    dialog = await opened(page, shop.pfx())
    assert label(dialog, "certificate_holder") == "CASA DAS PANELAS LTDA"
    assert label(dialog, "certificate_cnpj") == "11.222.333/0001-81"
    assert label(dialog, "certificate_validity") == "de 01/03/2026 a 02/03/2027"
    assert dialog.go.text() == "Guardar certificado (F10)"
    assert page.now is not None
    assert page.now.certificate is None
    assert shop.database.read_now(lambda reader: reader.fiscal.certificate()) is None
    await finish(page, dialog)
    assert said == ["Certificado instalado: CASA DAS PANELAS LTDA, válido por 365 dias."]
    assert page.certificate.badge.text == "Válido · faltam 365 dias"
    assert label(page, "certificate_cnpj") == "11.222.333/0001-81"
    assert PASSWORD not in everything_kept(shop)
    assert "PRIVATE KEY" not in everything_kept(shop)
    assert audit(shop, "fiscal.certificate") == [(CNPJ, "Carla Souza")]


async def test_a_window_that_is_let_go_forgets_the_password(shop: SetupShop) -> None:
    page = await shop.page("certificate")
    tools = shop.tools()
    dialog = InstallDialog(shop.session(), shop.desk, tools.examine, shop.pfx(), cnpj="", parent=page)
    write(dialog, certificate_password=PASSWORD)
    await dialog.aclose()
    assert dialog.password.text() == ""
    assert not dialog.password.isUndoAvailable()


async def test_looking_into_a_certificate_and_going_back_keeps_nothing(shop: SetupShop) -> None:
    page = await shop.page("certificate")
    dialog = await opened(page, shop.pfx())
    assert dialog.facts is not None
    QTest.keyClick(dialog, Key.Key_Escape)
    await idle(page)
    assert page.certificate.badge.text == "Não instalado"
    assert shop.database.read_now(lambda reader: reader.fiscal.certificate()) is None


async def test_a_wrong_password_is_said_beside_it_and_may_be_typed_again(shop: SetupShop) -> None:
    page = await shop.page("certificate")
    dialog = await opened(page, shop.pfx(), "errada")
    assert (
        dialog.password_field.error
        == "A senha não abre este certificado. Digite a senha que veio com o arquivo."
    )
    assert dialog.password.hasFocus()
    write(dialog, certificate_password=PASSWORD)
    await finish(page, dialog)
    assert dialog.facts is not None
    dialog.reject()
    await idle(page)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("others", "O certificado é do CNPJ 12.ABC.345/01DE-35."),
        ("expired", "Este certificado venceu em "),
        ("text", "O arquivo do certificado não pode ser lido."),
        ("cut", "O arquivo do certificado não pode ser lido."),
        ("big", "O arquivo é grande demais para ser um certificado."),
        ("empty", "O arquivo do certificado não pode ser lido."),
        ("person", "O certificado não é de uma empresa."),
        ("gone", "O arquivo do certificado não pode ser lido. Confira se ele ainda está no lugar"),
    ],
)
async def test_a_certificate_that_will_not_do_is_told_and_another_may_be_chosen(
    shop: SetupShop, kind: str, said: str
) -> None:
    shop.company()
    good = shop.pfx()
    file = shop.folder / "ruim.pfx"
    if kind == "others":
        file = shop.pfx("ruim.pfx", cnpj="12ABC34501DE35", holder="OUTRA LOJA LTDA")
    elif kind == "expired":
        file = shop.pfx("ruim.pfx", days=-3)
    elif kind == "person":
        file.write_bytes(shop.authority.company("52998224725", "FULANO DE TAL", password=PASSWORD))
    elif kind != "gone":
        whole = good.read_bytes()
        contents = {
            "text": b"isto nao e um certificado",
            "cut": whole[:900],
            "big": bytes(70_000),
            "empty": b"",
        }
        file.write_bytes(contents[kind])
    page = await shop.page("certificate")
    dialog = await opened(page, file)
    assert dialog.banner.text.startswith(said)
    assert dialog.facts is None
    if kind == "gone":
        dialog.reject()
    else:
        assert dialog.go.text() == "Escolher outro arquivo (F10)"
        dialog.save()
        await pick(page, good)
        another = await dialog_over(page, InstallDialog)
        assert another is not dialog
        another.reject()
    await idle(page)
    assert shop.database.read_now(lambda reader: reader.fiscal.certificate()) is None


async def test_a_certificate_near_its_end_warns_and_one_that_is_over_says_so(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page("certificate")
    assert not page.certificate.warning.isVisible()
    for days, word, button in (
        (334, "Válido · faltam 31 dias", "Certificado: em ordem"),
        (1, "Vence em 30 dias", "Certificado: atenção"),
        (29, "Vence em 1 dia", "Certificado: atenção"),
        (1, "Vence hoje", "Certificado: atenção"),
        (2, "Vencido há 2 dias", "Certificado: falta completar"),
    ):
        shop.clock.forward(days=days)
        page._time_passed()
        assert page.certificate.badge.text == word
        assert page.buttons["certificate"].accessibleName() == button
    assert page.certificate.warning.text == "Nenhuma nota sai até você instalar um certificado novo."


# -- how notes are issued -------------------------------------------------------------------------------------------


async def test_how_notes_are_issued_is_saved_as_a_whole(shop: SetupShop) -> None:
    shop.company()
    page = await shop.page("emission")
    said = told(page)
    write(
        page,
        fiscal_operation="Venda de  mercadorias",
        fiscal_extra_note="Trocas em 7 dias com a nota.",
        fiscal_qr_version="2",
        fiscal_csc_id="000001",
        fiscal_offline_after="20",
        fiscal_intermediary_cnpj="12.ABC.345/01DE-35",
        fiscal_intermediary_id="loja-777",
        fiscal_responsible_cnpj="11.222.333/0001-81",
        fiscal_responsible_contact="Ana",
        fiscal_responsible_email="fiscal@varejoforte.com.br",
        fiscal_responsible_phone="(11) 4444-5555",
    )
    box = page.findChild(QCheckBox, "fiscal_cnpj_on_nfce")
    assert box is not None
    box.click()
    await press(page)
    assert wrong(page) == {}
    assert said == ["Emissão salva."]
    kept = shop.settings()
    assert replace(kept, emitter=FiscalSettings().emitter, own_endpoints="") == FiscalSettings(
        operation="Venda de mercadorias",
        extra_note="Trocas em 7 dias com a nota.",
        qr_version=2,
        csc_id="000001",
        offline_after=20,
        cnpj_on_nfce=True,
        intermediary_cnpj="12ABC34501DE35",
        intermediary_id="loja-777",
        responsible=Responsible(
            cnpj=CNPJ, contact="Ana", email="fiscal@varejoforte.com.br", phone="1144445555"
        ),
    )
    assert kept.emitter.cnpj == CNPJ


async def test_what_makes_every_note_invalid_is_refused_before_it_is_kept(shop: SetupShop) -> None:
    page = await shop.page("emission")
    write(
        page,
        fiscal_qr_version="2",
        fiscal_csc_id="",
        fiscal_extra_note="x" * 501,
        fiscal_offline_after="2",
        fiscal_intermediary_cnpj="529.982.247-25",
        fiscal_responsible_email="ana",
        fiscal_responsible_phone="12",
    )
    await press(page)
    assert wrong(page) == {
        "extra_note": "Use no máximo 500 letras.",
        "csc_id": "Digite o número, como 1.",
        "offline_after": "Digite de 3 a 120 segundos.",
        "intermediary_cnpj": "Digite um CNPJ, não um CPF.",
        "intermediary_id": "Falta preencher.",
        "responsible_cnpj": "Falta preencher.",
        "responsible_contact": "Falta preencher.",
        "responsible_email": "Digite um e-mail como nome@empresa.com.br.",
        "responsible_phone": "Digite o telefone com DDD.",
    }
    assert shop.settings() == FiscalSettings()


@pytest.mark.parametrize("typed", ["", "0", "121", "999", "-5", "1,5", "dez"])
async def test_a_wait_for_sefaz_that_makes_no_sense_is_refused(shop: SetupShop, typed: str) -> None:
    page = await shop.page("emission")
    write(page, fiscal_offline_after=typed)
    await press(page)
    assert beside(page, "offline_after") == "Digite de 3 a 120 segundos."
    assert shop.settings().offline_after == 10


async def test_a_csc_is_sealed_never_shown_again_and_can_be_forgotten(shop: SetupShop) -> None:
    shop.company()
    page = await shop.page("emission")
    said = told(page)
    assert page.emission.code_told.text() == "CSC de homologação: nenhum"
    page.emission.code.click()
    dialog: CodeDialog = await dialog_over(page, CodeDialog)
    assert not dialog.forget.isVisible()
    for typed, why in (("", "Falta preencher."), ("com espaço e ç", "São só letras, números e hifens.")):
        write(dialog, csc_code=typed)
        dialog.save()
        assert dialog.code_field.error == why
    write(dialog, csc_code="CANARIO-CSC-0123456789")
    await finish(page, dialog)
    assert said == ["CSC guardado."]
    assert page.emission.code_told.text() == "CSC de homologação: guardado, não é mostrado"
    assert "CANARIO" not in everything_kept(shop)
    sealed = shop.database.read_now(lambda reader: reader.fiscal.secrets())["csc_homologacao"].sealed
    assert shop.seal.open(sealed) == "CANARIO-CSC-0123456789"
    page.emission.code.click()
    again: CodeDialog = await dialog_over(page, CodeDialog)
    assert again.code.text() == ""
    again.forget.click()
    await until(lambda: not isValid(again) or not again.isVisible())
    await idle(page)
    assert said[-1] == "CSC esquecido."
    assert shop.database.read_now(lambda reader: reader.fiscal.secrets()) == {}


# -- rehearsal or the real thing ------------------------------------------------------------------------------------


async def environment_dialog(page: FiscalPage) -> EnvironmentDialog:
    page.go("emission")
    page.emission.change.click()
    dialog: EnvironmentDialog = await dialog_over(page, EnvironmentDialog)
    return dialog


async def test_what_is_missing_for_the_real_thing_is_said_and_led_to(shop: SetupShop) -> None:
    page = await shop.page("emission")
    dialog = await environment_dialog(page)
    texts = [each.text() for each in dialog.findChildren(QLabel) if each.text().startswith("•")]
    assert texts == [
        "• Os dados da empresa.",
        "• O certificado digital da empresa.",
        "• A confirmação do contador na tabela de tributos.",
    ]
    dialog.save()
    await idle(page)
    assert page.part is page.company
    assert shop.settings().environment is HOMOLOGACAO


async def test_the_real_thing_is_asked_for_twice_and_by_its_word(shop: SetupShop) -> None:
    await shop.everything()
    shop.sign()
    page = await shop.page("emission")
    said = told(page)
    dialog = await environment_dialog(page)
    dialog.save()
    assert shop.settings().environment is HOMOLOGACAO
    for typed in ("", "PRODUCA", "SIM", "homologação"):
        write(dialog, environment_word=typed)
        assert not dialog.go.isEnabled(), typed
        dialog.save()
    assert not dialog.saving
    write(dialog, environment_word=" producao ")
    assert dialog.go.isEnabled()
    await finish(page, dialog)
    assert said == ["Produção: as notas passam a ter valor fiscal."]
    assert shop.settings().environment is PRODUCAO
    assert page.emission.badge.text == "Produção"
    assert audit(shop, "fiscal.production") == [("producao", "Carla Souza")]
    back = await environment_dialog(page)
    await finish(page, back)
    assert shop.settings().environment is HOMOLOGACAO
    assert said[-1] == "Homologação: as notas não têm mais valor fiscal."


async def test_esc_on_the_way_to_the_real_thing_leaves_everything_as_it_is(shop: SetupShop) -> None:
    await shop.everything()
    shop.sign()
    page = await shop.page("emission")
    dialog = await environment_dialog(page)
    dialog.save()
    write(dialog, environment_word="PRODUCAO")
    QTest.keyClick(dialog, Key.Key_Escape)
    await idle(page)
    assert shop.settings().environment is HOMOLOGACAO
    assert page.part is page.emission


async def test_a_table_that_changed_while_the_word_was_typed_is_refused_by_the_books(shop: SetupShop) -> None:
    await shop.everything()
    shop.sign()
    page = await shop.page("emission")
    dialog = await environment_dialog(page)
    dialog.save()
    write(dialog, environment_word="PRODUCAO")
    shop.rules(TaxRegime.NORMAL, source="outra.xlsx")
    await finish(page, dialog)
    assert dialog.isVisible()
    assert dialog.banner.text.startswith("O contador ainda não assinou a tabela de impostos.")
    assert shop.settings().environment is HOMOLOGACAO
    dialog.reject()
    await idle(page)


# -- series ---------------------------------------------------------------------------------------------------------


def lines(page: FiscalPage) -> list[list[str]]:
    model = page.series.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


async def series_dialog(page: FiscalPage, station: str = STATION, model: FiscalModel = FiscalModel.NFCE) -> SeriesDialog:  # fmt: skip
    page.series.choose(station, model)
    page.series.press()
    dialog: SeriesDialog = await dialog_over(page, SeriesDialog)
    return dialog


async def test_without_a_company_there_are_no_series_and_the_button_leads_there(shop: SetupShop) -> None:
    page = await shop.page("series")
    page.series.empty.acted.emit()
    assert page.part is page.company


async def test_a_till_gets_a_series_and_goes_on_after_the_last_number(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page("series")
    said = told(page)
    assert lines(page) == [
        [STATION, "NFC-e (65)", "—", "—", "Automática"],
        [STATION, "NF-e (55)", "—", "—", "Automática"],
    ]
    dialog = await series_dialog(page)
    assert dialog.series.text() == "1"
    write(dialog, series_number="7", series_last="12.345")
    assert label(dialog, "series_last_message") == "A próxima nota será a 12.346"
    await finish(page, dialog)
    assert said == ["Balcão numera NFC-e (65) na série 7."]
    assert lines(page)[0] == [STATION, "NFC-e (65)", "7", "12.345", "Definida"]
    record = shop.database.read_now(lambda reader: reader.fiscal.series())[0]
    assert (record.name.series, record.last, record.station) == (7, 12_345, STATION)
    assert (record.name.cnpj, record.name.environment) == (CNPJ, HOMOLOGACAO)


@pytest.mark.parametrize(
    ("series", "last", "series_said", "last_said"),
    [
        ("", "0", "Digite de 0 a 999.", ""),
        ("abc", "0", "Digite de 0 a 999.", ""),
        ("-1", "0", "Digite de 0 a 999.", ""),
        ("1", "", "", "Digite um número de 0 a 999.999.998."),
        ("1", "999999999", "", "Digite um número de 0 a 999.999.998."),
        ("1", "1,5", "", "Digite um número de 0 a 999.999.998."),
        ("3", "99", "", "Esta série já está em 500: o número não diminui."),
    ],
)
async def test_numbers_that_cannot_be_are_refused_beside_their_field(
    shop: SetupShop, series: str, last: str, series_said: str, last_said: str
) -> None:
    await shop.everything()
    shop.number(STATION, 3, 500)
    page = await shop.page("series")
    dialog = await series_dialog(page)
    write(dialog, series_number=series, series_last=last)
    dialog.save()
    assert (dialog.series_field.error, dialog.last_field.error) == (series_said, last_said)
    assert not dialog.saving
    dialog.reject()
    await idle(page)
    assert [each.last for each in page.now.series] == [500]  # type: ignore[union-attr]


async def test_a_series_of_another_till_is_refused_with_its_name(shop: SetupShop) -> None:
    await shop.everything()
    shop.number("CAIXA-02", 4, 10)
    page = await shop.page("series")
    dialog = await series_dialog(page)
    write(dialog, series_number="4", series_last="10")
    await finish(page, dialog)
    assert dialog.isVisible()
    assert dialog.series_field.error == "A série 4 já é da estação CAIXA-02. Escolha outra série."
    dialog.reject()
    await idle(page)


async def test_in_production_a_series_that_nobody_chose_is_a_warning(shop: SetupShop) -> None:
    await shop.everything()
    shop.sign()
    shop.number(STATION, 1, 20)
    shop.save(environment=PRODUCAO, confirmed=True)
    page = await shop.page("series")
    assert [line[2:] for line in lines(page)] == [["—", "—", "Falta definir"]] * 2  # rehearsal counted apart
    assert page.buttons["series"].accessibleName() == "Séries: falta completar"
    for model, number in ((FiscalModel.NFCE, "1"), (FiscalModel.NFE, "1")):
        dialog = await series_dialog(page, model=model)
        write(dialog, series_number=number, series_last="90")
        await finish(page, dialog)
    assert page.buttons["series"].accessibleName() == "Séries: em ordem"


# -- the accountant's table -----------------------------------------------------------------------------------------


async def test_the_suggestion_is_taken_and_waits_for_the_accountant(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page("taxes")
    said = told(page)
    page.taxes.suggest.click()
    dialog: SuggestDialog = await dialog_over(page, SuggestDialog)
    assert not dialog.rate.isVisible()
    await finish(page, dialog)
    assert said == ["Tabela sugerida com 4 linhas. Mande ao contador para conferir."]
    assert page.taxes.badge.text == "Ainda não confirmada"
    table = shop.database.read_now(lambda reader: reader.fiscal.taxes())
    assert [rule.cfop for rule in table.rules] == ["5102", "5405", "6108", "6404"]
    assert {rule.valid_from for rule in table.rules} == {date(2026, 3, 2)}


async def test_the_normal_regime_asks_for_the_states_own_rate(shop: SetupShop) -> None:
    shop.company(TaxRegime.NORMAL)
    page = await shop.page("taxes")
    page.taxes.empty.acted.emit()
    dialog: SuggestDialog = await dialog_over(page, SuggestDialog)
    for typed, why in (("", "Falta preencher."), ("abc", "Digite a alíquota, como 18 ou 20,5."), ("0", "Digite a alíquota, como 18 ou 20,5.")):  # fmt: skip
        write(dialog, tax_suggest_rate=typed)
        dialog.save()
        assert dialog.rate_field.error == why, typed
    write(dialog, tax_suggest_rate="20,5")
    dialog.real.click()
    await finish(page, dialog)
    first = shop.database.read_now(lambda reader: reader.fiscal.taxes()).rules[0]
    assert (str(first.icms_rate), str(first.pis_rate), str(first.cofins_rate)) == ("20.5", "1.65", "7.6")


async def test_without_a_company_nothing_can_be_suggested(shop: SetupShop) -> None:
    page = await shop.page("taxes")
    page.taxes.empty.acted.emit()
    dialog: SuggestDialog = await dialog_over(page, SuggestDialog)
    assert dialog.over
    assert dialog.banner.text.startswith("Primeiro preencha a empresa")
    dialog.reject()
    await idle(page)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
async def test_a_table_goes_out_comes_back_the_same_and_is_confirmed(shop: SetupShop, ending: str) -> None:
    await shop.everything()
    rules = many_rules()
    file = shop.folder / f"do-contador.{ending}"
    write_rules(file, rules)
    page = await shop.page("taxes")
    said = told(page)
    page.taxes.take_in.click()
    await pick(page, file)
    dialog: TakeInDialog = await dialog_over(page, TakeInDialog)
    assert label(dialog, "tax_take_in_told") == (
        f"do-contador.{ending}: 34 linhas certas. Toma o lugar da tabela de hoje, de 4 linhas."
    )
    await finish(page, dialog)
    table = shop.database.read_now(lambda reader: reader.fiscal.taxes())
    assert [replace(rule, id=0) for rule in table.rules] == rules
    assert table.source == f"do-contador.{ending}"
    assert page.taxes.model.rowCount() == 34
    page.taxes.press()
    sign: SignDialog = await dialog_over(page, SignDialog)
    assert not sign.go.isEnabled()
    sign.seen.click()
    sign.save()
    assert (sign.name_field.error, sign.crc_field.error) == ("Falta preencher.", "Falta preencher.")
    write(sign, tax_sign_name="Paula Conta", tax_sign_crc="1SP123456/O-8")
    await finish(page, sign)
    assert page.taxes.badge.text == "Confirmada por Paula Conta, CRC 1SP123456/O-8 em 02/03/2026"
    assert not page.taxes.sign.isEnabled()
    out = shop.folder / f"de-volta.{ending}"
    page.taxes.write_out.click()
    await pick(page, out)
    await until(lambda: said[-1].startswith("Planilha salva"))
    await idle(page)
    assert read_rules(read_rule_sheet(out)) == tuple(rules)
    assert page.taxes.badge.text.startswith("Confirmada")


async def test_a_table_that_changed_after_it_was_confirmed_is_not_confirmed_any_more(shop: SetupShop) -> None:
    await shop.everything()
    shop.sign()
    shop.rules(TaxRegime.NORMAL, source="nova.xlsx")
    page = await shop.page("taxes")
    assert page.taxes.badge.text == "Mudou depois de confirmada"
    assert label(page, "fiscal_table_remedy").startswith(
        "Paula Conta, CRC 1SP123456/O-8 confirmou outra tabela."
    )
    assert page.buttons["taxes"].accessibleName() == "Tributos: atenção"
    shop.rules(TaxRegime.SIMPLES, source="a-primeira.xlsx")
    page.refresh()
    await idle(page)
    assert page.taxes.badge.text.startswith("Confirmada")  # the very rows she answered for


async def test_what_is_wrong_in_a_sheet_is_listed_by_line_and_column_and_nothing_is_taken_in(
    shop: SetupShop,
) -> None:
    await shop.everything()
    sheet = shop.folder / "errada.csv"
    sheet.write_text(
        "inicio;cfop;csosn;uf;aliquota_icms\n01/01/2026;5102;102;SP;\n31/02/2026;5102;102;;\n"
        "01/01/2026;9999;777;XX;0\n01/01/2026;5102;102;SP;\n;6108;102;RJ;abc\n",
        "utf-8",
    )
    page = await shop.page("taxes")
    page.taxes.take_in.click()
    await pick(page, sheet)
    dialog: WrongSheetDialog = await dialog_over(page, WrongSheetDialog)
    found = [
        (each.line, each.column, each.said)
        for each in (dialog.model.row_at(row) for row in range(dialog.model.rowCount()))
        if each is not None
    ]
    assert (3, "inicio", "“31/02/2026” não serve: escreva um dia, como 01/01/2026.") in found
    assert (4, "uf", "“XX” não serve: use a sigla de um estado, como SP.") in found
    assert (4, "cfop", "“9999” não serve: use 5xxx no estado e 6xxx para outro estado.") in found
    assert (4, "csosn", "“777” não serve: use 102, 103, 300, 400 ou 500; ou preencha cst_icms.") in found
    assert (5, "inicio", "Fala dos mesmos produtos e dias que a linha 2: deixe só uma.") in found
    assert (6, "inicio", "Falta preencher: escreva um dia, como 01/01/2026.") in found
    dialog.again.click()
    await pick(page, sheet)
    again: WrongSheetDialog = await dialog_over(page, WrongSheetDialog)
    assert again is not dialog
    again.reject()
    await idle(page)
    assert page.taxes.model.rowCount() == 4


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("lista.csv", b"referencia;nome;preco\nP1;Panela;10\n", "Colunas que o programa não conhece: referencia, nome, preco."),
        ("vazia.csv", b"", "A planilha está vazia."),
        ("titulos.csv", b"cfop;csosn\n", "Faltam colunas na planilha: inicio."),
        ("duas.csv", b"inicio;cfop;CFOP\n", "A coluna cfop aparece duas vezes."),
        ("ruim.xlsx", b"PK isto nao e uma planilha", "A planilha está danificada."),
        ("nota.pdf", b"%PDF-1.4", "Só planilhas .csv e .xlsx são aceitas."),
    ],
)  # fmt: skip
async def test_a_file_that_is_no_tax_table_is_told(
    shop: SetupShop, name: str, content: bytes, said: str
) -> None:
    await shop.everything()
    file = shop.folder / name
    file.write_bytes(content)
    page = await shop.page("taxes")
    page.taxes.take_in.click()
    await pick(page, file)
    await until(page.taxes.banner.isVisible)
    await idle(page)
    assert page.taxes.banner.text.startswith(said)
    assert page.taxes.model.rowCount() == 4


async def test_a_sheet_of_headings_only_is_not_taken_for_a_table(shop: SetupShop) -> None:
    await shop.everything()
    file = shop.folder / "titulos.csv"
    file.write_text("inicio;cfop\n", "utf-8")
    page = await shop.page("taxes")
    page.taxes.take_in.click()
    await pick(page, file)
    dialog: TakeInDialog = await dialog_over(page, TakeInDialog)
    assert dialog.over
    dialog.reject()
    await idle(page)
    assert page.taxes.model.rowCount() == 4


async def test_a_model_can_be_written_before_there_is_a_table(shop: SetupShop) -> None:
    shop.company()
    page = await shop.page("taxes")
    file = shop.folder / "modelo.xlsx"
    page.taxes.write_out.click()
    await pick(page, file)
    await until(file.exists)
    await idle(page)
    assert [rule.cfop for rule in read_rules(read_rule_sheet(file))] == ["5102", "5405", "6108", "6404"]


# -- the check-up ---------------------------------------------------------------------------------------------------


def points(page: FiscalPage) -> dict[str, bool | None]:
    return {row.finding.name: row.finding.fine for row in page.checkup.rows}


async def test_the_check_up_names_each_point_and_leads_to_where_it_is_put_right(shop: SetupShop) -> None:
    page = await shop.page()
    QTest.keyClick(page, Key.Key_F6)
    await idle(page)
    assert page.checkup.verdict.text == "5 pontos a resolver"
    assert points(page)["emitter"] is False
    row = next(row for row in page.checkup.rows if row.finding.name == "tax_rules")
    row.go.click()
    assert page.part is page.taxes
    status = next(row for row in page.checkup.rows if row.finding.name == "status_nfce")
    assert status.text == "Só dá para perguntar depois de instalar o certificado e preencher a empresa."


async def test_a_shop_that_is_set_up_is_ready_and_sefaz_answers(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page()
    page.checkup.look()
    await idle(page)
    assert page.checkup.verdict.text == "Pronto"
    assert label(page, "check_heading") == "Pronto para homologação?"
    assert {name for name, fine in points(page).items() if fine is not True} == {"rules_signed"}
    assert points(page)["clock"] is True
    page.checkup.look()
    await idle(page)
    asked = next(row for row in page.checkup.rows if row.finding.name == "status_nfe")
    assert asked.finding.fine is None
    assert asked.text == "A SEFAZ foi perguntada há pouco; dá para perguntar de novo às 12:03."


async def test_what_changed_since_makes_the_check_up_old(shop: SetupShop) -> None:
    await shop.everything()
    page = await shop.page()
    page.checkup.look()
    await idle(page)
    assert label(page, "check_about") == "Conferido agora."
    shop.clock.forward(minutes=5)
    page._time_passed()
    assert label(page, "check_about") == "Conferido há 5 min."
    shop.sign()
    page.refresh()
    await idle(page)
    assert label(page, "check_about") == "Algo mudou desde então: confira de novo."


# -- how it looks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1.5])
async def test_nothing_sticks_out_of_a_narrow_page_whatever_the_names(
    shop: SetupShop, scale: float, qapp: Any
) -> None:
    Theme.apply(qapp, "light", scale)
    try:
        await shop.everything()
        shop.company(legal_name=LONG, trade_name=LONG, address=Address(
            street="Avenida Marechal Deodoro da Fonseca com Presidente Vargas", number="12.345-A",
            complement="Bloco B", district="Jardim Nossa Senhora Aparecida do Monte Alegre",
            city="São José do Vale do Rio Preto", state="RJ", postcode="25780000",
        ), city_code="3305158")  # fmt: skip
        shop.number("COMPUTADOR-DA-SALA-DO-FUNDO-COM-NOME-COMPRIDO", 999, 999_999_998)
        page = await shop.page(size=(760, 600))
        page.checkup.look()
        await idle(page)
        for name in page.sections:
            page.go(name)
            await asyncio.sleep(0.01)
            assert page.horizontalScrollBar().maximum() == 0, name
    finally:
        Theme.apply(qapp, "light", 1.0)
