"""How each kind of control is drawn, written once from the colours' roles and a handful of sizes."""

from __future__ import annotations

from varejoforte_desktop.ui.artwork import dyed
from varejoforte_desktop.ui.palettes import Palette, Tone


def style_sheet(palette: Palette, scale: float = 1.0) -> str:
    """The one style sheet of the program for these colours, with letters `scale` times their size."""
    draw = _Draw(palette, scale)
    parts = (
        _labels,
        _buttons,
        _navigation,
        _edits,
        _popups,
        _choices,
        _spins,
        _tables,
        _bars,
        _frames,
        _messages,
    )
    return "\n".join(part(draw) for part in parts)


class _Draw:
    """The colours and sizes the parts are written with; sizes are already in screen pixels."""

    def __init__(self, palette: Palette, scale: float) -> None:
        self.c = palette
        self._scale = scale
        self.small, self.body, self.large, self.title, self.figure, self.total = (
            self.px(size) for size in (12, 13, 15, 20, 28, 44)
        )
        # Inner height of a control that is 34 px high with its paddings and borders.
        self.control = self.px(34) - 12
        self.row = self.px(34)
        self.icon = self.px(16)

    def px(self, pixels: float) -> int:
        return max(1, round(pixels * self._scale))

    def image(self, name: str, colour: str) -> str:
        return f"image: url({dyed(name, colour)});"


def _labels(d: _Draw) -> str:
    c = d.c
    return f"""
QWidget {{ color: {c.text}; }}
QMainWindow, QDialog, QWidget[page="true"] {{ background: {c.background}; }}
QLabel {{ background: transparent; }}
QLabel[words="title"] {{ font-size: {d.title}px; font-weight: 600; }}
QLabel[words="heading"] {{ font-size: {d.large}px; font-weight: 600; }}
QLabel[words="figure"] {{ font-size: {d.figure}px; font-weight: 600; }}
QLabel[words="total"] {{ font-size: {d.total}px; font-weight: 700; }}
QLabel[words="muted"] {{ color: {c.text_muted}; }}
QLabel[words="small"] {{ color: {c.text_muted}; font-size: {d.small}px; }}
QLabel[words="label"] {{ color: {c.text_muted}; font-size: {d.small}px; font-weight: 600; }}
QLabel[words="strong"] {{ font-weight: 600; }}
QLabel[words="count"] {{
    color: {c.accent_text}; background: {c.accent}; font-size: {d.small}px; font-weight: 600; border-radius: 6px;
    padding: 1px 6px;
}}
QLabel[words="error"] {{ color: {c.bad}; font-size: {d.small}px; }}
QLabel[words="key"] {{
    color: {c.text}; font-size: {d.small}px; font-weight: 600; background: {c.raised};
    border: 1px solid {c.line}; border-bottom: 2px solid {c.line_strong}; border-radius: 4px; padding: 2px 8px;
}}
QLabel:disabled {{ color: {c.line_strong}; }}
QToolTip {{
    color: {c.text}; background: {c.raised}; border: 1px solid {c.line_strong}; padding: 4px 8px;
    font-size: {d.small}px;
}}
"""


def _buttons(d: _Draw) -> str:
    c = d.c
    return f"""
QPushButton, QToolButton {{
    min-height: {d.control}px; padding: 5px {d.px(14)}px; border: 1px solid {c.line_strong}; border-radius: 6px;
    background: {c.surface}; color: {c.text}; icon-size: {d.icon}px; outline: none;
}}
QToolButton {{ min-width: {d.control}px; padding: 5px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {c.line}; }}
QPushButton:focus, QToolButton:focus {{
    border: 2px solid {c.focus}; padding: 4px {d.px(14) - 1}px;
}}
QToolButton:focus {{ padding: 4px; }}
QPushButton:disabled, QToolButton:disabled {{
    color: {c.line_strong}; background: {c.background}; border-color: {c.line};
}}
{_filled("primary", (c.accent, c.accent_hover, c.accent_pressed), words=c.accent_text, ring=c.text)}
{_filled("danger", (c.bad, c.bad, c.bad), words=c.surface, ring=c.text)}
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled {{
    color: {c.text_muted}; background: {c.raised}; border-color: {c.raised};
}}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ border-color: transparent; background: transparent; }}
QPushButton[kind="quiet"] {{ color: {c.accent}; font-weight: 600; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {c.raised}; }}
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border-color: {c.focus}; }}
QPushButton[kind="quiet"]:disabled {{ color: {c.line_strong}; }}
QPushButton[kind="segment"] {{ padding: 5px 8px; }}
QPushButton[kind="segment"]:focus {{ padding: 4px 7px; }}
QPushButton[kind="segment"]:checked {{ background: {c.accent_soft}; border-color: {c.accent}; font-weight: 600; }}
QPushButton[kind="segment"]:checked:focus {{ border-color: {c.focus}; }}
"""


