"""Pages of a paper below one another on a desk, as large as the window or as the eyes need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: Per thousand of a page's own size.
_LEAST: Final = 150
_MOST: Final = 3000


class PaperPages(QScrollArea):
    """Takes pictures; `moved` tells which page is in sight, counting from 1, and of how many."""

    moved = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paper_pages")
        self.setAccessibleName(self.tr("Páginas do papel"))
        self.setWidgetResizable(True)
        self._pictures: list[QPixmap] = []
        self._labels: list[QLabel] = []
        self._scale = 1000
        self._fitted = True
        inside = QWidget()
        restyle(inside, page=True)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        self._column.setSpacing(Space.M)
        self.setWidget(inside)
        self.verticalScrollBar().valueChanged.connect(self._tell)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._labels)

    @property
    def scale(self) -> int:
        """How large pages are shown, per thousand of the picture."""
        return self._scale

    def show_pages(self, pages: Sequence[bytes]) -> None:
        """Lay these pictures (PNG) on the desk, the first one in sight."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._pictures, self._labels = [], []
        for number, page in enumerate(pages, 1):
            picture = QPixmap()
            picture.loadFromData(page, "PNG")
            label = QLabel()
            label.setObjectName(f"paper_page_{number}")
            label.setAccessibleName(self.tr("Página {number}").format(number=number))
            label.setFrameShape(QFrame.Shape.Box)
            self._column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
            self._pictures.append(picture)
            self._labels.append(label)
        self._column.addStretch(1)
        self.fit()
        self.verticalScrollBar().setValue(0)
        self._tell()

    # -- size -----------------------------------------------------------------------------------------

    def fit(self) -> None:
        """As wide as the desk, but a slip no larger than it is on paper, so that it is not read as a poster."""
        if not self._pictures:
            return
        # Not the viewport: it narrows when the bar appears, which the size of the pages decides.
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2 * Space.M - 8
        widest = max(picture.width() for picture in self._pictures)
        self._fitted = True
        self._set_scale(min(room * 1000 // widest, Theme.current().px(1000)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A page that fitted the desk still does."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def zoom(self, times: int, of: int) -> None:
        """So many times as large, of so many: zoom(5, 4) is a quarter larger."""
        if self._pictures:
            self._fitted = False
            self._set_scale(self._scale * times // of)

    def _set_scale(self, scale: int) -> None:
        bar = self.verticalScrollBar()
        seen = bar.value() * 1000 // max(1, self._scale)
        self._scale = max(_LEAST, min(_MOST, scale))
        for label, picture in zip(self._labels, self._pictures, strict=True):
            size = QSize(picture.width() * self._scale // 1000, picture.height() * self._scale // 1000)
            smooth = Qt.TransformationMode.SmoothTransformation
            label.setPixmap(picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
            label.setFixedSize(label.sizeHint())
        bar.setValue(seen * self._scale // 1000)

    # -- pages ----------------------------------------------------------------------------------------

    @property
    def current(self) -> int:
        """The page in sight, counting from 1; 0 when there is none."""
        if not self._labels:
            return 0
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        above = [place for place in range(1, self.count + 1) if self._top(place) <= middle]
        return above[-1] if above else 1

    def _top(self, page: int) -> int:
        """Where a page begins; counted, because the desk lays them out only later."""
        return sum(label.height() + Space.M for label in self._labels[: page - 1]) + Space.M

    def turn(self, pages: int) -> None:
        """Go so many pages on; within a page that is longer than the desk, a desk's height."""
        bar, target = self.verticalScrollBar(), self.current + pages
        if self.count > 1 and 1 <= target <= self.count:
            bar.setValue(self._top(target) - Space.M)
        else:
            bar.setValue(bar.value() + pages * self.viewport().height() * 9 // 10)

    def _tell(self) -> None:
        self.moved.emit(self.current, self.count)
