"""Following the chain of the audit log, a stretch at a time, so that the screen says how far it is and can stop it."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.people_questions import AuditProof
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.ui.tasks import TaskScope


class AuditProver(QObject):
    """One proof at a time."""

    #: How far it is: the proof so far.
    advanced = Signal(object)
    #: The whole chain was followed: the proof.
    finished = Signal(object)
    #: A question failed: the exception.
    failed = Signal(object)

    def __init__(self, backend: Backend, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = backend
        self._tasks = TaskScope(self, self.failed.emit)
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the chain is being followed."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin; nothing while it runs."""
        if not self.running:
            self._task = self._tasks.start(self._follow())

    def stop(self) -> None:
        """Nobody wants to know any more."""
        if self._task is not None:
            self._task.cancel()

    async def _follow(self) -> None:
        proof: AuditProof | None = None
        while proof is None or not proof.finished:
            proof = await self._further(proof)
            self.advanced.emit(proof)
        self.finished.emit(proof)

    async def _further(self, proof: AuditProof | None) -> AuditProof:
        def further(reader: Reader) -> AuditProof:
            return reader.audit.prove(proof)

        return await self._backend.read(further)

    async def aclose(self) -> None:
        """Stop asking."""
        self._tasks.close()
        await self._tasks.settled()
