"""The row above the orders: which part of them, how long ago the store was looked at, and what waits too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QTabBar, QWidget

from varejoforte_desktop.application.order_questions import OrderCounters
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.badge import Badge

#: At 100 %: room for the age of the last look, for the words of its button, for whole names of the tabs.
_ROOMY: Final = 780
_NARROW: Final = 700
_TIGHT: Final = 560
_LEAST: Final = 400


class OrderTab(NamedTuple):
    """A part of the orders: how they stand, and what the part is called."""

    name: str
    stages: frozenset[OrderStage]
    words: str


TABS: Final = (
    OrderTab("seen", frozenset({OrderStage.SEEN}), "Na loja"),
    OrderTab("imported", frozenset({OrderStage.IMPORTED}), "Importados"),
    OrderTab("registered", frozenset({OrderStage.REGISTERED}), "Registrados"),
    OrderTab("dismissed", frozenset({OrderStage.DISMISSED, OrderStage.BEFORE}), "Deixados de lado"),
)


class OrderBar(QWidget):
    """Tabs with how many wait in each, and the button that looks at the store."""

    #: Another tab was chosen.
    tab_changed = Signal()
    #: "Olhar a loja".
    look_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("order_bar")
        self._counts: Sequence[int] = (0, 0)
        self._looking = False
        self._narrow = False
        self.tabs = QTabBar()
        self.tabs.setObjectName("order_tabs")
        self.tabs.setAccessibleName(self.tr("Quais pedidos"))
        self.tabs.setToolTip(self.tr("F7 vai para a próxima lista"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        for tab in TABS:
            self.tabs.addTab(tab.words)
        self._age = QLabel()
        self._age.setObjectName("orders_looked")
        self._age.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._age.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        restyle(self._age, words="small")
        self.look = QPushButton()
        self.look.setObjectName("orders_look")
        self.look.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        bind_icon(self.look, "refresh")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.tabs)
        line.addWidget(self._age, 1)
        line.addStretch()
        line.addWidget(self.look)
        self.tabs.currentChanged.connect(self.tab_changed)
        self.look.clicked.connect(self.look_requested)
        self.show_looking(False)

    @property
    def tab(self) -> OrderTab:
        """The part of the orders that is listed."""
        return TABS[self.tabs.currentIndex()]

    def go(self, place: int) -> None:
        """Show this part."""
        self.tabs.setCurrentIndex(place)

    def next_tab(self) -> None:
        """F7: the next part, after the last one the first."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())

    def show_counters(self, counters: OrderCounters, now: datetime) -> None:
        """How many wait in each part, and when the store was looked at."""
        self._counts = (counters.new, counters.imported)
        self._name_tabs()
        self.show_looked(counters.looked_at, now)

    def show_looked(self, at: datetime | None, now: datetime) -> None:
        """When the store was last looked at, by the program itself or by a person; None: never."""
        if at is not None:
            self._age.setText(self.tr("Loja vista {age}").format(age=formats.age(at, now)))
            self._age.setToolTip(formats.full_moment(at))
        self.show_looking(self._looking)

    def show_looking(self, looking: bool) -> None:
        """The store is being asked; a second question would only take longer."""
        self._looking = looking
        words = self.tr("Olhando a loja…") if looking else self.tr("Olhar a loja (F5)")
        self.look.setText("" if self._narrow else words)
        self.look.setAccessibleName(words)
        seen = self._age.text() or self.tr("Procura pedidos novos e mudanças agora")
        self.look.setToolTip(words if self._narrow else seen)

    def narrow(self, width: int) -> None:
        """Fit a window of this width."""
        theme = Theme.current()
        self._narrow = width < theme.px(_NARROW)
        self._age.setVisible(width >= theme.px(_ROOMY))
        # With large letters in a small window a name is cut before the window grows.
        cut = width < theme.px(_TIGHT)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight if cut else Qt.TextElideMode.ElideNone)
        policy = QSizePolicy.Policy.Preferred if cut else QSizePolicy.Policy.Minimum
        self.tabs.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        self._name_tabs()
        self.show_looking(self._looking)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it becomes once words and names give way."""
        return QSize(Theme.current().px(_LEAST), super().minimumSizeHint().height())

    def _name_tabs(self) -> None:
        for place, tab in enumerate(TABS):
            words = self.tr("De lado") if self._narrow and tab.name == "dismissed" else tab.words
            waiting = self._counts[place] if place < len(self._counts) else 0
            self.tabs.setTabText(place, f"{words} ({formats.count(waiting)})" if waiting else words)


class ActionLine(QWidget):
    """What is marked, what waits too long or is scarce, and the button that takes the marked orders in."""

    #: "Importar".
    import_requested = Signal()
    #: The mark of all orders was pressed.
    all_requested = Signal()

    def __init__(self, refusal: str, parent: QWidget | None = None) -> None:
        """`refusal`: why this person may not import, "" when they may."""
        super().__init__(parent)
        self.setObjectName("order_actions")
        self._refusal = refusal
        self._count = self._marked = 0
        self.all = QCheckBox()
        self.all.setObjectName("order_mark_all")
        self.all.setToolTip(self.tr("Ctrl+A marca todos; Espaço marca um"))
        self.old = Badge("", Tone.WARN, "clock")
        self.old.setObjectName("orders_old")
        self.scarce = Badge("", Tone.BAD)
        self.scarce.setObjectName("orders_at_risk")
        self.blocked = Badge("", Tone.WARN)
        self.blocked.setObjectName("orders_blocked")
        self.take = QPushButton()
        self.take.setObjectName("order_import")
        restyle(self.take, kind="primary")
        if refusal:
            bind_icon(self.take, "lock", Role.TEXT_MUTED)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        for widget in (self.all, self.scarce, self.old, self.blocked):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.take)
        self.all.clicked.connect(self._all_clicked)
        self.take.clicked.connect(self.import_requested)
        self._badges = (self.scarce, self.old, self.blocked)
        self._told: dict[Badge, bool] = dict.fromkeys(self._badges, False)
        self._fit()

    def show_counters(self, counters: OrderCounters, now: datetime) -> None:
        """What asks for attention among all orders that wait, whichever part is listed."""
        limit = timedelta(minutes=counters.alarm_minutes)
        oldest = counters.oldest_at
        late = bool(limit) and oldest is not None and now - oldest > limit
        self._told[self.old] = late
        if oldest is not None:
            age = formats.duration(now - oldest)
            self.old.set_state(self.tr("Mais antigo há {age}").format(age=age), Tone.WARN, "clock")
        self._told[self.scarce] = counters.at_risk > 0
        self.scarce.set_state(
            formats.counted(counters.at_risk, "pedido sem estoque", "pedidos sem estoque"), Tone.BAD
        )
        self._told[self.blocked] = counters.blocked > 0
        self.blocked.set_state(
            formats.counted(counters.blocked, "importado com impedimento", "importados com impedimento"),
            Tone.WARN,
        )
        self._fit()

    def _fit(self) -> None:
        """The gravest first; what finds no room is told by the list itself."""
        fixed = [each for each in (self.all, self.take) if not each.isHidden()]
        room = self.width() - sum(each.sizeHint().width() + Space.S for each in fixed)
        for badge in self._badges:
            room -= badge.sizeHint().width() + Space.S
            badge.setVisible(self._told[badge] and room >= 0)
            if not self._told[badge]:
                room += badge.sizeHint().width() + Space.S

    def minimumSizeHint(self) -> QSize:
        """As narrow as it is without the badges, for they go when there is little room."""
        fixed = [each.sizeHint().width() for each in (self.all, self.take) if not each.isHidden()]
        return QSize(sum(fixed) + Space.S * len(fixed), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Badges come and go with the room there is."""
        super().resizeEvent(event)
        self._fit()

    def show_choice(self, *, count: int, marked: int, markable: bool) -> None:
        """Fit mark and button to the list and to what is marked in it."""
        self._count, self._marked = count, marked
        self.all.setVisible(markable and count > 0)
        self.take.setVisible(markable and count > 0)
        state = Qt.CheckState.PartiallyChecked if marked else Qt.CheckState.Unchecked
        self.all.setCheckState(Qt.CheckState.Checked if marked and marked == count else state)
        words = self.tr("{marked} de {count} marcados") if marked else self.tr("Marcar todos")
        self.all.setText(words.format(marked=formats.count(marked), count=formats.count(count)))
        self.all.setAccessibleName(self.all.text())
        self._name_button()

    def _name_button(self) -> None:
        words = self.tr("Importar (F10)")
        if self._marked:
            chosen = formats.counted(self._marked, self.tr("marcado"), self.tr("marcados"))
            words = self.tr("Importar {chosen} (F10)").format(chosen=chosen)
        self.take.setText(words)
        self.take.setAccessibleName(words)
        self.take.setEnabled(not self._refusal)
        self.take.setToolTip(self._refusal or self.tr("Sem marca, importa o pedido escolhido"))
        self._fit()

    def _all_clicked(self) -> None:
        # The box shows what is marked; the list decides what that is.
        self.show_choice(count=self._count, marked=self._marked, markable=True)
        self.all_requested.emit()
