"""What a person does to the queue: try again now, leave it, hold it, say which product is meant; each can be undone."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application import queue
from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import QueueRow
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.widgets.toast import ToastHost

Work = Coroutine[Any, Any, None]
_FLOWING: Final = frozenset({SyncPhase.STARTING, SyncPhase.STANDBY, SyncPhase.UP_TO_DATE, SyncPhase.SENDING})


def owe_again(uow: UnitOfWork, owed: Sequence[tuple[Subject, Aspect]]) -> None:
    """Put back what was taken out of the queue."""
    for aspect in Aspect:
        subjects = [subject for subject, side in owed if side is aspect]
        if subjects:
            owe(uow, subjects, (aspect,))


class QueueActions(QObject):
    """Each action tells what it did at the foot of the window; one at a time."""

    #: Something runs (True) or has ended.
    busy_changed = Signal(bool)
    #: A link was refused: the sentence.
    link_refused = Signal(str)

    def __init__(self, session: Session, toasts: ToastHost, parent: QObject) -> None:
        super().__init__(parent)
        self._actor = session.actor
        self._services = session.services
        self._toasts = toasts
        self._tasks = TaskScope(self, self._failed)
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._busy

    @property
    def refusal(self) -> str:
        """Why this person may not touch the queue; "" when he may."""
        if self._actor.may(Permission.MANAGE_QUEUE):
            return ""
        return sentence(NotAllowed(Permission.MANAGE_QUEUE.value)).whole

    def retry(self, rows: Sequence[QueueRow]) -> None:
        """Send these lines again now."""
        self._begin(self._retry([row.id for row in rows]))

    def retry_halted(self, total: int) -> None:
        """Send every halted line again now; `total` is how long the queue is."""
        self._begin(self._retry_halted(total))

    def ignore(self, rows: Sequence[QueueRow]) -> None:
        """Take these lines out of the queue, with a way back."""
        self._begin(self._ignore(rows))

    def hold(self, rows: Sequence[QueueRow]) -> None:
        """Keep these lines from being sent, or let them go when all of them are held."""
        self._begin(self._hold(rows, held=not all(row.paused for row in rows)))

    def link(self, row: QueueRow, remote_id: str) -> None:
        """Say which product of the store a line is about."""
        self._begin(self._link(row, remote_id))

    async def aclose(self) -> None:
        """End what runs."""
        self._tasks.close()
        await self._tasks.settled()

    def _begin(self, work: Work) -> None:
        if self.refusal:
            work.close()
            self._toasts.show(self.refusal, icon_name="lock")
        elif self._busy:
            work.close()
        else:
            self._busy = True
            self.busy_changed.emit(True)
            self._tasks.start(self._alone(work))

    async def _alone(self, work: Work) -> None:
        try:
            await work
        finally:
            self._busy = False
            self.busy_changed.emit(False)

    async def _retry(self, ids: Sequence[int]) -> None:
        count = await self._services.backend.run(queue.retry, ids, by=self._actor)
        self._services.sync.wake()
        if not count:
            self._toasts.show(self.tr("Verificando a fila agora."), icon_name="refresh")
            return
        again = self.tr("volta a ser enviado") if count == 1 else self.tr("voltam a ser enviados")
        self._toasts.show(f"{_items(count)} {again} {self._when()}.", icon_name="refresh")

    def _when(self) -> str:
        """When what was asked for will be sent, as the sending goes now."""
        phase = self._services.sync.status.phase
        if phase is SyncPhase.OFF:
            return self.tr("quando a sincronização for ligada")
        return self.tr("agora") if phase in _FLOWING else self.tr("assim que for possível")

    async def _retry_halted(self, total: int) -> None:
        rows = await self._services.backend.read(lambda reader: reader.queue_rows(limit=max(1, total)))
        await self._retry([row.id for row in rows if row.state is QueueState.HALTED and not row.paused])

    async def _ignore(self, rows: Sequence[QueueRow]) -> None:
        count = await self._services.backend.run(queue.ignore, [row.id for row in rows], by=self._actor)
        left = [row for row in rows if row.state is not QueueState.SENDING]
        owed = [(row.subject, row.aspect) for row in left]
        if not count:
            self._toasts.show(self.tr("Já está sendo enviado; não dá mais para ignorar."), icon_name="info")
            return
        done = self.tr("ignorado") if count == 1 else self.tr("ignorados")
        self._toasts.show(
            self.tr("{items} {done}: a loja fica como está.").format(items=_items(count), done=done),
            button=self.tr("Desfazer"),
            action=lambda: self._begin(self._undo_ignore(owed)),
            milliseconds=10_000,
        )

    async def _undo_ignore(self, owed: Sequence[tuple[Subject, Aspect]]) -> None:
        await self._services.backend.run(owe_again, owed)
        self._toasts.show(
            self.tr("{items} de volta na fila.").format(items=_items(len(owed))), icon_name="undo"
        )

    async def _hold(self, rows: Sequence[QueueRow], *, held: bool) -> None:
        ids = [row.id for row in rows]
        count = await self._services.backend.run(queue.hold, ids, held=held, by=self._actor)
        if held:
            done = self.tr("pausado") if count == 1 else self.tr("pausados")
        else:
            done = self.tr("retomado") if count == 1 else self.tr("retomados")
        self._toasts.show(f"{_items(count)} {done}.", icon_name="pause" if held else "play")

    async def _link(self, row: QueueRow, remote_id: str) -> None:
        try:
            await self._services.backend.run(queue.link_to, row.subject, remote_id, by=self._actor)
        except Exception as error:  # noqa: BLE001 - told beside the choice, not at the foot of the window
            self.link_refused.emit(sentence(error).whole)
            return
        self._services.sync.wake()
        self._toasts.show(
            self.tr("Vinculado ao produto {number} da Tray.").format(number=remote_id), icon_name="link"
        )

    def _failed(self, error: BaseException) -> None:
        self._toasts.show(sentence(error).whole, icon_name="error", milliseconds=10_000)


def rows_of(rows: Iterable[QueueRow], ids: Sequence[int]) -> list[QueueRow]:
    """The rows with these ids, in their order."""
    wanted = set(ids)
    return [row for row in rows if row.id in wanted]


def _items(count: int) -> str:
    return formats.counted(count, "item", "itens")
