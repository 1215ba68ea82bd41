"""The program as a person starts it: the door at once, the books behind it, and an orderly end."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import qasync
from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from varejoforte_desktop import __version__
from varejoforte_desktop.app.collector import Collector
from varejoforte_desktop.logs import catch_crashes, start_log
from varejoforte_desktop.settings import Preferences, Settings
from varejoforte_desktop.ui.front import Front
from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.station_setup import StationSetup
    from varejoforte_desktop.credentials.safe import Safe
    from varejoforte_desktop.ui.services import Services

log = logging.getLogger(__name__)

#: Runs beside the program on its own loop, with its windows in hand: the guided tour, an end-to-end test.
Companion = Callable[[Front], Awaitable[None]]

#: What is shown after the door, read while the person types.
_WANTED_NEXT: Final = ("varejoforte_desktop.ui.lock.stay", "varejoforte_desktop.ui.screens.products")
_QT_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def run(settings: Settings, *, companion: Companion | None = None) -> int:
    """Show the program until its last window is closed; gives the exit code."""
    start_log(settings.log_dir)
    catch_crashes(settings.log_dir)
    application = build_application(settings)
    collector = Collector(application)
    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            runner.run(_live(settings, companion, collector))
    finally:
        collector.stop()
    return 0


def build_application(settings: Settings) -> QApplication:
    """The Qt application, dressed and speaking Portuguese."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Varejo Forte")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("varejoforte-desktop")
    application.setQuitOnLastWindowClosed(False)  # else closing the door would end the loop
    qInstallMessageHandler(_to_log)
    QLocale.setDefault(QLocale("pt_BR"))
    translator = QTranslator(application)
    if translator.load("qtbase_pt_BR", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    preferences = Preferences(settings.preferences_path)
    mode = preferences.get("theme", settings.theme)
    scale = preferences.get("font_scale", settings.font_scale)
    Theme.apply(application, mode, float(scale))
    application.setWindowIcon(QIcon(str(resource("icons/sale.svg"))))
    return application


def _to_log(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, text)


async def _live(settings: Settings, companion: Companion | None, collector: Collector) -> None:
    from varejoforte_desktop.app.station_setup import StationOpener

    opener = StationOpener(settings, _open)

    async def open_services() -> Services:
        station = await opener.open()
        collector.freeze()
        station.fiscal.start()
        station.printing.start()
        if not settings.demo:
            station.backup_clock.start()
        return services_of(station, opener.setup)

    front = Front(open_services, station=settings.station, version=__version__, setup=opener.setup)
    front.show()
    guide = None if companion is None else asyncio.ensure_future(companion(front))
    ended = asyncio.ensure_future(front.ended.wait())
    waited = {ended} if guide is None else {ended, guide}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    await opener.close()
    if guide is not None:
        await _end(guide)


async def _end(guide: asyncio.Future[None]) -> None:
    """The companion's own error comes out; one that still runs is told to stop."""
    if not guide.done():
        guide.cancel()
    await asyncio.wait({guide})
    if not guide.cancelled():
        guide.result()


def _open(settings: Settings, safe: Safe | None = None) -> Station:
    """Off the UI thread: these imports and the books are what takes long."""
    from varejoforte_desktop.app.letters import LETTERS, clear_letters
    from varejoforte_desktop.app.station import open_station

    station = open_station(settings, safe=safe)
    clear_letters(settings.data_dir / LETTERS)
    for name in _WANTED_NEXT:
        importlib.import_module(name)
    return station


def services_of(station: Station, setup: StationSetup | None = None) -> Services:
    """What the screens are handed."""
    from varejoforte_desktop.persistence.database import shown_address
    from varejoforte_desktop.spreadsheets.audit_writing import write_log
    from varejoforte_desktop.spreadsheets.reading import read_sheet
    from varejoforte_desktop.spreadsheets.writing import write_sheet
    from varejoforte_desktop.ui.services import Services
    from varejoforte_desktop.ui.shortcuts import ShortcutRegistry

    services = Services(
        backend=station.database,
        desk=station.desk,
        people=station.people,
        sync=station.sync,
        connector=station.connector,
        orders=station.orders,
        changes=station.changes,
        preferences=station.preferences,
        shortcuts=ShortcutRegistry(),
        read_sheet=read_sheet,
        write_sheet=write_sheet,
        write_log=write_log,
        clock=station.clock,
        monotonic=time.monotonic,
        station=station.settings.station,
        books=shown_address(station.settings.database_url),
        version=__version__,
        demo=station.settings.demo,
        computer=station.computer,
        backups=station.backups,
        keys=station.keys,
        setup=setup,
    )
    return _with_papers(services, station)


def _with_papers(services: Services, station: Station) -> Services:
    """The same, able to issue, print and take in fiscal papers."""
    from varejoforte_desktop.app.paper_tools import fiscal_tools, letters_of, open_month
    from varejoforte_desktop.fiscal.invoice_file import read_invoice
    from varejoforte_desktop.fiscal.purchase_file import read_note

    return replace(
        services,
        fiscal=station.fiscal,
        printing=station.printing,
        fiscal_tools=fiscal_tools(station.clock),
        open_month=open_month,
        letters=letters_of(station.settings.data_dir),
        read_purchase=read_note,
        read_invoice=read_invoice,
    )