def _navigation(d: _Draw) -> str:
    c = d.c
    return f"""
QPushButton[kind="nav"] {{
    text-align: left; border: 2px solid transparent; border-left: 3px solid transparent; border-radius: 6px;
    padding: 4px 12px; background: transparent; color: {c.text};
}}
QPushButton[kind="nav"]:hover {{ background: {c.raised}; }}
QPushButton[kind="nav"]:checked {{
    background: {c.accent_soft}; border-left: 3px solid {c.accent}; font-weight: 600;
    border-top-left-radius: 0; border-bottom-left-radius: 0;
}}
QPushButton[kind="nav"]:focus {{ border: 2px solid {c.focus}; border-radius: 6px; padding-left: 13px; }}
QPushButton::menu-indicator {{
    {d.image("chevron-down", c.text)} width: {d.px(14)}px; height: {d.px(14)}px; right: 8px;
    subcontrol-origin: padding; subcontrol-position: center right;
}}
QToolButton::menu-indicator {{ image: none; }}
"""


def _filled(kind: str, colours: tuple[str, str, str], *, words: str, ring: str) -> str:
    colour, hover, pressed = colours
    # The focus colour would melt into the fill; the colour of text stands out from it and from the page.
    button = f'QPushButton[kind="{kind}"]'
    return f"""
{button} {{ background: {colour}; border-color: {colour}; color: {words}; font-weight: 600; }}
{button}:hover {{ background: {hover}; border-color: {hover}; }}
{button}:pressed {{ background: {pressed}; border-color: {pressed}; }}
{button}:focus {{ border: 3px solid {ring}; padding: 3px 12px; }}
"""


def _edits(d: _Draw) -> str:
    c = d.c
    kinds = "QLineEdit", "QPlainTextEdit", "QTextEdit", "QAbstractSpinBox", "QComboBox"

    def each(state: str) -> str:
        return ", ".join(kind + state for kind in kinds)

    return f"""
{each("")} {{
    min-height: {d.control}px; padding: 5px 9px; border: 1px solid {c.line_strong}; border-radius: 6px;
    background: {c.surface}; color: {c.text};
    selection-background-color: {c.accent}; selection-color: {c.accent_text};
    placeholder-text-color: {c.text_muted};
}}
{each(":focus")} {{ border: 2px solid {c.focus}; padding: 4px 8px; }}
{each(":disabled")} {{ color: {c.text_muted}; background: {c.background}; border-color: {c.line}; }}
QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] {{ background: {c.background}; border-color: {c.line}; }}
QLineEdit[readOnly="true"]:focus, QPlainTextEdit[readOnly="true"]:focus {{ border-color: {c.focus}; }}
{each('[invalid="true"]')} {{ border: 2px solid {c.bad}; padding: 4px 8px; }}
{each('[invalid="true"]:focus')} {{ background: {c.bad_soft}; }}
QLineEdit QToolButton, QLineEdit QToolButton:focus {{
    border: none; background: transparent; min-width: 0; min-height: 0; padding: 0;
}}
QLineEdit QToolButton:focus {{ border: 2px solid {c.focus}; border-radius: 4px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit, QComboBox QLineEdit:focus {{
    border: none; background: transparent; min-height: 0; padding: 0;
}}
QLineEdit[large="true"] {{ font-size: {d.title}px; min-height: {d.px(44) - 12}px; }}
"""


def _popups(d: _Draw) -> str:
    c = d.c
    return f"""
QComboBox::drop-down {{ border: none; width: {d.px(28)}px; }}
QComboBox::down-arrow {{
    {d.image("chevron-down", c.text)} width: {d.px(16)}px; height: {d.px(16)}px;
}}
QComboBox::down-arrow:disabled {{ {d.image("chevron-down", c.line_strong)} }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus {{
    border-radius: 0;
    background: {c.surface}; border: 1px solid {c.line_strong}; outline: 0; padding: 4px;
    selection-background-color: {c.accent_soft}; selection-color: {c.text};
}}
QComboBox QAbstractItemView::item {{ min-height: {d.px(32)}px; padding: 0 8px; border-radius: 4px; }}
QComboBox QAbstractItemView::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu {{ background: {c.surface}; border: 1px solid {c.line_strong}; padding: 4px; }}
QMenu::item {{ min-height: {d.px(24)}px; padding: 4px 24px 4px 12px; border-radius: 4px; color: {c.text}; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.line_strong}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QMenu::indicator {{ width: {d.px(16)}px; height: {d.px(16)}px; margin-left: 6px; }}
QMenu::indicator:checked {{ {d.image("check", c.accent)} }}
QMenuBar {{ background: {c.surface}; border-bottom: 1px solid {c.line}; }}
QMenuBar::item {{ padding: 6px 12px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.accent_soft}; border-radius: 4px; }}
QCalendarWidget QWidget {{ background: {c.surface}; alternate-background-color: {c.background}; }}
QCalendarWidget QToolButton {{ border: none; font-weight: 600; }}
QCalendarWidget QAbstractItemView {{
    selection-background-color: {c.accent}; selection-color: {c.accent_text}; border: none; outline: 0;
}}
QCalendarWidget QAbstractItemView:disabled {{ color: {c.line_strong}; }}
#qt_calendar_prevmonth {{ qproperty-icon: url({dyed("chevron-left", c.text)}); }}
#qt_calendar_nextmonth {{ qproperty-icon: url({dyed("chevron-right", c.text)}); }}
"""


