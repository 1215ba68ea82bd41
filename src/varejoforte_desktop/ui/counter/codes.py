"""Codes of the scanner and of the fingers become lines of the open sale, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.counter.desk import CounterDesk
from varejoforte_desktop.ui.counter.intake import Code, Intake
from varejoforte_desktop.ui.counter.scan_line import ScanLine
from varejoforte_desktop.ui.counter.typed import read_entry
from varejoforte_desktop.ui.messages import sentence

#: The shortest text of digits that is a barcode rather than the beginning of a reference.
_BARCODE: Final = 8


class CodeTaker(QObject):
    """A code that means no product is refused aloud and never stops the one behind it; words are looked for."""

    #: A code or what was typed cannot be sold: the words.
    refused = Signal(str)
    #: Nothing is sold now: a beep.
    unwanted = Signal()

    def __init__(
        self,
        desk: CounterDesk,
        scan: ScanLine,
        on_error: Callable[[BaseException], None],
        *,
        wanted: Callable[[], bool],
        come_back: Callable[[QWidget], QWidget],
        parent: QObject,
    ) -> None:
        """`wanted`: whether codes are taken now; `come_back` brings the keyboard from beside the counter."""
        super().__init__(parent)
        self._desk = desk
        self._scan = scan
        self._wanted = wanted
        self._come_back = come_back
        self.intake = Intake(self._take, on_error, self)
        #: Looks for words among the products; False when that cannot be done now.
        self.look_for: Callable[[Code], bool] = lambda _code: False

    def scanned(self, text: str) -> None:
        """The scanner read a code; what was typed before it with * is how many."""
        try:
            times = self._scan.take_times()
        except DomainError:
            self._refuse_times()
            return
        focus = QApplication.focusWidget()
        if focus is not None:
            self._come_back(focus)  # the keys of the counter work again after a click beside it
        self._put(Code(text.strip(), times, typed=False))

    def entered(self, text: str) -> None:
        """Somebody typed a code or words and pressed Enter."""
        try:
            entry = read_entry(text)
        except DomainError:
            self._refuse_times()
            return
        self._put(Code(entry.text, entry.times, typed=True))

    def _refuse_times(self) -> None:
        self.refused.emit(self.tr("Quantidade errada antes do *: digite 3* ou 0,250*."))

    def _put(self, code: Code) -> None:
        if self._wanted():
            self.intake.put(code)
        else:
            self.unwanted.emit()

    async def _take(self, code: Code) -> None:
        try:
            found = await self._desk.find(code.text, code.times)
            if found is not None:
                self._desk.add(found.offer, found.times)
                return
        except (DomainError, BooksError) as error:
            self.refused.emit(f"{code.text}: {sentence(error).whole}")
            return
        words = code.typed and not (code.text.isdigit() and len(code.text) >= _BARCODE)
        if not words or not self.look_for(code):
            self.refused.emit(self.tr("Não achei {code}.").format(code=code.text))
