"""The small file beside the data that remembers how far the books had come, should older ones be put back."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.application.backup_desk import BooksMarks
from varejoforte_desktop.application.recheck import Marks, grown, highest
from varejoforte_desktop.persistence.copy_files import disk_trouble, write_whole
from varejoforte_desktop.persistence.copy_proving import told_by

log = logging.getLogger(__name__)

#: How many of the newest copies are asked too.
_LOOKED_AT: Final = 5


class MarksFile:
    """`marcas.json`. Losing it loses only the notice; it never says more than was really so."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Marks | None:
        """What was remembered; None when there is nothing, or nothing that can be read."""
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
            return Marks(
                epoch=str(told["epoch"]),
                former=tuple(str(each) for each in told["former"]),
                sales=_numbers(told["sales"]),
                fiscal=_numbers(told.get("fiscal", {})),
                audit_id=int(told["audit_id"]),
                audit_hash=str(told["audit_hash"]),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("the marks cannot be read: %s", error)
            return None

    def write(self, marks: Marks) -> None:
        """Remember, on the disk. Raises CopyRefused ("no_access") or BooksFull."""
        told = {
            "epoch": marks.epoch,
            "former": list(marks.former),
            "sales": dict(marks.sales),
            "fiscal": dict(marks.fiscal),
            "audit_id": marks.audit_id,
            "audit_hash": marks.audit_hash,
        }
        with disk_trouble():
            write_whole(self.path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    def add(self, epoch: str, numbers: Mapping[str, int], series: Mapping[str, int]) -> None:
        """These numbers were really used in that life of the books: told before others take their place.

        Raises CopyRefused ("no_access") or BooksFull.
        """
        marks = self.read() or Marks(epoch=epoch)
        self.write(replace(marks, sales=highest(marks.sales, numbers), fiscal=highest(marks.fiscal, series)))

    def see(self, books: BooksMarks, *, anew: bool = False) -> None:
        """Remember how far the books have come by now; `anew`: they are others. Raises CopyRefused or BooksFull."""
        before = None if anew else self.read()
        after = grown(before, books)
        if after != before:
            self.write(after)

    def series(self) -> dict[str, int]:
        """The highest number of each fiscal series that this file knows."""
        marks = self.read()
        return {} if marks is None else dict(marks.fiscal)

    def used(self, copies: Path) -> dict[str, int]:
        """The highest sale number of each station that this file knows, or the newest plain copies of these books."""
        marks = self.read()
        if marks is None:
            return {}
        known = [marks.sales]
        for path in sorted(copies.glob("loja-*.db"), reverse=True)[:_LOOKED_AT]:
            told = told_by(path)
            if told.epoch in {marks.epoch, *marks.former}:
                known.append(told.numbers)
        return highest(*known)


def _numbers(told: Any) -> dict[str, int]:
    return {str(name): int(last) for name, last in told.items()}
