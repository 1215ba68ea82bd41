"""How the books themselves can fail us: the disk, the file, the database server, an upgrade in between.

BooksError
├── BooksUnreachable   the server does not answer or shut the door
├── BooksBusy          somebody held on to them too long
├── BooksFull          the disk is full: nothing was written
├── BooksDamaged       the file cannot be read as books
├── BooksNewer         kept by a newer release than this one
├── BooksOlder         kept by an older release; an administrator upgrades them
└── BooksMisplaced     a place where books must not be kept: a network share, a folder without access
"""

from __future__ import annotations


class BooksError(Exception):
    """The books are in the way. `detail` is for the log and the report, never a sentence."""

    def __init__(self, detail: str = "", **facts: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class BooksUnreachable(BooksError):
    """The database server does not answer, or refused the name or password."""


class BooksBusy(BooksError):
    """Another transaction held the books longer than we wait."""


class BooksFull(BooksError):
    """The disk is full; the transaction was rolled back and nothing is lost."""


class BooksDamaged(BooksError):
    """The file is not a database or is damaged."""


class BooksNewer(BooksError):
    """A newer release has upgraded these books; this one must not touch them."""


class BooksOlder(BooksError):
    """The books have to be upgraded first, by an administrator."""


class BooksMisplaced(BooksError):
    """The books cannot be kept there: `facts["why"]` is network_share, no_access or not_a_folder."""
