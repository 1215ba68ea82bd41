"""A slip as it will come out of the printer, with the roll's width and the buttons that print or save it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.printing_ports import PrintDesk, PrinterKind
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.print_job import Paper, PaperKind, lines_content
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.printing import (
    COLUMNS,
    columns_of,
    printer_of,
    save_pdf,
    send_to_printer,
)
from varejoforte_desktop.ui.till.slip import NARROW, ROLLS, WIDE, SlipFrame, SlipLine
from varejoforte_desktop.ui.till.slip_pdf import slip_font
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)

WriteSlip = Callable[[SlipFrame], Sequence[SlipLine]]


class SlipDialog(QDialog):
    """ "Imprimir" goes to the station's printer when it has one, else it saves a PDF."""

    def __init__(self, session: Session, title: str, write: WriteSlip, parent: QWidget | None = None) -> None:
        """`write` makes the lines for a roll; `title` names the document."""
        super().__init__(parent)
        self.setObjectName("slip_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self._session = session
        self._title = title
        self._write = write
        self._tasks = TaskScope(self, self._failed)
        self._wishes = PrintWishes()
        self.columns = columns_of(session.services.preferences)
        self.lines: tuple[SlipLine, ...] = ()
        self.paper = QLabel()
        self.banner = Banner("slip_banner", closable=True)
        self.banner.hide()
        self._area = QScrollArea()
        self.print_button = QPushButton(self.tr("Imprimir (F10)"))
        self.pdf_button = QPushButton(self.tr("Salvar PDF…"))
        self._build()
        self._connect()
        self._show_slip()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        heading = QLabel(self._title)
        restyle(heading, words="title")
        self.paper.setObjectName("slip_paper")
        self.paper.setTextFormat(Qt.TextFormat.RichText)
        self.paper.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        sheet = QFrame()
        restyle(sheet, card=True)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        inside.addWidget(self.paper, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._area.setObjectName("slip_area")
        self._area.setAccessibleName(self.tr("Comprovante"))
        self._area.setWidget(sheet)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        restyle(self._area.verticalScrollBar(), on="page")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addLayout(self._rolls())
        column.addLayout(top)
        column.addWidget(self.banner)
        column.addWidget(self._area, 1)
        column.addLayout(self._foot())

    def _rolls(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        self._group = QButtonGroup(self)
        for columns in (WIDE, NARROW):
            button = QPushButton(f"{ROLLS[columns]} mm")
            button.setObjectName(f"slip_roll_{ROLLS[columns]}")
            button.setAccessibleName(self.tr("Bobina de {width} mm").format(width=ROLLS[columns]))
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setChecked(columns == self.columns)
            restyle(button, kind="segment")
            self._group.addButton(button, columns)
            line.addWidget(button)
        return line

    def _foot(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Fechar (Esc)"))
        close.setObjectName("slip_close")
        close.clicked.connect(self.reject)
        self.print_button.setObjectName("slip_print")
        self.pdf_button.setObjectName("slip_pdf")
        restyle(self.print_button, kind="primary")
        bind_icon(self.print_button, "printer", Role.ACCENT_TEXT)
        foot = QHBoxLayout()
        for button in (close, self.pdf_button, self.print_button):
            button.setAutoDefault(False)
        foot.addWidget(close)
        foot.addStretch(1)
        foot.addWidget(self.pdf_button)
        foot.addWidget(self.print_button)
        services = self._session.services
        desk = services.printing
        by_desk = desk is not None and desk.book().slip.kind is not PrinterKind.NONE
        self.pdf_button.setVisible(by_desk or bool(printer_of(services.preferences)))
        return foot

    def _connect(self) -> None:
        self._group.idClicked.connect(self._choose_roll)
        self.print_button.clicked.connect(self.print_slip)
        self.pdf_button.clicked.connect(self.save_as_pdf)
        keys = self._session.services.shortcuts
        keys.bind(self, Shortcut("F10", self.tr("Imprimir"), self.tr("Comprovante")), self.print_slip)

    # -- the paper ------------------------------------------------------------------------------------

    def _choose_roll(self, columns: int) -> None:
        self.columns = columns
        self._session.services.preferences.put(COLUMNS, columns)
        self._show_slip()

    def _show_slip(self) -> None:
        services = self._session.services
        frame = SlipFrame(
            shop_name=self._session.shop_name,
            width=self.columns,
            printed_at=services.clock(),
            station=services.station,
        )
        self.lines = tuple(self._write(frame))
        theme = Theme.current()
        self.paper.setFont(slip_font(theme.px(13)))
        families = ", ".join(f"'{family}'" for family in self.paper.font().families())
        self.paper.setText(
            f'<pre style="font-family: {families}; font-size: {theme.px(13)}px">{_as_html(self.lines)}</pre>'
        )
        self.paper.setAccessibleName("\n".join(line.text for line in self.lines))
        width = self.paper.sizeHint().width() + 2 * (Space.XL + Space.L) + theme.px(24)
        self.resize(max(width, theme.px(440)), max(self.height(), theme.px(600)))

    # -- where it goes --------------------------------------------------------------------------------

    def print_slip(self) -> None:
        """To the printer of this station; without one, to a PDF."""
        desk = self._session.services.printing
        if self._tasks.busy:
            return
        if desk is not None and desk.book().slip.kind is not PrinterKind.NONE:
            self._tasks.start(self._print_by(desk))
        elif printer := printer_of(self._session.services.preferences):
            self._tasks.start(self._print(printer))
        else:
            self.save_as_pdf()

    def save_as_pdf(self) -> None:
        """Ask where, and write it there."""
        if not self._tasks.busy:
            self._tasks.start(self._save())

    async def _print_by(self, desk: PrintDesk) -> None:
        content = lines_content((line.text, line.strong) for line in self.lines)
        paper = Paper(kind=PaperKind.TILL_SLIP, content=content)
        try:
            await desk.print(paper, token=self._wishes.token(self.lines), by=self._session.actor)
        except (DomainError, BooksError) as error:
            self._say(sentence(error).whole, Tone.BAD)
        else:
            said = self.tr("Enviado à impressora {printer}.")
            self._say(said.format(printer=desk.book().slip.name), Tone.GOOD)

    async def _print(self, printer: str) -> None:
        try:
            await send_to_printer(self.lines, printer)
        except OSError as error:
            _log.warning("the receipt printer did not take a slip", exc_info=error)
            said = self.tr("A impressora {printer} não respondeu. Ligue-a e tente de novo, ou salve em PDF.")
            self._say(said.format(printer=printer), Tone.BAD)
        else:
            self._say(self.tr("Enviado à impressora {printer}.").format(printer=printer), Tone.GOOD)

    async def _save(self) -> None:
        try:
            path = await save_pdf(self.lines, columns=self.columns, title=self._title, parent=self)
        except OSError as error:
            _log.warning("a slip could not be saved", exc_info=error)
            self._say(self.tr("O PDF não pôde ser gravado ali. Escolha outra pasta."), Tone.BAD)
        else:
            if path is not None:
                self._say(self.tr("Salvo em {name}.").format(name=path.name), Tone.GOOD)

    def _say(self, words: str, tone: Tone) -> None:
        self.banner.set_message(words, tone)
        self.banner.show()

    def _failed(self, error: BaseException) -> None:
        _log.error("a slip could not be made", exc_info=error)
        self._say(self.tr("O comprovante não pôde ser gerado. Tente de novo."), Tone.BAD)

    def showEvent(self, event: QShowEvent) -> None:
        """Enter prints."""
        super().showEvent(event)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._tasks.close()
        await self._tasks.settled()
        if self.isVisible():
            self.reject()
        self.deleteLater()


def _as_html(lines: Sequence[SlipLine]) -> str:
    return "\n".join(f"<b>{escape(line.text)}</b>" if line.strong else escape(line.text) for line in lines)
