"""The orders that wait, on the strip at the top: how many are new, and an alarm when one has waited too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from varejoforte_desktop.application.order_questions import OrderCounters
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme, restyle


def waits_too_long(counters: OrderCounters, now: datetime) -> bool:
    """Whether the oldest order has waited longer than the shop allows (0 minutes: it may wait)."""
    if counters.oldest_at is None or not counters.alarm_minutes:
        return False
    return now - counters.oldest_at >= timedelta(minutes=counters.alarm_minutes)


def badge_words(counters: OrderCounters) -> str:
    """ "Pedidos 3 novos", "Pedidos 2 importados", "Pedidos" when none waits."""
    if counters.new:
        return f"Pedidos {formats.counted(counters.new, 'novo', 'novos')}"
    if counters.imported:
        return f"Pedidos {formats.counted(counters.imported, 'importado', 'importados')}"
    return "Pedidos"


def badge_story(counters: OrderCounters, now: datetime) -> str:
    """All that is known of the orders that wait, a line each."""
    lines = []
    if counters.imported:
        blocked = f", {formats.count(counters.blocked)} com impedimento" if counters.blocked else ""
        lines.append(formats.counted(counters.imported, "pedido importado", "pedidos importados") + blocked)
    if counters.oldest_at is not None:
        late = " (passou do limite)" if waits_too_long(counters, now) else ""
        lines.append(f"O mais antigo espera {formats.age(counters.oldest_at, now)}{late}")
    if counters.at_risk:
        lines.append(formats.counted(counters.at_risk, "pedido", "pedidos") + " sem estoque suficiente")
    if counters.unread:
        lines.append(formats.counted(counters.unread, "pedido não pôde", "pedidos não puderam") + " ser lido")
    if counters.looked_at is not None:
        lines.append(f"Última olhada {formats.age(counters.looked_at, now)}")
    return "\n".join(lines)


class OrdersBadge(QPushButton):
    """Hidden while the shop has no store; beeps once when an order begins to wait too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orders_badge")
        restyle(self, kind="quiet")
        self._alarmed = False
        self._warned: bool | None = None
        Theme.current().changed.connect(self._dress)
        self.hide()

    @property
    def warned(self) -> bool:
        """Whether something about the orders asks for a person."""
        return bool(self._warned)

    def show_counters(self, counters: OrderCounters | None, now: datetime) -> None:
        """Show how many wait; None: there is no store."""
        self.setVisible(counters is not None)
        if counters is None:
            return
        late = waits_too_long(counters, now)
        if late and not self._alarmed:
            QApplication.beep()
        self._alarmed = late
        words = badge_words(counters)
        self.setText(words)
        story = badge_story(counters, now)
        self.setToolTip(story)
        self.setAccessibleName(words)
        self.setAccessibleDescription(story)
        warned = late or bool(counters.at_risk)
        if warned is not self._warned:
            self._warned = warned
            self._dress()

    def _dress(self) -> None:
        role = Role.WARN if self._warned else Role.TEXT
        bind_icon(self, "warning" if self._warned else "orders", role)
