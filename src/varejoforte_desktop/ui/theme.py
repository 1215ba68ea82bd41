"""The look of the whole program: light or dark, and as large as the eyes at the till need it."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from varejoforte_desktop.ui.palettes import DARK, LIGHT, Palette, Role
from varejoforte_desktop.ui.stylesheet import style_sheet

Mode = Literal["light", "dark", "system"]


class Space(IntEnum):
    """The only distances used between things, in pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32


class Theme(QObject):
    """The look in use. There is one for the program, as there is one QApplication."""

    #: Emitted after a new look was applied.
    changed = Signal()

    _current: ClassVar[Theme | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "light"
        self.palette: Palette = LIGHT
        self.font_scale = 1.0
        self._app: QApplication | None = None

    @classmethod
    def current(cls) -> Theme:
        """The look in use; the light one before any was applied."""
        if cls._current is None:
            cls._current = cls()
        return cls._current

    @classmethod
    def apply(cls, app: QApplication, mode: Mode = "light", font_scale: float = 1.0) -> Theme:
        """Dress the program; may be called again at any time with another mode or size."""
        theme = cls.current()
        theme.dress(app, mode, font_scale)
        return theme

    def dress(self, app: QApplication, mode: Mode, font_scale: float) -> None:
        """What `apply` does, on the theme itself."""
        if self._app is not app:
            self._app = app
            app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.mode = mode
        self.font_scale = font_scale
        self._dress(app)

    def px(self, pixels: float) -> int:
        """A length drawn for 100 %, at the size in use."""
        return round(pixels * self.font_scale)

    def _follow_system(self) -> None:
        if self._app is not None and self.mode == "system":
            self._dress(self._app)

    def _dress(self, app: QApplication) -> None:
        self.palette = self._chosen(app)
        if app.style().objectName() != "fusion":
            app.setStyle("Fusion")
        app.setFont(_font(app, self.px(BODY)))
        app.setPalette(_qt_palette(self.palette))
        app.setStyleSheet(style_sheet(self.palette, self.font_scale))
        self.changed.emit()

    def _chosen(self, app: QApplication) -> Palette:
        if self.mode == "system":
            return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.mode == "dark" else LIGHT


BODY: Final = 13


def restyle(widget: QWidget, **properties: object) -> None:
    """Set the dynamic properties the style sheet looks at, and let it look again.

    Buttons: kind="primary"|"secondary"|"quiet"|"danger"|"nav"|"segment". Labels: words="title"|"heading"|"muted"|"small"|
    "figure"|"total"|"error". Frames: card=True. Editors: invalid=True. Scroll bars: on="page" beside cards.
    """
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def _font(app: QApplication, pixels: int) -> QFont:
    font = QFont(app.font())
    font.setPixelSize(pixels)
    # Digits of equal width everywhere, so that columns of money stand still.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _qt_palette(palette: Palette) -> QPalette:
    """The same roles for what the style sheet does not reach (rich text, placeholders, native parts)."""
    roles: dict[QPalette.ColorRole, Role] = {
        QPalette.ColorRole.Window: Role.BACKGROUND,
        QPalette.ColorRole.WindowText: Role.TEXT,
        QPalette.ColorRole.Base: Role.SURFACE,
        QPalette.ColorRole.AlternateBase: Role.BACKGROUND,
        QPalette.ColorRole.Text: Role.TEXT,
        QPalette.ColorRole.PlaceholderText: Role.TEXT_MUTED,
        QPalette.ColorRole.Button: Role.SURFACE,
        QPalette.ColorRole.ButtonText: Role.TEXT,
        QPalette.ColorRole.BrightText: Role.BAD,
        QPalette.ColorRole.ToolTipBase: Role.RAISED,
        QPalette.ColorRole.ToolTipText: Role.TEXT,
        QPalette.ColorRole.Highlight: Role.ACCENT_SOFT,
        QPalette.ColorRole.HighlightedText: Role.TEXT,
        QPalette.ColorRole.Link: Role.ACCENT,
        QPalette.ColorRole.LinkVisited: Role.ACCENT,
        QPalette.ColorRole.Accent: Role.ACCENT,
        QPalette.ColorRole.Light: Role.SURFACE,
        QPalette.ColorRole.Midlight: Role.RAISED,
        QPalette.ColorRole.Mid: Role.LINE,
        QPalette.ColorRole.Dark: Role.LINE_STRONG,
        QPalette.ColorRole.Shadow: Role.LINE_STRONG,
    }
    made = QPalette()
    for qt_role, role in roles.items():
        made.setColor(qt_role, palette.colour(role))
    for qt_role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, qt_role, palette.colour(Role.LINE_STRONG))
    return made
