"""What a person does to orders, one thing at a time: look at the store, take orders in, put right what is in the way."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.order_import import ImportReport, import_orders, restore_order
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.choices import Deed, refusal
from varejoforte_desktop.ui.orders.importing import import_in_parts
from varejoforte_desktop.ui.orders.linking import link_order_note
from varejoforte_desktop.ui.orders.meaning import explain_status
from varejoforte_desktop.ui.orders.repair import repair_order
from varejoforte_desktop.ui.orders.result import (
    Wish,
    left_aside,
    short_words,
    show_result,
    without,
)
from varejoforte_desktop.ui.orders.sending_off import send_order_off
from varejoforte_desktop.ui.orders.unlinking import unlink_order_note
from varejoforte_desktop.ui.orders.words import skipped_words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope

Work = Coroutine[Any, Any, None]


class OrderDoings(QObject):
    """Says in words what was done; what goes wrong is handed on. Nothing is begun while something runs."""

    #: Something runs (True) or has ended.
    busy_changed = Signal(bool)
    #: The store is being asked (True) or has answered.
    looking_changed = Signal(bool)
    #: What was done.
    said = Signal(str)
    #: What this person may not do, or what is in the way.
    refused = Signal(str)
    #: An error, and whether it came from asking the store.
    failed = Signal(object, bool)

    def __init__(self, session: Session, screen: QWidget) -> None:
        super().__init__(screen)
        self._session = session
        self._actor = session.actor
        self._backend = session.services.backend
        self._screen = screen
        self._scope = TaskScope(self, self._fail)
        self._busy = False
        self._looking = False
        self._asking_store = False

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._busy

    async def aclose(self) -> None:
        """End what runs."""
        self._scope.close()
        await self._scope.settled()

    # -- asking ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at the store now."""
        self._begin(self._look())

    def take(self, order_ids: Sequence[int]) -> None:
        """Import these orders, show what came of it, and put right what the person asks for."""
        if order_ids and self._allowed(Deed.IMPORT):
            self._begin(self._take(list(order_ids)))

    def do(self, deed: Deed, order_id: int, status_id: str) -> None:
        """Do this to one order; `status_id` is the store's status it is in."""
        match deed:
            case Deed.LOOK:
                self.look()
            case Deed.IMPORT:
                self.take([order_id])
            case _ if self._allowed(deed):
                self._begin(self._one(deed, order_id, status_id))

    def _allowed(self, deed: Deed) -> bool:
        why = refusal(self._actor, deed)
        if why:
            self.refused.emit(why)
        return not why

    def _begin(self, work: Work) -> None:
        if self._busy:
            work.close()
            return
        self._set_busy(True)
        if self._scope.start(self._alone(work)) is None:
            self._set_busy(False)
            work.close()

    async def _alone(self, work: Work) -> None:
        try:
            await work
        finally:
            self._set_looking(False)
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)

    def _set_looking(self, looking: bool) -> None:
        if looking != self._looking:
            self._looking = looking
            self.looking_changed.emit(looking)

    def _fail(self, error: BaseException) -> None:
        asking, self._asking_store = self._asking_store, False
        self.failed.emit(error, asking)

    # -- the store ------------------------------------------------------------------------------------

    async def _look(self) -> None:
        changed = await self._ask_store()
        if changed:
            self.said.emit(formats.counted(changed, "pedido novo ou mudado.", "pedidos novos ou mudados."))
        else:
            self.said.emit(self.tr("Nada de novo na loja."))

    async def _ask_store(self) -> int:
        """Look at the store; gives how many orders were new or changed."""
        self._asking_store = True
        self._set_looking(True)
        changed = await self._session.services.orders.look()
        self._set_looking(False)
        self._asking_store = False
        return changed

    # -- importing ------------------------------------------------------------------------------------

    async def _take(self, order_ids: list[int]) -> None:
        report = await import_in_parts(self._session, self._screen, order_ids)
        while True:
            clean = report.found == len(order_ids) and not report.skipped and not report.divergent
            if clean and len(order_ids) == 1:
                self.said.emit(short_words(report))
                return
            wish = await show_result(self._session, self._screen, report, len(order_ids))
            if wish is None:
                return
            report = await self._put_right(report, wish)

    async def _put_right(self, report: ImportReport, wish: Wish) -> ImportReport:
        """Do what was wished, then try again the orders that were left out for the same reason."""
        order_id = wish.skipped.order_id
        if wish.deed is Deed.DISMISS:
            done = await self._dismiss(order_id)
            return left_aside(report, order_id) if done else report
        if wish.deed is Deed.LOOK:
            await self._ask_store()
        elif not await self._repair(wish.deed, order_id):
            return report
        again = [each.order_id for each in report.skipped if each.why == wish.skipped.why]
        tried = await import_in_parts(self._session, self._screen, again)
        # Stopped half-way, those that were not reached stay as they were.
        return without(report, again[: tried.found]) + tried

    async def _repair(self, deed: Deed, order_id: int) -> str:
        if deed is Deed.REPAIR:
            return await repair_order(self._session, self._screen, order_id)
        rows = await self._backend.read(lambda reader: reader.orders.rows([order_id]))
        return await explain_status(self._session, self._screen, rows[0].status_id) if rows else ""

    async def _dismiss(self, order_id: int) -> str:
        from varejoforte_desktop.ui.orders.deciding import dialogs

        return await dialogs.dismiss(self._session, self._screen, order_id)

    # -- one order ------------------------------------------------------------------------------------

    async def _one(self, deed: Deed, order_id: int, status_id: str) -> None:
        match deed:
            case Deed.REPAIR:
                done = await repair_order(self._session, self._screen, order_id)
            case Deed.EXPLAIN:
                done = await explain_status(self._session, self._screen, status_id)
            case Deed.LINK_NOTE:
                done = await link_order_note(self._session, self._screen, order_id)
            case Deed.UNLINK_NOTE:
                done = await unlink_order_note(self._session, self._screen, order_id)
            case Deed.SEND_OFF:
                done = await send_order_off(self._session, self._screen, order_id)
            case Deed.ACCEPT_CHANGE:
                done = await self._accept_change(order_id)
            case Deed.RESTORE:
                await self._backend.run(restore_order, order_id, by=self._actor)
                done = self.tr("Pedido de volta em “Na loja”.")
            case _:
                done = await self._decide(deed, order_id)
        if done:
            self.said.emit(done)

    async def _accept_change(self, order_id: int) -> str:
        report = await self._backend.run(import_orders, [order_id], by=self._actor)
        if report.skipped:
            said, remedy = skipped_words(report.skipped[0].why)
            self.refused.emit(f"{said} {remedy}".strip())
            return ""
        return short_words(report)

    async def _decide(self, deed: Deed, order_id: int) -> str:
        from varejoforte_desktop.ui.orders.deciding import dialogs

        match deed:
            case Deed.REGISTER:
                return await dialogs.register_order(self._session, self._screen, order_id)
            case Deed.CANCEL | Deed.RECALL:
                return await dialogs.cancel_order(self._session, self._screen, order_id)
            case Deed.ACCEPT_DIVERGENCE:
                return await dialogs.accept_divergence(self._session, self._screen, order_id)
            case _:
                return await dialogs.dismiss(self._session, self._screen, order_id)
