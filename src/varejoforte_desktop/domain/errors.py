"""What a shop can do wrong, as facts; the sentence for each is written in the ui room."""

from __future__ import annotations


class DomainError(Exception):
    """Something a person at the shop can put right. The attributes are the facts of the sentence."""

    #: The field of the form the sentence stands beside, when there is one.
    field: str | None = None


class NotANumber(DomainError):
    """A text that should be an amount of money or a quantity is not one."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class TooManyDecimals(DomainError):
    """An amount has more decimal places than its unit allows: 2 for money, 3 for quantities."""

    def __init__(self, text: str, places: int, field: str | None = None) -> None:
        super().__init__(text, places)
        self.text = text
        self.places = places
        self.field = field


class Missing(DomainError):
    """A field that cannot be empty is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TooLong(DomainError):
    """A text is longer than its place allows."""

    def __init__(self, field: str, limit: int) -> None:
        super().__init__(field, limit)
        self.field = field
        self.limit = limit


class Negative(DomainError):
    """An amount that cannot be below zero is."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class WrongBarcode(DomainError):
    """A barcode has a wrong length or a wrong check digit; `expected` is the digit that would be right."""

    def __init__(self, text: str, expected: str | None = None, field: str | None = "barcode") -> None:
        super().__init__(text)
        self.text = text
        self.expected = expected
        self.field = field


class WrongNcm(DomainError):
    """An NCM is not eight digits."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.field = "ncm"


class PromotionOutOfOrder(DomainError):
    """A promotion ends before it starts, has a price without dates, or costs more than the price."""

    field = "promotional_price"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ReferenceTaken(DomainError):
    """Another product already has this reference."""

    field = "reference"

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class BarcodeTaken(DomainError):
    """Another product already has this barcode."""

    field = "barcode"

    def __init__(self, barcode: str, reference: str) -> None:
        super().__init__(barcode, reference)
        self.barcode = barcode
        self.reference = reference


class NoSuchRecord(DomainError):
    """What was asked for is not in the books (any more). `what` is a stable word: product, operator…"""

    def __init__(self, what: str, key: str) -> None:
        super().__init__(what, key)
        self.what = what
        self.key = key


class ChangedMeanwhile(DomainError):
    """Somebody else saved the same record after it was opened here."""

    def __init__(self, what: str, key: str) -> None:
        super().__init__(what, key)
        self.what = what
        self.key = key


class InsufficientStock(DomainError):
    """There are fewer goods on the shelf than were asked for."""

    field = "quantity"

    def __init__(self, reference: str, wanted: str, on_hand: str) -> None:
        super().__init__(reference, wanted, on_hand)
        self.reference = reference
        self.wanted = wanted
        self.on_hand = on_hand


class NotAllowed(DomainError):
    """The operator's role does not include this."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class SignInRefused(DomainError):
    """Operator or password is wrong; which of them is never said."""

    field = "password"


class SignInLocked(DomainError):
    """Too many wrong passwords: wait `seconds` before the next try."""

    field = "password"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class WeakPassword(DomainError):
    """A new password is too short."""

    field = "password"

    def __init__(self, minimum: int) -> None:
        super().__init__(minimum)
        self.minimum = minimum


class ShopAlreadyFounded(DomainError):
    """The first start was already done, here or on another station."""


class NotInteger(DomainError):
    """A piece is sold whole: this unit does not take a fraction."""

    field = "quantity"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class LinkTaken(DomainError):
    """The store's product already belongs to another product here."""

    def __init__(self, remote_id: str, reference: str) -> None:
        super().__init__(remote_id, reference)
        self.remote_id = remote_id
        self.reference = reference


class LeaseLost(DomainError):
    """Another station sends now; what this one had in hand is theirs."""


class KeyMissing(DomainError):
    """The shop's key is not at this station: an administrator has to sign in here once."""


class LoginTaken(DomainError):
    """Another operator already signs in with this name."""

    field = "login"

    def __init__(self, login: str) -> None:
        super().__init__(login)
        self.login = login
