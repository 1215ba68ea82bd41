"""The look keeps its promises: readable in light, dark and large, and changed while the program runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from varejoforte_desktop.ui.artwork import dyed
from varejoforte_desktop.ui.icons import IconLabel, bind_icon, icon
from varejoforte_desktop.ui.palettes import DARK, LIGHT, Palette, Role, Tone, contrast
from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.stylesheet import style_sheet
from varejoforte_desktop.ui.theme import Theme, restyle

BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = (Role.BACKGROUND, Role.SURFACE, Role.RAISED)
WORDS = (Role.TEXT, Role.TEXT_MUTED, Role.ACCENT, Role.GOOD, Role.WARN, Role.BAD, Role.INFO)
NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> Iterator[None]:
    yield
    Theme.apply(qapp)


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_can_be_read_on_every_ground(palette: Palette, words: Role, ground: Role) -> None:
    assert contrast(palette.hex(words), palette.hex(ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("tone", list(Tone))
def test_words_can_be_read_on_their_own_soft_colour(palette: Palette, tone: Tone) -> None:
    for words in (tone.role, Role.TEXT):
        assert contrast(palette.hex(words), palette.hex(tone.soft_role)) >= 4.5


@BOTH
def test_words_can_be_read_on_the_accent_and_on_the_selection(palette: Palette) -> None:
    for fill in (Role.ACCENT, Role.ACCENT_HOVER, Role.ACCENT_PRESSED):
        assert contrast(palette.accent_text, palette.hex(fill)) >= 4.5
    for words in (Role.TEXT, Role.TEXT_MUTED, Role.ACCENT):
        assert contrast(palette.hex(words), palette.accent_soft) >= 4.5
    assert contrast(palette.surface, palette.bad) >= 4.5


@BOTH
@pytest.mark.parametrize("edge", [Role.LINE_STRONG, Role.FOCUS])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_that_are_the_only_sign_can_be_seen(palette: Palette, edge: Role, ground: Role) -> None:
    assert contrast(palette.hex(edge), palette.hex(ground)) >= 3


def test_every_role_is_a_field_of_the_palette() -> None:
    assert {role.value for role in Role} | {"dark"} == set(Palette.__dataclass_fields__)


def test_the_theme_changes_while_windows_are_open(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("Salvar", window)
    Theme.apply(qapp, "light")
    small = button.sizeHint()
    Theme.apply(qapp, "dark", font_scale=1.5)
    assert Theme.current().palette is DARK
    assert qapp.palette().window().color() == DARK.colour(Role.BACKGROUND)
    assert button.sizeHint().height() > small.height()
    assert qapp.font().pixelSize() == 20


def test_the_theme_follows_the_system(qapp: QApplication) -> None:
    theme = Theme.apply(qapp, "system")
    assert theme.mode == "system"
    assert theme.palette in {LIGHT, DARK}


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_controls_are_large_enough_to_hit(qtbot: QtBot, qapp: QApplication, scale: float) -> None:
    Theme.apply(qapp, font_scale=scale)
    for made in (QPushButton("A"), QLineEdit(), QComboBox(), QCheckBox("A")):
        qtbot.addWidget(made)
        made.ensurePolished()
        assert made.sizeHint().height() >= 32


def test_the_focus_is_painted(qtbot: QtBot, qapp: QApplication) -> None:
    Theme.apply(qapp)
    for kind in ("primary", "secondary", "quiet", "danger"):
        button = QPushButton("Salvar")
        restyle(button, kind=kind)
        qtbot.addWidget(button)
        button.show()
        button.clearFocus()
        before = button.grab().toImage()
        button.activateWindow()
        button.setFocus()
        qtbot.waitUntil(button.hasFocus)
        assert button.grab().toImage() != before, kind


@BOTH
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_style_sheet_is_whole(palette: Palette, scale: float) -> None:
    sheet = style_sheet(palette, scale)
    assert sheet.count("{") == sheet.count("}")
    assert "None" not in sheet


def test_there_is_an_icon_for_all_that_needs_one() -> None:
    needed = (
        "sale orders products stock till invoices dashboard ecommerce queue settings user lock search refresh plus "
        "edit trash pause play check clock warning error info close arrow-up arrow-down arrow-left arrow-right "
        "chevron-down sync sync-off wifi-off link unlink price image text box barcode key eye moon sun printer copy "
        "download upload filter undo"
    )
    assert set(needed.split()) <= set(NAMES)
    assert resource("icons/LICENSE").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_drawn_in_one_colour_that_can_change(qapp: QApplication, name: str) -> None:
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    assert 'stroke="currentColor"' in drawing
    assert 'viewBox="0 0 24 24"' in drawing
    picture = icon(name, Role.BAD).pixmap(QSize(24, 24)).toImage()
    inked = [
        picture.pixelColor(x, y)
        for x in range(24)
        for y in range(24)
        if picture.pixelColor(x, y).alpha() > 120
    ]
    wanted = Theme.current().palette.colour(Role.BAD)
    assert any(abs(c.red() - wanted.red()) < 8 and abs(c.green() - wanted.green()) < 8 for c in inked)


def test_icons_are_sharp_on_a_dense_screen(qapp: QApplication) -> None:
    made = icon("sale", Role.TEXT).pixmap(QSize(24, 24), 2.0)
    assert made.size() == QSize(48, 48)


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        dyed("dragon", "#000000")


def test_bound_icons_change_with_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    Theme.apply(qapp, "light")
    button = QPushButton()
    qtbot.addWidget(button)
    bind_icon(button, "check", Role.TEXT)
    alone = IconLabel("check", Role.TEXT)
    qtbot.addWidget(alone)

    def darkest(image: QImage) -> int:
        seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return max((c.lightness() for c in seen if c.alpha() > 200), default=0)

    def of_button() -> int:
        return darkest(button.icon().pixmap(24, 24).toImage())

    assert of_button() < 100
    Theme.apply(qapp, "dark", font_scale=1.5)
    assert of_button() > 200
    assert alone.width() == 24
    bind_icon(button, "close", Role.BAD)
    assert len(button.children()) == 1