def _choices(d: _Draw) -> str:
    c = d.c
    return f"""
QCheckBox, QRadioButton {{
    min-height: {d.px(28)}px; padding: 0 6px; spacing: 8px; border: 2px solid transparent; border-radius: 6px;
    background: transparent;
}}
QCheckBox:focus, QRadioButton:focus {{ border-color: {c.focus}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {c.line_strong}; }}
QCheckBox::indicator, QTableView::indicator, QRadioButton::indicator, QListView::indicator, QTreeView::indicator {{
    width: {d.px(16)}px; height: {d.px(16)}px; border: 1px solid {c.line_strong}; border-radius: 4px;
    background: {c.surface};
}}
QRadioButton::indicator {{ border-radius: {d.px(16) // 2 + 1}px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {c.accent}; }}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked,
QTreeView::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; {d.image("check", c.accent_text)}
}}
QCheckBox::indicator:indeterminate, QTableView::indicator:indeterminate {{
    background: {c.accent}; border-color: {c.accent}; {d.image("minus", c.accent_text)}
}}
QCheckBox::indicator:disabled {{ border-color: {c.line}; background: {c.background}; }}
QCheckBox::indicator:checked:disabled {{ background: {c.line}; {d.image("check", c.text_muted)} }}
QRadioButton::indicator:checked {{
    background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
        stop:0 {c.accent}, stop:0.5 {c.accent}, stop:0.6 {c.surface}, stop:1 {c.surface});
    border-color: {c.accent};
}}
"""


def _spins(d: _Draw) -> str:
    c = d.c
    wide, arrow = d.px(24), d.px(12)
    return f"""
QAbstractSpinBox {{ padding-right: {wide}px; max-height: {d.control}px; }}
QSpinBox, QDoubleSpinBox {{ qproperty-alignment: AlignRight; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    subcontrol-origin: border; width: {wide}px; border: none; background: transparent; margin: 2px;
}}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{
    background: {c.raised}; border-radius: 4px;
}}
QAbstractSpinBox::up-arrow {{ {d.image("chevron-up", c.text)} width: {arrow}px; height: {arrow}px; }}
QAbstractSpinBox::down-arrow {{ {d.image("chevron-down", c.text)} width: {arrow}px; height: {arrow}px; }}
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off {{ {d.image("chevron-up", c.line_strong)} }}
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off {{
    {d.image("chevron-down", c.line_strong)}
}}
QDateEdit::drop-down, QDateTimeEdit::drop-down {{
    subcontrol-origin: border; subcontrol-position: center right; border: none; width: {d.px(28)}px;
}}
QDateEdit::down-arrow, QDateTimeEdit::down-arrow {{
    {d.image("calendar", c.text)} width: {d.px(16)}px; height: {d.px(16)}px;
}}
"""


def _tables(d: _Draw) -> str:
    c = d.c
    views = "QTableView", "QTreeView", "QListView"
    each = ", ".join(views)
    focused = ", ".join(f"{view}:focus" for view in views)
    return f"""
{each} {{
    background: {c.surface}; border: 2px solid transparent; border-radius: 6px; outline: 0;
    gridline-color: {c.line}; alternate-background-color: {c.background};
    selection-background-color: {c.accent_soft}; selection-color: {c.text};
}}
{focused} {{ border-color: {c.focus}; }}
QTableView::item {{ padding: 0 {d.px(10)}px; border: none; border-bottom: 1px solid {c.line}; }}
QTableView::item:hover {{ background: {c.background}; }}
QTableView::item:selected {{ background: {c.accent_soft}; }}
QListView[overlay="true"] {{ border: 1px solid {c.line_strong}; }}
QListView::item, QTreeView::item {{ min-height: {d.px(32)}px; padding: 0 8px; border-radius: 4px; }}
QListView::item:hover, QTreeView::item:hover {{ background: {c.raised}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{
    background: {c.surface}; color: {c.text_muted}; font-size: {d.small}px; font-weight: 600;
    padding: 0 {d.px(10) + 3}px; min-height: {d.px(32)}px; border: none; border-bottom: 1px solid {c.line_strong};
}}
QHeaderView::section:first {{ border-top-left-radius: 4px; }}
QHeaderView::section:last {{ border-top-right-radius: 4px; }}
QHeaderView::section:hover {{ color: {c.text}; background: {c.background}; }}
QHeaderView::up-arrow {{
    {d.image("chevron-up", c.text)} width: {d.px(12)}px; height: {d.px(12)}px;
    subcontrol-position: center right; margin-right: 4px;
}}
QHeaderView::down-arrow {{
    {d.image("chevron-down", c.text)} width: {d.px(12)}px; height: {d.px(12)}px;
    subcontrol-position: center right; margin-right: 4px;
}}
QTableCornerButton::section {{ background: {c.surface}; border: none; }}
QTableView QLineEdit {{ min-height: 0; border-radius: 0; padding: 0 8px; }}
"""


