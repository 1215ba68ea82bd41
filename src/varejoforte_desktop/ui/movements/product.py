"""The field that finds one product: by the scanner, by its reference, or by what one remembers of its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import ProductRow, ProductSearch, Reader
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.widgets.pinned import Pinned

_MOST_OFFERED = 20
_MOST_SHOWN = 7


class ProductPicker(QLineEdit):
    """Enter takes the product with this code, else the suggestion that is marked. The list never takes the focus."""

    #: A product was found: its ProductRow; None when the choice was given up.
    picked = Signal(object)
    #: Enter was pressed and nothing is called that: the text.
    not_found = Signal(str)
    #: A question to the books failed.
    failed = Signal(object)

    def __init__(
        self,
        object_name: str,
        accessible_name: str,
        backend: Backend,
        *,
        clears: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`clears`: Esc gives up a product that was found."""
        super().__init__(parent)
        self._clears = clears
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self.setPlaceholderText(self.tr("Bipe ou digite nome, código ou referência"))
        self._backend = backend
        self._tasks = TaskScope(self, self.failed.emit)
        self._ask = Debounced(self, self._tasks, self._suggest)
        self._row: ProductRow | None = None
        self._offered: list[ProductRow] = []
        self._offered_for = ""
        self._list = QListWidget()
        self._list.setObjectName(f"{object_name}_suggestions")
        self._list.setAccessibleName(self.tr("Produtos encontrados"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        restyle(self._list, overlay=True)
        self._list.itemClicked.connect(self._clicked)
        self._list.hide()
        self.destroyed.connect(self._list.deleteLater)
        Pinned(self, left=IconLabel("search", Role.TEXT_MUTED))
        self.textEdited.connect(self._edited)

    @property
    def row(self) -> ProductRow | None:
        """The product that was found."""
        return self._row

    @property
    def suggestions(self) -> QListWidget:
        """The list under the field."""
        return self._list

    def set_product(self, row: ProductRow | None) -> None:
        """Show a product as found, or nothing; says nothing."""
        self._row = row
        self._ask.cancel()
        self._fold()
        self.setText("" if row is None else f"{row.reference} · {row.name}")
        self.setCursorPosition(0)
        self.setToolTip(self.text())

    def close_questions(self) -> None:
        """Stop asking; the form closes."""
        self._ask.cancel()
        self._tasks.close()

    async def settled(self) -> None:
        """Wait until no question runs."""
        await self._tasks.settled()

    # -- typing ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes, ↓ and ↑ mark, Esc folds the list before it closes anything else."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self._list.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow(max(0, min(self._list.count() - 1, self._list.currentRow() + step)))
        elif key == Qt.Key.Key_Escape and self._list.isVisible():
            self._fold()
        elif key == Qt.Key.Key_Escape and self.text() and (self._row is None or self._clears):
            self.clear()
            self._edited("")
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _edited(self, text: str) -> None:
        if self._row is not None:
            self._row = None
            self.setToolTip("")
            self.picked.emit(None)
        if text.strip():
            self._ask(text.strip())
        else:
            self._ask.cancel()
            self._fold()

    def _take(self) -> None:
        text = self.text().strip()
        if self._row is not None:
            self.picked.emit(self._row)
        elif text:
            current = self._list.isVisible() and self._offered_for == text
            marked = self._list.currentRow() if current else -1
            chosen = self._offered[marked] if 0 <= marked < len(self._offered) else None
            self._ask.cancel()
            self._tasks.start(self._find(text, chosen))

    async def _find(self, text: str, marked: ProductRow | None) -> None:
        """The code first: a scan must never take a product that merely looks like it."""
        found = await self._backend.read(lambda reader: _by_code(reader, text))
        if found is None and marked is None:
            rows = await self._backend.read(lambda reader: _search(reader, text))
            found = rows[0] if len(rows) == 1 else None
            if len(rows) > 1 and text == self.text().strip():
                self._offer(text, rows)
                return
        if text != self.text().strip():
            return
        row = found or marked
        if row is None:
            self._fold()
            self.not_found.emit(text)
        else:
            self._pick(row)

    def _pick(self, row: ProductRow) -> None:
        self.set_product(row)
        self.picked.emit(row)

    # -- the list -------------------------------------------------------------------------------------

    async def _suggest(self, text: str) -> None:
        self._offer(text, await self._backend.read(lambda reader: _search(reader, text)))

    def _offer(self, text: str, rows: list[ProductRow]) -> None:
        self._offered, self._offered_for = rows, text
        self._list.clear()
        for row in rows:
            stock = f"{formats.quantity(row.on_hand)} {row.unit}"
            item = QListWidgetItem(f"{row.name}\n{row.reference} · {stock}")
            item.setSizeHint(QSize(0, Theme.current().px(44)))
            item.setToolTip(f"{row.name} · {row.reference} · {stock}")
            self._list.addItem(item)
        if not rows or not self.hasFocus():
            self._fold()
            return
        self._list.setCurrentRow(0)
        self._unfold()

    def _unfold(self) -> None:
        window = self.window()
        if self._list.parent() is not window:
            self._list.setParent(window)
            window.installEventFilter(self)
        below = self.mapTo(window, QPoint(0, self.height() + 2))
        shown = min(self._list.count(), _MOST_SHOWN)
        height = shown * max(self._list.sizeHintForRow(0), 1) + Theme.current().px(8)
        self._list.setGeometry(
            below.x(), below.y(), self.width(), min(height, max(window.height() - below.y() - 8, 80))
        )
        self._list.show()
        self._list.raise_()

    def _fold(self) -> None:
        self._list.hide()

    def _clicked(self, item: QListWidgetItem) -> None:
        place = self._list.row(item)
        if place < len(self._offered):
            self._pick(self._offered[place])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list goes when the window changes under it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Hide} and self._list.isVisible():
            self._fold()
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field folds the list."""
        super().focusOutEvent(event)
        self._fold()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A product that was found is replaced by typing."""
        super().focusInEvent(event)
        if self._row is not None:
            QTimer.singleShot(0, self, self.selectAll)

    def hideEvent(self, event: QHideEvent) -> None:
        """The list lives in the window: it goes with the field."""
        super().hideEvent(event)
        self._fold()


def _by_code(reader: Reader, code: str) -> ProductRow | None:
    found = reader.product_by_code(code)
    rows = [] if found is None else reader.product_rows([found])
    return rows[0] if rows else None


def _search(reader: Reader, text: str) -> list[ProductRow]:
    ids = reader.product_ids(ProductSearch(text=text, limit=_MOST_OFFERED))
    return reader.product_rows(ids)
