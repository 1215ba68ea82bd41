"""What a person does to documents, one thing at a time; what was done is said in words, what went wrong handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_questions import NumberGap
from varejoforte_desktop.application.printing_ports import PrintDesk
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, answered
from varejoforte_desktop.ui.fiscal_messages import STATE_NAMES
from varejoforte_desktop.ui.fiscal_words import label
from varejoforte_desktop.ui.notes.asking import CancelNoteDialog, CorrectionDialog, GiveUpDialog
from varejoforte_desktop.ui.notes.deeds import Deed, NoteDetail, paper_for
from varejoforte_desktop.ui.notes.leaving import choose_file, export_month, write_xml, xml_name
from varejoforte_desktop.ui.notes.month_choice import MonthDialog, month_words
from varejoforte_desktop.ui.notes.tools import Letters, OpenMonth
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.notes.voiding import VoidDialog
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope

Work = Coroutine[Any, Any, str]
#: Shown on the screen first, and printed from there.
_SHOWN: Final = frozenset({Deed.VIEW, Deed.LABEL, Deed.LETTER})
_SENDS: Final = frozenset({Deed.SEND, Deed.FIX, Deed.CONSULT})


class NoteDoings(QObject):
    """Nothing is begun while something runs."""

    #: Something runs (True) or has ended.
    busy_changed = Signal(bool)
    #: What was done.
    said = Signal(str)
    #: What goes on and may take a while: words for a strip, "" when it is over; whether it can be given up.
    going_on = Signal(str, bool)
    #: How many of how many sales got their documents.
    issued = Signal(int, int)
    #: A sale (its id) could not get its document, and why.
    stuck = Signal(int, str)
    #: What is in the way.
    refused = Signal(str)
    #: An error.
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        screen: QWidget,
        *,
        open_month: OpenMonth | None,
        letters: Letters | None,
    ) -> None:
        super().__init__(screen)
        self._session = session
        self._screen = screen
        self._open_month = open_month
        self._letters = letters
        self._scope = TaskScope(self, self.failed.emit)
        self._running: asyncio.Task[None] | None = None
        self._wishes = PrintWishes()
        #: Opens a file with the program that the computer has for it; False when there is none.
        self.open_file: Callable[[Path], bool] = _open_file

    @property
    def desk(self) -> FiscalDesk | None:
        """Who deals with SEFAZ."""
        return self._session.services.fiscal

    @property
    def printing(self) -> PrintDesk | None:
        """Who prints."""
        return self._session.services.printing

    @property
    def _actor(self) -> Actor:
        return self._session.actor

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._running is not None and not self._running.done()

    def stop(self) -> None:
        """Give up what runs."""
        if self._running is not None:
            self._running.cancel()

    async def aclose(self) -> None:
        """End what runs."""
        self._scope.close()
        await self._scope.settled()

    # -- asking ---------------------------------------------------------------------------------------

    def do(self, deed: Deed, detail: NoteDetail) -> None:
        """Do this to one document."""
        if deed in _SENDS:
            self._begin(self._send(detail), self.tr("Falando com a SEFAZ…"))
        elif deed in {Deed.CANCEL, Deed.CORRECT, Deed.GIVE_UP}:
            self._begin(self._decide(deed, detail))
        elif deed in _SHOWN:
            self._begin(self._view(deed, detail))
        elif deed is Deed.PRINT:
            self._begin(self._print(detail))
        elif deed is Deed.SAVE_XML:
            self._begin(self._save_xml(detail, None))
        else:
            self._begin(self._mail(detail))

    def issue(self, sales: Sequence[tuple[int, str]]) -> None:
        """Give these sales (id, number) their documents, one after another."""
        self._begin(self._issue(list(sales)))

    def void(self, gaps: Sequence[NumberGap]) -> None:
        """Ask which numbers, and void them."""
        self._begin(self._void(gaps))

    def save_xml_to(self, detail: NoteDetail, path: Path) -> None:
        """Save a document's XML in a place that is known."""
        self._begin(self._save_xml(detail, path))

    def export(self, today: date, environment: FiscalEnvironment) -> None:
        """Ask for a month and a file, and write the archive."""
        self._begin(self._export(today, environment))

    def export_to(self, month: date, path: Path, environment: FiscalEnvironment) -> None:
        """The same for a month and a place that are known."""
        self._begin(self._write_month(month, path, environment))

    def _begin(self, work: Work, words: str = "") -> None:
        if self.busy:
            work.close()
            return
        self._running = self._scope.start(self._alone(work))
        if self._running is None:
            work.close()
            return
        self.busy_changed.emit(True)
        if words:
            self.going_on.emit(words, False)

    async def _alone(self, work: Work) -> None:
        try:
            words = await work
        finally:
            # Whoever hears that it is over may begin the next thing at once.
            self._running = None
            self.going_on.emit("", False)
            self.busy_changed.emit(False)
        if words:
            self.said.emit(words)

    def _sure_desk(self) -> FiscalDesk | None:
        if self.desk is None:
            self.refused.emit(self.tr("Esta estação não emite notas."))
        return self.desk

    # -- SEFAZ ----------------------------------------------------------------------------------------

    async def _send(self, detail: NoteDetail) -> str:
        desk = self._sure_desk()
        if desk is None:
            return ""
        record = await desk.resend(detail.id, by=self._actor)
        note = label(detail.sheet.row)
        if record.state is DocumentState.AUTHORISED:
            return self.tr("{note} autorizada.").format(note=note)
        stands = STATE_NAMES[record.state.value]
        return self.tr("{note} continua {state}.").format(note=note, state=stands)

    async def _decide(self, deed: Deed, detail: NoteDetail) -> str:
        desk = self._sure_desk()
        if desk is None:
            return ""
        kinds = {Deed.CANCEL: CancelNoteDialog, Deed.CORRECT: CorrectionDialog, Deed.GIVE_UP: GiveUpDialog}
        dialog = kinds[deed](self._session, desk, detail, self._screen)
        await answered(dialog)
        return str(dialog.outcome)

    async def _issue(self, sales: list[tuple[int, str]]) -> str:
        desk = self._sure_desk()
        if desk is None:
            return ""
        done = 0
        troubles: list[str] = []
        for place, (sale_id, number) in enumerate(sales):
            self.issued.emit(place, len(sales))
            try:
                await desk.issue(sale_id)
                done += 1
            except DomainError as error:  # the others can go on
                words = said_of(error).whole
                self.stuck.emit(sale_id, words)
                troubles.append(f"{number}: {words}")
        if troubles:
            more = len(troubles) - 1
            rest = formats.counted(more, "outra venda parou", "outras vendas pararam")
            self.refused.emit(f"{troubles[0]} ({rest})" if more else troubles[0])
        return formats.counted(done, "nota emitida.", "notas emitidas.") if done else ""

    async def _void(self, gaps: Sequence[NumberGap]) -> str:
        desk = self._sure_desk()
        if desk is None:
            return ""
        dialog = VoidDialog(self._session, desk, gaps, self._screen)
        await answered(dialog)
        return dialog.outcome

    # -- paper ----------------------------------------------------------------------------------------

    async def _view(self, deed: Deed, detail: NoteDetail) -> str:
        from varejoforte_desktop.ui.papers.preview import PaperPreview  # heavy, and seldom needed

        printing = self.printing
        if printing is None:
            self.refused.emit(self.tr("Esta estação não mostra nem imprime papéis."))
            return ""
        row = detail.sheet.row
        name = self._paper_name(deed, label(row))
        dialog: AskedDialog = PaperPreview(
            self._session,
            printing,
            name,
            paper_for(deed, detail),
            self._screen,
            document_id=row.id,
            sale_id=row.sale_id,
        )
        return self.tr("{note} foi para a impressora.").format(note=name) if await answered(dialog) else ""

    def _paper_name(self, deed: Deed, note: str) -> str:
        names = {
            Deed.LABEL: self.tr("Etiqueta da {note}"),
            Deed.LETTER: self.tr("Carta de correção da {note}"),
        }
        return names.get(deed, "{note}").format(note=note)

    async def _print(self, detail: NoteDetail) -> str:
        printing = self.printing
        if printing is None:
            self.refused.emit(self.tr("Esta estação não imprime."))
            return ""
        row = detail.sheet.row
        await printing.print(
            paper_for(Deed.PRINT, detail),
            token=self._wishes.token(row.id),
            by=self._actor,
            document_id=row.id,
            sale_id=row.sale_id,
        )
        return self.tr("{note} foi para a impressora.").format(note=label(row))

    # -- files ----------------------------------------------------------------------------------------

    async def _save_xml(self, detail: NoteDetail, path: Path | None) -> str:
        record = detail.sheet.record
        path = path or await choose_file(
            self._screen, self.tr("Salvar o XML"), "XML (*.xml)", xml_name(record)
        )
        if path is None:
            return ""
        await asyncio.to_thread(write_xml, path, record.proc or record.xml)
        return self.tr("XML da {note} salvo em {name}.").format(note=label(detail.sheet.row), name=path.name)

    async def _mail(self, detail: NoteDetail) -> str:
        letters = self._letters
        if letters is None:
            self.refused.emit(self.tr("Esta estação não prepara e-mails."))
            return ""
        record = detail.sheet.record
        pdf = b""
        if self.printing is not None:
            pdf = await self.printing.pdf(paper_for(Deed.VIEW, detail))
        letter = await asyncio.to_thread(letters.write, record, self._session.shop_name, pdf)
        if not self.open_file(letter.path):
            try:
                return await self._save_draft(letter.path)
            finally:  # saved or not, nobody needs the draft any more
                await asyncio.to_thread(letters.forget, letter.path)
        whom = letter.to or self.tr("o comprador (preencha o endereço)")
        return self.tr("E-mail para {whom} aberto: confira e envie.").format(whom=whom)

    async def _save_draft(self, draft: Path) -> str:
        """No mail program: the letter is saved where somebody finds it."""
        path = await choose_file(self._screen, self.tr("Salvar o e-mail"), "E-mail (*.eml)", draft.name)
        if path is None:
            return ""
        data = await asyncio.to_thread(draft.read_bytes)
        await asyncio.to_thread(write_xml, path, data)
        return self.tr("E-mail salvo em {name}: abra-o no seu programa de e-mail.").format(name=path.name)

    async def _export(self, today: date, environment: FiscalEnvironment) -> str:
        dialog = MonthDialog(self._session, today, self._screen)
        if not await answered(dialog) or dialog.month is None:
            return ""
        month = dialog.month
        name = f"notas-{month:%Y-%m}.zip"
        path = await choose_file(self._screen, self.tr("Exportar o mês"), "ZIP (*.zip)", name)
        return "" if path is None else await self._write_month(month, path, environment)

    async def _write_month(self, month: date, path: Path, environment: FiscalEnvironment) -> str:
        if self._open_month is None:
            self.refused.emit(self.tr("Esta estação não exporta o mês."))
            return ""
        said = self.tr("Exportando {month}: dia {day} de {days}…")

        def progress(done: int, of: int) -> None:
            self.going_on.emit(said.format(month=month_words(month), day=done + 1, days=of), True)

        files = await export_month(
            self._session.services.backend,
            self._open_month,
            path,
            month,
            environment=environment,
            progress=progress,
        )
        counted = formats.counted(files, self.tr("arquivo"), self.tr("arquivos"))
        return self.tr("{month}: {files} e a lista, em {name}.").format(
            month=month_words(month).capitalize(), files=counted, name=path.name
        )


def _open_file(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
