"""A paper on the screen before it is printed: its pages, larger or smaller, to be printed or saved as a PDF."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from varejoforte_desktop.application.printing_ports import PrintDesk
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import Paper
from varejoforte_desktop.ui.dialogs.asked import AskedDialog
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.papers.pages import PaperPages
from varejoforte_desktop.ui.printers.words import trouble_words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_log = logging.getLogger(__name__)
_DPI: Final = 130
_STEP: Final = 5  # quarters: 125 % of what it was
_SIZE: Final = (820, 720)


class PaperPreview(AskedDialog):
    """Closes when it was printed; `job_id` is then the paper's place on the list."""

    def __init__(
        self,
        session: Session,
        desk: PrintDesk,
        title: str,
        paper: Paper,
        parent: QWidget | None = None,
        *,
        document_id: int | None = None,
        sale_id: int | None = None,
    ) -> None:
        super().__init__("paper_preview", title, parent)
        self.job_id: int | None = None
        self._desk = desk
        self._actor: Actor = session.actor
        self._paper = paper
        self._title = title
        self._owner = (document_id, sale_id)
        self._token = str(uuid4())
        self._tasks = TaskScope(self, self._failed)
        self._looking = TaskScope(self, self._not_shown)
        self.pages = PaperPages()
        self.states = ListStates(
            self.pages, EmptyState("paper_empty", "invoices", self.tr("Papel sem páginas"))
        )
        self.banner = Banner("paper_banner", closable=True)
        self.banner.hide()
        self.place = QLabel()
        self.place.setObjectName("paper_place")
        self.print_button = self._button("paper_print", self.tr("Imprimir"))
        self.save_button = self._button("paper_save", self.tr("Salvar PDF…"), "download")
        self.close_button = self._button("paper_close", self.tr("Fechar"))
        self.larger = self._button("paper_larger", "", "plus", self.tr("Aumentar"))
        self.smaller = self._button("paper_smaller", "", "minus", self.tr("Diminuir"))
        self.whole = self._button("paper_fit", self.tr("Ajustar à janela"))
        self._build()
        self._connect(session)
        theme = Theme.current()
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))
        self.show_pages()

    def _button(self, name: str, text: str, drawing: str = "", accessible: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        if accessible:
            button.setAccessibleName(accessible)
            button.setToolTip(accessible)
        if drawing:
            bind_icon(button, drawing)
        return button

    def _build(self) -> None:
        restyle(self.print_button, kind="primary")
        bind_icon(self.print_button, "printer", Role.ACCENT_TEXT)
        restyle(self.place, words="muted")
        for button in (self.larger, self.smaller, self.whole):
            restyle(button, kind="quiet")
        column = self.page()
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        top.addWidget(self.heading, 1)
        for widget in (self.place, self.smaller, self.larger, self.whole):
            top.addWidget(widget)
        column.addLayout(top)
        column.addWidget(self.banner)
        column.addWidget(self.states, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.close_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(self.print_button)
        column.addLayout(foot)

    def _connect(self, session: Session) -> None:
        self.print_button.clicked.connect(self.print)
        self.save_button.clicked.connect(self.save)
        self.close_button.clicked.connect(self.reject)
        self.larger.clicked.connect(lambda: self.pages.zoom(_STEP, 4))
        self.smaller.clicked.connect(lambda: self.pages.zoom(4, _STEP))
        self.whole.clicked.connect(self.pages.fit)
        self.pages.moved.connect(self._show_place)
        self.states.retried.connect(self.show_pages)
        context = self.tr("Papel na tela")
        for key, title, action in (
            ("Ctrl+P", self.tr("Imprimir"), self.print),
            ("Ctrl+S", self.tr("Salvar PDF"), self.save),
            ("Ctrl++", self.tr("Aumentar"), lambda: self.pages.zoom(_STEP, 4)),
            ("Ctrl+-", self.tr("Diminuir"), lambda: self.pages.zoom(4, _STEP)),
            ("Ctrl+0", self.tr("Ajustar à janela"), self.pages.fit),
            ("PgDown", self.tr("Página seguinte"), lambda: self.pages.turn(1)),
            ("PgUp", self.tr("Página anterior"), lambda: self.pages.turn(-1)),
        ):
            turns = key not in {"Ctrl+P", "Ctrl+S"}
            session.services.shortcuts.bind(self, Shortcut(key, title, context), action, repeats=turns)

    # -- the pages ------------------------------------------------------------------------------------

    def show_pages(self) -> None:
        """Have the pages drawn."""
        self.states.show_loading()
        self._allow(ready=False)
        self._looking.start(self._look())

    async def _look(self) -> None:
        pages = await self._desk.preview(self._paper, dots_per_inch=_DPI)
        self.pages.show_pages(pages)
        self.states.show_rows(len(pages))
        self._allow(ready=bool(pages))
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _allow(self, *, ready: bool) -> None:
        for button in (self.print_button, self.save_button, self.larger, self.smaller, self.whole):
            button.setEnabled(ready)
        if not ready:
            self.place.clear()

    def _show_place(self, page: int, pages: int) -> None:
        words = self.tr("Página {page} de {pages}").format(page=page, pages=pages)
        self.place.setText(words if pages > 1 else "")

    # -- printing and saving --------------------------------------------------------------------------

    def print(self) -> None:
        """Put it on the list of this station and close."""
        if self.print_button.isEnabled() and not self._tasks.busy:
            self._tasks.start(self._print())

    async def _print(self) -> None:
        document_id, sale_id = self._owner
        self.job_id = await self._desk.print(
            self._paper, token=self._token, by=self._actor, document_id=document_id, sale_id=sale_id
        )
        self.accept()

    def save(self) -> None:
        """Ask for a place and write the PDF there."""
        if self.save_button.isEnabled() and not self._tasks.busy:
            self._tasks.start(self._save())

    async def _save(self) -> None:
        dialog = QFileDialog(self, self.tr("Salvar PDF"))
        dialog.setObjectName("paper_file_dialog")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{_file_name(self._title)}.pdf")
        answer = await ask(dialog)
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        if answer != QDialog.DialogCode.Accepted or not chosen:
            return
        await self._desk.save_pdf(self._paper, Path(chosen[0]))
        self.banner.set_message(self.tr("Salvo em {path}").format(path=chosen[0]), Tone.GOOD)
        self.banner.show()

    # -- trouble --------------------------------------------------------------------------------------

    def _not_shown(self, error: BaseException) -> None:
        text, remedy = self._said(error)
        self.states.show_error(text, remedy)

    def _failed(self, error: BaseException) -> None:
        self.banner.set_message(" ".join(self._said(error)).strip(), Tone.BAD)
        self.banner.show()

    def _said(self, error: BaseException) -> tuple[str, str]:
        if isinstance(error, PrinterTrouble):
            return trouble_words(error.why, error.printer if error.why != "format" else "")
        said = sentence(error)
        if said.bug:
            _log.error("a paper could not be shown or printed", exc_info=error)
        return said.text, said.remedy

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        for scope in (self._looking, self._tasks):
            scope.close()
            await scope.settled()
        await super().aclose()


async def preview_paper(
    parent: QWidget,
    session: Session,
    desk: PrintDesk,
    title: str,
    paper: Paper,
    *,
    document_id: int | None = None,
    sale_id: int | None = None,
) -> int | None:
    """Show a paper over `parent` and wait until it is closed.

    Gives the id on the list of papers when it was sent to the printer, None when it was only looked at or saved.
    """
    dialog = PaperPreview(session, desk, title, paper, parent, document_id=document_id, sale_id=sale_id)
    try:
        await ask(dialog)
        return dialog.job_id
    finally:
        await dialog.aclose()


def _file_name(title: str) -> str:
    """A title as a file may be called on any system."""
    return (
        "".join(mark if mark.isalnum() or mark in " -_." else "-" for mark in title).strip()[:80] or "papel"
    )