def _bars(d: _Draw) -> str:
    c = d.c
    return f"""
QAbstractScrollArea::corner {{ background: transparent; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {d.px(12)}px; }}
QScrollBar:horizontal {{ height: {d.px(12)}px; }}
QScrollBar::handle {{ background: {c.line_strong}; border: 3px solid {c.surface}; border-radius: {d.px(6)}px; }}
QScrollBar::handle:hover {{ background: {c.text_muted}; border-width: 2px; }}
QScrollBar::handle:vertical {{ min-height: {d.px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {d.px(32)}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; background: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: {c.surface}; }}
QScrollBar[on="page"]::add-page, QScrollBar[on="page"]::sub-page {{ background: {c.background}; }}
QScrollBar[on="page"]::handle {{ border-color: {c.background}; }}
QProgressBar {{
    background: {c.raised}; border: none; border-radius: {d.px(4)}px; max-height: {d.px(8)}px;
    min-height: {d.px(8)}px; color: transparent;
}}
QProgressBar::chunk {{ background: {c.accent}; border-radius: {d.px(4)}px; }}
QSplitter::handle {{ background: {c.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QStatusBar {{ background: {c.surface}; border-top: 1px solid {c.line}; color: {c.text_muted}; }}
QStatusBar::item {{ border: none; }}
QToolBar {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line}; spacing: 8px; padding: 4px 8px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{
    min-height: {d.px(26)}px; padding: 4px {d.px(14)}px; background: transparent; color: {c.text_muted};
    border: 2px solid transparent; border-bottom: 2px solid transparent;
}}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:selected {{ color: {c.text}; font-weight: 600; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:selected:focus {{ border: 2px solid {c.focus}; border-radius: 6px; }}
"""


def _frames(d: _Draw) -> str:
    c = d.c
    return f"""
QScrollArea {{ background: transparent; border: 2px solid transparent; border-radius: 6px; }}
QScrollArea:focus {{ border-color: {c.focus}; }}
QScrollArea > QWidget > QWidget[page="true"] {{ background: {c.background}; }}
QFrame[card="true"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: 6px; }}
QWidget[bar="top"] {{ background: {c.surface}; border-bottom: 1px solid {c.line}; }}
QWidget[bar="side"] {{ background: {c.surface}; border-right: 1px solid {c.line}; }}
QFrame[rule="true"] {{ background: {c.line}; border: none; max-height: 1px; min-height: 1px; }}
QGroupBox {{
    border: 1px solid {c.line}; border-radius: 6px; background: {c.surface};
    margin-top: {d.px(22)}px; padding: 8px;
}}
QGroupBox::title {{
    subcontrol-origin: margin; subcontrol-position: top left; color: {c.text_muted}; font-size: {d.small}px;
    font-weight: 600; padding: 0 2px;
}}
"""


def _messages(d: _Draw) -> str:
    c = d.c
    blocks = [
        f"""
QFrame#toast {{ background: {c.text}; border: none; border-radius: 6px; }}
QFrame#toast QLabel {{ color: {c.surface}; }}
QFrame#toast QPushButton {{
    color: {c.surface}; background: transparent; border: 1px solid {c.surface}; font-weight: 600;
}}
QFrame#toast QPushButton:hover {{ background: {c.text_muted}; }}
QFrame#toast QPushButton:focus {{ border: 2px solid {c.surface}; }}
"""
    ]
    for tone in Tone:
        words, soft = c.hex(tone.role), c.hex(tone.soft_role)
        blocks.append(f"""
QLabel[tone="{tone}"] {{ color: {words}; }}
QFrame[badge="{tone}"] {{ background: {soft}; border: none; border-radius: {d.px(8)}px; }}
QFrame[badge="{tone}"] QLabel {{ color: {words}; font-size: {d.small}px; font-weight: 600; }}
QFrame[banner="{tone}"] {{
    background: {soft}; border: none; border-left: 3px solid {words};
    border-top-right-radius: 6px; border-bottom-right-radius: 6px;
}}
""")
    return "\n".join(blocks)
