"""The page about fiscal documents in every state, for tests and for eyes: python -m tests.gui.fiscal_setup_gallery FOLDER."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from tests.books import HandClock, found
from tests.fiscal_shop import CNPJ, OWN, PASSWORD, FiscalShop, emitter
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.application.fiscal_setup import (
    keep_series,
    save_fiscal_settings,
    save_tax_rules,
    sign_tax_rules,
)
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import TaxRegime, TaxRule
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.office import SefazOffice
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.spreadsheets.tax_rules import read_rule_sheet, write_rules
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalTools
from varejoforte_desktop.ui.preferences.fiscal import FiscalPage
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

LOGINS = {Role.OPERADOR: "ana", Role.GERENTE: "bruno", Role.ADMINISTRADOR: "carla"}
STATION = "Balcão"
LONG = "DISTRIBUIDORA E COMÉRCIO DE UTILIDADES DOMÉSTICAS PARA O LAR"


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    path, clock = Path(folder.name) / "loja.db", HandClock()
    prepare(f"sqlite:///{path}", may_upgrade=True, now=clock)
    database = Database(f"sqlite:///{path}", ChangeFeed(), clock=clock)
    found(database)
    database.close()
    return folder, path


class SetupShop:
    """A shop in its folder, the real desk over a pretended SEFAZ, and the pages over both; `end` closes all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = HandClock()
        self.database = Database(
            f"sqlite:///{shutil.copy(_founded()[1], folder / 'loja.db')}", ChangeFeed(), clock=self.clock
        )
        self.seal = ShopKey("")
        self.seal.make()
        self.database.run_now(_first_key)
        self.sefaz = SefazSimulator(self.clock)
        self.authority = PracticeAuthority(self.clock)
        self.windows: list[FiscalPage] = []
        self.shop = FiscalShop(
            database=self.database,
            clock=self.clock,
            sefaz=self.sefaz,
            authority=self.authority,
            seal=self.seal,
            administrador=self.actor(),
            operador=self.actor(Role.OPERADOR),
            gerente=self.actor(Role.GERENTE),
            feed=self.database._changes,
        )
        self.desk: StationFiscalDesk = self.shop.desk(station=STATION)

    def actor(self, role: Role = Role.ADMINISTRADOR) -> Actor:
        """Ana, Bruno or Carla, as they signed in."""
        return self.database.run_now(admit, LOGINS[role], station=STATION)

    # -- what the books have ----------------------------------------------------------------------------

    def settings(self) -> FiscalSettings:
        """How the shop issues."""
        return self.database.read_now(lambda reader: reader.fiscal.settings())

    def save(self, *, confirmed: bool = False, **changes: Any) -> None:
        """Some of how the shop issues."""
        fresh = replace(self.settings(), own_endpoints=OWN, **changes)
        self.database.run_now(save_fiscal_settings, fresh, confirmed=confirmed, by=self.actor())

    def company(self, regime: TaxRegime = TaxRegime.SIMPLES, **changes: Any) -> None:
        """The registration."""
        self.save(emitter=replace(emitter(regime), **changes))

    async def certificate(
        self, *, days: int = 365, cnpj: str = CNPJ, name: str = "CASA DAS PANELAS LTDA"
    ) -> None:
        """An installed certificate that holds for so many days."""
        pfx = self.authority.company(cnpj, name, password=PASSWORD, days=days)
        await self.desk.install_certificate(pfx, PASSWORD, by=self.actor())

    def pfx(self, name: str = "empresa.pfx", *, days: int = 365, cnpj: str = CNPJ, holder: str = "CASA DAS PANELAS LTDA") -> Path:  # fmt: skip
        """A certificate in a file, as a shop buys it."""
        path = self.folder / name
        path.write_bytes(self.authority.company(cnpj, holder, password=PASSWORD, days=days))
        return path

    def rules(self, regime: TaxRegime = TaxRegime.SIMPLES, *, source: str = "tributos.xlsx") -> None:
        """The suggested rows."""
        rows = suggested_rules(regime, state="SP", since=date(2026, 1, 1))
        self.database.run_now(save_tax_rules, rows, source=source, by=self.actor())

    def sign(self, signer: str = "Paula Conta, CRC 1SP123456/O-8") -> None:
        """Somebody answers for the rows."""
        self.database.run_now(sign_tax_rules, signer=signer, by=self.actor())

    def number(self, station: str, series: int, last: int, model: FiscalModel = FiscalModel.NFCE) -> None:
        """A till's series."""
        settings = self.settings()
        name = SeriesName(
            cnpj=settings.emitter.cnpj, environment=settings.environment, model=model, series=series
        )
        record = SeriesRecord(name=name, station=station, last=last)
        self.database.run_now(keep_series, record, by=self.actor())

    async def everything(self) -> None:
        """Ready to rehearse."""
        self.company()
        await self.certificate()
        self.rules()

    # -- pages ------------------------------------------------------------------------------------------

    def tools(self) -> FiscalTools:
        """The real ones."""

        def examine(pfx: bytes, password: str) -> CertificateFacts:
            return SefazOffice().read_certificate(pfx, password, self.clock()).facts

        return FiscalTools(examine=examine, read_rules=read_rule_sheet, write_rules=write_rules)

    def session(self, role: Role = Role.ADMINISTRADOR) -> Session:
        """Somebody is signed in; the page uses nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "changes": self.database._changes,
            "shortcuts": ShortcutRegistry(),
            "clock": self.clock,
            "station": STATION,
        }
        return Session(services=Services(**unused | used), actor=self.actor(role), shop_name="Casa")

    async def page(
        self,
        part: str = "checkup",
        role: Role = Role.ADMINISTRADOR,
        *,
        size: tuple[int, int] = (800, 900),
        desk: Any = None,
    ) -> FiscalPage:
        """The page, shown and filled, with a part of it in sight."""
        page = FiscalPage(self.session(role), desk or self.desk, self.tools())
        self.windows.append(page)
        page.resize(*size)
        page.show()
        page.activateWindow()
        page.refresh()
        await until(lambda: page.now is not None and page.isActiveWindow())
        page.go(part)
        return page

    async def end(self) -> None:
        """Close the windows and leave the books."""
        for window in self.windows:
            await window.aclose()
            window.close()
            window.deleteLater()
        for desk in self.shop.desks:
            await desk.aclose()
        await asyncio.sleep(0.01)
        self.database.close()


def _first_key(uow: UnitOfWork) -> None:
    """The books know of the first key."""
    uow.installation.save(replace(uow.installation.hold(), key_version=1))


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[SetupShop]:
    """A shop that is closed again whatever happens."""
    shop = SetupShop(folder)
    try:
        yield shop
    finally:
        await shop.end()


async def idle(page: FiscalPage) -> None:
    """Nothing is on its way."""
    await until(
        lambda: not page._reading.busy and not any(part.tasks.busy for part in page.sections.values())
    )


async def dialog_over(page: QWidget, kind: type[QDialog]) -> Any:
    """The window of this kind over the page, once it is there."""

    def open_one() -> Any:
        return next((each for each in page.findChildren(kind) if each.isVisible()), None)

    return await until(open_one)


async def pick(page: QWidget, file: Path) -> None:
    """Pick a file in the chooser that is open."""
    chooser: QFileDialog = await dialog_over(page, QFileDialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    chooser.done(QFileDialog.DialogCode.Accepted)


def write(window: QWidget, **texts: str) -> None:
    """Type into fields by their names: write(page, fiscal_cnpj="…")."""
    for name, text in texts.items():
        editor = window.findChild(QWidget, name)
        assert editor is not None, name
        if isinstance(editor, QComboBox) and editor.isEditable():
            editor.setEditText(text)
        elif isinstance(editor, QComboBox):
            place = editor.findData(text)
            assert place >= 0, (name, text)
            editor.setCurrentIndex(place)
            editor.activated.emit(place)
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
        else:
            assert isinstance(editor, QLineEdit), name
            editor.setFocus()
            editor.selectAll()
            QTest.keyClick(editor, Qt.Key.Key_Delete)
            # QTest knows no key for an accent.
            QTest.keyClicks(editor, text) if text.isascii() else editor.insert(text)


def type_company(page: QWidget, **changes: str) -> None:
    """A whole registration, typed."""
    typed = {
        "fiscal_cnpj": "11.222.333/0001-81",
        "fiscal_ie": "110.042.490.114",
        "fiscal_legal_name": "CASA DAS PANELAS LTDA",
        "fiscal_trade_name": "CASA DAS PANELAS",
        "fiscal_phone": "(11) 3333-4444",
        "fiscal_postcode": "01001-000",
        "fiscal_street": "Rua das Flores",
        "fiscal_number": "100",
        "fiscal_district": "Centro",
        "fiscal_state": "SP",
        "fiscal_city": "São Paulo",
    }
    write(page, **typed | changes)


# -- scenes -----------------------------------------------------------------------------------------------------------


class Studio:
    """A look, and where its pictures go."""

    def __init__(self, folder: Path, look: str) -> None:
        self.folder = folder
        self.look = look
        _, _, self.size = LOOKS[look]

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def page(
        self,
        shop: SetupShop,
        part: str,
        role: Role = Role.ADMINISTRADOR,
        *,
        wait: bool = True,
    ) -> AsyncIterator[tuple[FiscalPage, QWidget]]:
        """The page in the margins of the main window."""
        page = FiscalPage(shop.session(role), shop.desk, shop.tools())
        frame = QWidget()
        frame.setProperty("page", True)
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 0, 24, 0)
        column.addWidget(page)
        frame.resize(*self.size)
        frame.show()
        frame.activateWindow()
        page.refresh()
        if wait:
            await until(lambda: page.now is not None)
        page.go(part)
        try:
            yield page, frame
        finally:
            await page.aclose()
            frame.close()
            frame.deleteLater()


def _down(page: FiscalPage) -> None:
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())


async def first_day(studio: Studio, shop: SetupShop) -> None:
    """Nothing is filled in; loading, failed, and somebody who may only look."""
    for part in ("checkup", "company", "certificate", "emission", "series", "taxes"):
        async with studio.page(shop, part) as (page, frame):
            await studio.shoot(frame, f"first-{part}")
            if part == "checkup":
                page.checkup.look()
                await idle(page)
                await studio.shoot(frame, "first-checked")
            if part == "emission":
                _down(page)
                await studio.shoot(frame, "first-emission-foot")
                page.emission.change.click()
                dialog = await _opened(page)
                await studio.shoot(dialog, "production-missing")
                dialog.reject()
                await idle(page)
            if part == "company":
                write(page, fiscal_cnpj="11.222.333/0001-82", fiscal_ie="12a", fiscal_postcode="123")
                write(page, fiscal_state="SP", fiscal_city="Xiririca do Oeste")
                page.company.press()
                await studio.shoot(frame, "company-wrong")
    async with studio.page(shop, "emission", Role.GERENTE) as (_, frame):
        await studio.shoot(frame, "manager-emission")
    await trouble(studio, shop)


async def trouble(studio: Studio, shop: SetupShop) -> None:
    """The books are slow, or away."""
    door, real = asyncio.Event(), shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        async with studio.page(shop, "checkup", wait=False) as (_, frame):
            await studio.shoot(frame, name)
    shop.database.read = real  # type: ignore[method-assign]


async def _opened(page: FiscalPage) -> Any:
    return await until(lambda: next((each for each in page.findChildren(QDialog) if each.isVisible()), None))


async def installing(studio: Studio, shop: SetupShop) -> None:
    """A certificate is opened, seen and kept; wrong ones are told."""
    shop.company()
    wrong = shop.pfx("de-outra-empresa.pfx", cnpj="12ABC34501DE35", holder="OUTRA LOJA LTDA")
    async with studio.page(shop, "certificate") as (page, frame):
        page.certificate.press()
        await pick(page, shop.pfx("certificado-a1-casa-das-panelas-2026.pfx"))
        dialog = await _opened(page)
        await studio.shoot(dialog, "install-password")
        write(dialog, certificate_password="errada")
        dialog.save()
        await until(lambda: not dialog.saving)
        await studio.shoot(dialog, "install-wrong-password")
        write(dialog, certificate_password=PASSWORD)
        dialog.save()
        await until(lambda: dialog.facts is not None and not dialog.saving)
        await studio.shoot(dialog, "install-facts")
        dialog.save()
        await idle(page)
        await studio.shoot(frame, "certificate-good")
        page.certificate.press()
        await pick(page, wrong)
        dialog = await _opened(page)
        write(dialog, certificate_password=PASSWORD)
        dialog.save()
        await until(lambda: not dialog.saving)
        await studio.shoot(dialog, "install-others")
        dialog.reject()
        await idle(page)
        shop.clock.forward(days=345)
        page._time_passed()
        await studio.shoot(frame, "certificate-near")
        shop.clock.forward(days=40)
        page._time_passed()
        await studio.shoot(frame, "certificate-over")
        shop.clock.forward(days=-385)


async def rehearsing(studio: Studio, shop: SetupShop) -> None:
    """Set up for rehearsals; the way to the real thing."""
    shop.rules()
    async with studio.page(shop, "checkup") as (page, frame):
        page.checkup.look()
        await idle(page)
        await studio.shoot(frame, "checked")
        page.checkup.look()
        await idle(page)
        _down(page)
        await studio.shoot(frame, "checked-again")
    async with studio.page(shop, "company") as (page, frame):
        await studio.shoot(frame, "company-full")
        _down(page)
        await studio.shoot(frame, "company-foot")
    async with studio.page(shop, "taxes") as (page, frame):
        await studio.shoot(frame, "taxes-unsigned")
        page.taxes.press()
        dialog = await _opened(page)
        dialog.seen.click()
        dialog.save()
        await studio.shoot(dialog, "sign")
        dialog.reject()
        await idle(page)
        page.taxes.suggest.click()
        dialog = await _opened(page)
        await studio.shoot(dialog, "suggest")
        dialog.reject()
        await idle(page)
        sheet = shop.folder / "tributos-errados.csv"
        sheet.write_text(
            "inicio;cfop;csosn;uf;ncm;aliquota_icms\n"
            "01/01/2026;5102;102;SP;;\n31/02/2026;9999;777;XX;abc;180\n;6108;;RJ;85;-3\n01/01/2026;5102;102;SP;;\n",
            "utf-8",
        )
        page.taxes.take_in.click()
        await pick(page, sheet)
        dialog = await _opened(page)
        await studio.shoot(dialog, "taxes-wrong")
        dialog.reject()
        await idle(page)
        write_rules(shop.folder / "tributos-do-contador.xlsx", many_rules())
        page.taxes.take_in.click()
        await pick(page, shop.folder / "tributos-do-contador.xlsx")
        dialog = await _opened(page)
        await studio.shoot(dialog, "taxes-take-in")
        dialog.save()
        await idle(page)
        await studio.shoot(frame, "taxes-many")
    shop.sign()
    async with studio.page(shop, "series") as (page, frame):
        await studio.shoot(frame, "series-rehearsal")
    async with studio.page(shop, "emission") as (page, frame):
        page.emission.code.click()
        dialog = await _opened(page)
        await studio.shoot(dialog, "csc")
        dialog.reject()
        await idle(page)
        write(page, fiscal_qr_version="2", fiscal_responsible_email="nada", fiscal_offline_after="1")
        page.emission.press()
        await studio.shoot(frame, "emission-wrong")
        _down(page)
        await studio.shoot(frame, "emission-wrong-foot")
        page.verticalScrollBar().setValue(0)
        page.emission.change.click()
        dialog = await _opened(page)
        await studio.shoot(dialog, "production-first")
        dialog.save()
        await studio.shoot(dialog, "production-second")
        write(dialog, environment_word="produção")
        await studio.shoot(dialog, "production-typed")
        dialog.save()
        await idle(page)
        await studio.shoot(frame, "emission-production")


async def real_thing(studio: Studio, shop: SetupShop) -> None:
    """Documents of value: every till needs its series."""
    for each in range(1, 5):
        shop.number(f"CAIXA-{each:02}", each + 10, each * 12_345)
    async with studio.page(shop, "series") as (page, frame):
        page.series.choose(STATION, FiscalModel.NFE)
        await studio.shoot(frame, "series-production")
        page.series.press()
        dialog = await _opened(page)
        write(dialog, series_number="13", series_last="999999999")
        dialog.save()
        await studio.shoot(dialog, "series-wrong")
        dialog.reject()
        await idle(page)
    async with studio.page(shop, "checkup") as (page, frame):
        shop.clock.forward(minutes=10)
        page.checkup.look()
        await idle(page)
        await studio.shoot(frame, "checked-production")


async def long_names(studio: Studio, shop: SetupShop) -> None:
    """Everything is as long as it may be."""
    shop.save(environment=FiscalEnvironment.HOMOLOGACAO)
    shop.company(
        TaxRegime.SIMPLES_EXCESSO,
        legal_name=LONG,
        trade_name=LONG,
        address=Address(
            street="Avenida Marechal Deodoro da Fonseca com Presidente Vargas",
            number="12.345-A",
            complement="Bloco B, loja 1203, subsolo, ao lado do supermercado",
            district="Jardim Nossa Senhora Aparecida do Monte Alegre",
            city="São José do Vale do Rio Preto",
            state="RJ",
            postcode="25780000",
        ),
        city_code="3305158",
    )
    shop.number("COMPUTADOR-DA-SALA-DO-FUNDO-COM-NOME-COMPRIDO", 999, 999_999_998)
    for part in ("company", "series"):
        async with studio.page(shop, part) as (_, frame):
            await studio.shoot(frame, f"long-{part}")


def many_rules() -> list[TaxRule]:
    """A table as an accountant of a larger shop makes it."""
    rows = suggested_rules(TaxRegime.SIMPLES, state="SP", since=date(2026, 1, 1))
    chapters = [
        TaxRule(
            ncm_prefix=f"{chapter}",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31) if chapter % 2 else None,
            cfop="5102",
            csosn="102",
            burden_rate=Decimal("31.45"),
        )
        for chapter in range(10, 40)
    ]
    return [*rows, *chapters]


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (920, 680)),
    "dark": ("dark", 1.0, (920, 680)),
    "small": ("light", 1.0, (790, 600)),
    "large": ("light", 1.5, (1100, 800)),
    "tight": ("light", 1.5, (790, 600)),
}
SCENES: tuple[Callable[[Studio, SetupShop], Awaitable[None]], ...] = (
    first_day,
    installing,
    rehearsing,
    real_thing,
    long_names,
)


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, _ = LOOKS[look]
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            async with open_shop(Path(place) / "loja") as shop:
                for scene in SCENES:
                    await scene(Studio(folder, look), shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
