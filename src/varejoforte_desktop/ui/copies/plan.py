"""The card of the plan: when this station copies the shop, where to, how many are kept, and whether they are locked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.people_ports import BackupPlan
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.folder import FolderEdit
from varejoforte_desktop.ui.copies.words import hours_words
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_HOURS = (0, 2, 4, 8, 24)
_MOST_KEPT = 365


class HowMany(QSpinBox):
    """A number that the wheel does not change while the page scrolls."""

    def __init__(self, object_name: str, least: int) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setRange(least, _MOST_KEPT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change nothing by accident."""
        event.ignore()


class PlanCard(QWidget):
    """Whoever may not change it reads it, and why."""

    #: "Salvar": the BackupPlan.
    save_requested = Signal(object)
    #: A passphrase is to be chosen.
    passphrase_requested = Signal()

    def __init__(self, station: str, usual_folder: Path) -> None:
        super().__init__()
        self.setObjectName("copy_plan")
        self._station = station
        self._kept = BackupPlan()
        self._locked_since: datetime | None = None
        self._may = False
        self._saving = False
        self.every = Choice("plan_every", self.tr("De quanto em quanto tempo"))
        for hours in _HOURS:
            self.every.addItem(hours_words(hours), hours)
        self.at_closing = QCheckBox(self.tr("Também ao fechar o caixa"))
        self.at_closing.setObjectName("plan_at_closing")
        self.folder = FolderEdit("plan_folder", self.tr("Pasta das cópias"), str(usual_folder))
        self.second = FolderEdit("plan_second_folder", self.tr("Segunda pasta"), self.tr("Nenhuma"))
        self.second.field.set_hint(
            self.tr("Outro disco, um pen drive ou a pasta da nuvem: ela se salva se este computador quebrar.")
        )
        self.daily, self.weekly, self.monthly = (
            HowMany("plan_daily", 1),
            HowMany("plan_weekly", 0),
            HowMany("plan_monthly", 0),
        )
        self._make_lock()
        self.save_button = QPushButton(self.tr("Salvar plano (F10)"))
        self.save_button.setObjectName("plan_save")
        restyle(self.save_button, kind="primary")
        self.told = paragraph("", "small", name="plan_refusal")
        self.about = paragraph("", "muted", name="plan_about")
        self.idle = Banner(
            "plan_idle",
            self.tr("Este computador ainda não copia a loja sozinho. Escolha de quanto em quanto tempo."),
            Tone.WARN,
        )
        self._build()
        self._connect()
        self._show(BackupPlan())
        self.idle.hide()
        self._fit()

    def _make_lock(self) -> None:
        self.locked = QCheckBox(self.tr("Trancar as cópias com uma frase secreta"))
        self.locked.setObjectName("plan_locked")
        self.key_told = paragraph("", "small", name="plan_key_told")
        self.key = QPushButton()
        self.key.setObjectName("plan_key")
        bind_icon(self.key, "key")

    def _build(self) -> None:
        card, column = section(self.tr("Cópias automáticas de {station}").format(station=self._station))
        column.addWidget(self.idle)
        column.addWidget(self.about)
        for widget in (self.every, self.at_closing):
            line = QHBoxLayout()
            line.addWidget(widget)
            line.addStretch(1)
            column.addLayout(line)
        for edit in (self.folder, self.second):
            column.addWidget(edit)
        column.addWidget(self._kept_line())
        column.addWidget(self._locked_box())
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self.save_button)
        foot.addWidget(self.told, 1)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        Theme.current().changed.connect(self._fit)

    def _kept_line(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        for place, (title, spin) in enumerate(
            (
                (self.tr("Diárias"), self.daily),
                (self.tr("Semanais"), self.weekly),
                (self.tr("Mensais"), self.monthly),
            )
        ):
            label = QLabel(title)
            label.setBuddy(spin)
            restyle(label, words="label")
            spin.setAccessibleName(self.tr("Cópias guardadas: {kind}").format(kind=title.lower()))
            grid.addWidget(label, 1, place)
            grid.addWidget(spin, 2, place)
        grid.setColumnStretch(3, 1)
        said = self.tr("As mais antigas saem sozinhas das duas pastas; a última cópia boa sempre fica.")
        grid.addWidget(paragraph(self.tr("Quantas cópias guardar"), "strong"), 0, 0, 1, 4)
        grid.addWidget(paragraph(said, "small"), 3, 0, 1, 4)
        return made

    def _locked_box(self) -> QFrame:
        box = QFrame()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.addWidget(self.locked)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.key_told)
        foot = QHBoxLayout()
        foot.addWidget(self.key)
        foot.addStretch(1)
        column.addLayout(foot)
        return box

    def _fit(self) -> None:
        self.every.setMinimumWidth(Theme.current().px(220))
        for spin in (self.daily, self.weekly, self.monthly):
            spin.setFixedWidth(Theme.current().px(110))

    def _connect(self) -> None:
        self.every.activated.connect(self._edited)
        for box in (self.at_closing, self.locked):
            box.clicked.connect(self._edited)
        for edit in (self.folder, self.second):
            edit.changed.connect(self._edited)
        for spin in (self.daily, self.weekly, self.monthly):
            spin.valueChanged.connect(self._edited)
        self.locked.clicked.connect(self._lock_clicked)
        self.key.clicked.connect(self.passphrase_requested)
        self.save_button.clicked.connect(self.save)

    # -- showing --------------------------------------------------------------------------------------

    def show_plan(self, plan: BackupPlan | None, locked_since: datetime | None, *, refusal: str) -> None:
        """Show what the books say, unless somebody is changing it; `refusal` says why he may not."""
        kept, untouched = plan or BackupPlan(), not self.changed
        self._kept, self._locked_since, self._may = kept, locked_since, not refusal
        if untouched:
            self._show(kept)
        for widget in (
            self.every,
            self.at_closing,
            self.daily,
            self.weekly,
            self.monthly,
            self.locked,
            self.key,
        ):
            widget.setEnabled(self._may)
            widget.setToolTip(refusal)
        for edit in (self.folder, self.second):
            edit.set_refusal(refusal)
        self.told.setText(refusal)
        self.save_button.setVisible(self._may)
        alone = bool(kept.every_hours or kept.at_closing)
        self.idle.setVisible(not alone and self._may)
        self.about.setVisible(alone or not self._may)
        on = self.tr("Este computador copia a loja sozinho enquanto o programa está aberto.")
        self.about.setText(on if alone else self.tr("Este computador ainda não copia a loja sozinho."))
        self._show_key()
        self._edited()

    def _show(self, plan: BackupPlan) -> None:
        place = self.every.findData(plan.every_hours)
        if place < 0:  # chosen by a command
            self.every.addItem(hours_words(plan.every_hours), plan.every_hours)
            place = self.every.count() - 1
        self.every.setCurrentIndex(place)
        self.at_closing.setChecked(plan.at_closing)
        self.folder.set_text(plan.folder)
        self.second.set_text(plan.second_folder)
        self.daily.setValue(plan.keep_daily)
        self.weekly.setValue(plan.keep_weekly)
        self.monthly.setValue(plan.keep_monthly)
        self.locked.setChecked(plan.encrypted)

    def _show_key(self) -> None:
        since = self._locked_since
        if since is None:
            self.key_told.setText(
                self.tr(
                    "Sem ela, quem achar uma cópia lê a loja inteira: clientes, vendas e preços de custo."
                )
            )
            self.key.setText(self.tr("Escolher a frase secreta…"))
            return
        words = self.tr("Frase escolhida em {day}. Sem ela ninguém abre uma cópia trancada, nem o suporte.")
        self.key_told.setText(words.format(day=formats.day(since)))
        self.key.setText(self.tr("Trocar a frase secreta…"))

    # -- changing -------------------------------------------------------------------------------------

    @property
    def plan(self) -> BackupPlan:
        """What the card says now."""
        return replace(
            self._kept,
            folder=self.folder.text,
            second_folder=self.second.text,
            every_hours=int(self.every.currentData()),
            at_closing=self.at_closing.isChecked(),
            encrypted=self.locked.isChecked(),
            keep_daily=self.daily.value(),
            keep_weekly=self.weekly.value(),
            keep_monthly=self.monthly.value(),
        )

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.plan != self._kept

    def save(self) -> None:
        """Have it written, when it makes sense."""
        if not self.save_button.isEnabled() or not self._may:
            return
        sound = [edit.check() for edit in (self.folder, self.second)]
        if not all(sound):
            return
        if self.second.text and self.second.text == self.folder.text:
            self.second.refuse(self.tr("É a mesma pasta: escolha uma em outro disco."))
            return
        self.save_requested.emit(self.plan)

    def show_saving(self, *, saving: bool) -> None:
        """It is on its way to the books, or has arrived."""
        self._saving = saving
        self._edited()

    def unlock(self) -> None:
        """Nobody chose a passphrase after all."""
        self.locked.setChecked(self._kept.encrypted)
        self._edited()

    def lock(self) -> None:
        """A passphrase was chosen to lock copies with."""
        self.locked.setChecked(True)
        self._edited()

    def _lock_clicked(self, checked: bool) -> None:
        if checked and self._locked_since is None:
            self.passphrase_requested.emit()

    def _edited(self, *_: object) -> None:
        self.save_button.setEnabled(self._may and not self._saving and self.changed)
