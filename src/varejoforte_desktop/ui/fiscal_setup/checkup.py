"""Fiscal › Check-up: whether the shop could issue now, point by point, with the way to what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_desk import Finding, FiscalDesk
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow
from varejoforte_desktop.ui.fiscal_setup.section import FiscalSection
from varejoforte_desktop.ui.fiscal_setup.words import PLACES, point_words
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge

#: Which part of the page a point is put right in.
WHERE: Final = {
    "emitter": "company",
    "certificate": "certificate",
    "certificate_expiry": "certificate",
    "tax_rules": "taxes",
    "tax_rules_end": "taxes",
    "rules_signed": "taxes",
    "series_nfe": "series",
    "series_nfce": "series",
    "csc": "emission",
}


class PointRow(QWidget):
    """A point: its drawing, what it is about, how it is, and the way there when it can be put right here."""

    def __init__(self, finding: Finding, name_of_part: str) -> None:
        super().__init__()
        self.setObjectName(f"check_{finding.name}")
        said = point_words(finding)
        self.setAccessibleName(f"{said.title}: {said.text}")
        self.finding = finding
        self.text = said.text
        line = QHBoxLayout(self)
        line.setContentsMargins(0, Space.XS, 0, Space.XS)
        line.setSpacing(Space.M)
        line.addWidget(IconLabel(said.icon, said.tone.role, 20), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(paragraph(said.title, "strong"))
        column.addWidget(paragraph(said.text, "muted" if finding.fine else ""))
        line.addLayout(column, 1)
        self.go = QPushButton(self.tr("Ir para {part}").format(part=name_of_part))
        self.go.setObjectName(f"check_{finding.name}_go")
        self.go.setVisible(bool(name_of_part) and finding.fine is not True)
        line.addWidget(self.go, 0, Qt.AlignmentFlag.AlignVCenter)


class CheckUpSection(FiscalSection):
    """Nothing is asked of SEFAZ before somebody presses the button."""

    name = "checkup"
    title = "Check-up"

    def __init__(self, session: Session, desk: FiscalDesk | None, parts: dict[str, str]) -> None:
        """`parts`: what the button of each other part says, by its name."""
        super().__init__(session)
        self._desk = desk
        self._parts = parts
        self._at: datetime | None = None
        self.findings: tuple[Finding, ...] = ()
        self.rows: list[PointRow] = []
        self.verdict = Badge("", Tone.NEUTRAL)
        self.verdict.setObjectName("check_verdict")
        self.about = paragraph("", "muted", name="check_about")
        self.running = QProgressBar()
        self.again = QPushButton(self.tr("Conferir agora (F6)"))
        self._heading = QLabel()
        self._lines = QVBoxLayout()
        self._build()

    def _build(self) -> None:
        made, column = section("")
        restyle(self._heading, words="heading")
        self._heading.setObjectName("check_heading")
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self._heading)
        top.addWidget(self.verdict)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.about)
        self.running.setObjectName("check_running")
        self.running.setRange(0, 0)
        self.running.setTextVisible(False)
        self.running.setAccessibleName(self.tr("Conferindo"))
        self.running.hide()
        column.addWidget(self.running)
        self._lines.setSpacing(0)
        column.addLayout(self._lines)
        column.addWidget(self.foot(self.again, "check_again"))
        bind_icon(self.again, "refresh", Role.ACCENT_TEXT)
        self.column.addWidget(made)

    # -- showing --------------------------------------------------------------------------------------

    def show_now(self, now: FiscalNow, refusal: str) -> None:
        """Everybody may look. What was found before the books changed may be old now."""
        changed = self.now is not None and _matter(self.now) != _matter(now)
        super().show_now(now, refusal)
        self._heading.setText(
            self.tr("Pronto para {where}?").format(where=PLACES[now.settings.environment].lower())
        )
        if changed and self.findings:
            self._at = None
        why = "" if self._desk is not None else self.tr("As notas não estão ligadas nesta estação.")
        self.again.setEnabled(not why and not self.tasks.busy)
        self.told.setText(why)
        self._say()

    def tick(self) -> None:
        """Time has passed since it was looked at."""
        self._say()

    def _say(self) -> None:
        self.verdict.setVisible(bool(self.findings))
        if not self.findings:
            self.about.setText(
                self.tr(
                    "Confere empresa, certificado, tabela, séries e o relógio, e pergunta à SEFAZ se está no ar."
                )
            )
            return
        wrong = sum(each.fine is False for each in self.findings)
        if wrong:
            missing = formats.counted(wrong, "ponto a resolver", "pontos a resolver")
            self.verdict.set_state(missing, Tone.BAD)
        else:
            self.verdict.set_state(self.tr("Pronto"), Tone.GOOD)
        if self._at is None:
            self.about.setText(self.tr("Algo mudou desde então: confira de novo."))
        else:
            age = formats.age(self._at, self.clock())
            self.about.setText(self.tr("Conferido {age}.").format(age=age))

    def _show_findings(self, findings: Sequence[Finding]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.rows = []
        for place, finding in enumerate(findings):
            if place:
                rule = QFrame()
                restyle(rule, rule=True)
                self._lines.addWidget(rule)
            part = WHERE.get(finding.name, "")
            row = PointRow(finding, self._parts.get(part, ""))
            row.go.clicked.connect(lambda _checked=False, part=part: self.went.emit(part))
            self._lines.addWidget(row)
            self.rows.append(row)

    # -- looking --------------------------------------------------------------------------------------

    def press(self) -> None:
        """F10 and F6: look again."""
        self.look()

    def look(self) -> None:
        """Look at everything, once at a time."""
        if self._desk is None or self.tasks.busy or self.now is None:
            return
        self.banner.hide()
        self.again.setEnabled(False)
        self.running.show()
        self.tasks.start(self._look(self._desk))

    async def _look(self, desk: FiscalDesk) -> None:
        try:
            self.findings = await desk.check_up()
        finally:
            self.running.hide()
            self.again.setEnabled(True)
        self._at = self.clock()
        self._show_findings(self.findings)
        self._say()


def _matter(now: FiscalNow) -> tuple[object, ...]:
    """What the points depend on."""
    return now.settings, now.certificate, now.csc, now.taxes, now.series
