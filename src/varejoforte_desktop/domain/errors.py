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


class WrongTaxId(DomainError):
    """A CPF or CNPJ has a wrong length or wrong check digits."""

    def __init__(self, text: str, field: str = "document") -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class WrongScalePrefix(DomainError):
    """A layout of scale labels whose parts do not fill a barcode, or whose prefix is not the shop's own."""

    field = "prefix"

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.prefix = prefix


class OrderBlocked(DomainError):
    """An order cannot be imported or registered yet; `why` is a value of domain.order.Obstacle, `at` the instant of it."""

    def __init__(self, remote_id: str, why: str, at: str = "") -> None:
        super().__init__(remote_id, why, at)
        self.remote_id = remote_id
        self.why = why
        self.at = at


class OrderAlreadyRegistered(DomainError):
    """The order is a sale already."""

    def __init__(self, remote_id: str, sale_number: str) -> None:
        super().__init__(remote_id, sale_number)
        self.remote_id = remote_id
        self.sale_number = sale_number


class OrderStageWrong(DomainError):
    """This cannot be done with the order as it stands now (`stage` is a value of domain.order.OrderStage)."""

    def __init__(self, remote_id: str, stage: str) -> None:
        super().__init__(remote_id, stage)
        self.remote_id = remote_id
        self.stage = stage


class DocumentMissing(DomainError):
    """The chosen fiscal document needs the buyer's CPF or CNPJ."""

    field = "document"


class NothingSold(DomainError):
    """A sale has no line, or a line of no quantity."""


class DiscountTooLarge(DomainError):
    """A discount is more than what it is taken from (`most`, reais with a point)."""

    field = "discount"

    def __init__(self, most: str) -> None:
        super().__init__(most)
        self.most = most


class DiscountNeedsApproval(DomainError):
    """A discount is beyond what this role may give; a supervisor may allow it. `limit` in percent ("5", "7.5")."""

    field = "discount"

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class PaymentDoesNotFit(DomainError):
    """What was paid is not what the sale costs, or something but cash was handed over in excess. Reais with a point."""

    field = "payment"

    def __init__(self, total: str, paid: str) -> None:
        super().__init__(total, paid)
        self.total = total
        self.paid = paid


class SaleAlreadyCancelled(DomainError):
    """The sale was cancelled before."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class ProductNotForSale(DomainError):
    """A product is inactive or has no price."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class TillClosed(DomainError):
    """Nothing can be sold or moved: the till of this station is not open."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


class TillAlreadyOpen(DomainError):
    """The till of this station is open already."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


class TillShort(DomainError):
    """There is less cash in the till than is to be taken out. Reais with a point."""

    field = "amount"

    def __init__(self, wanted: str, there: str) -> None:
        super().__init__(wanted, there)
        self.wanted = wanted
        self.there = there


class DifferenceUnexplained(DomainError):
    """A till that does not add up beyond the tolerance is closed only with a note. Reais with a point, signed."""

    field = "note"

    def __init__(self, difference: str) -> None:
        super().__init__(difference)
        self.difference = difference


class CountClosed(DomainError):
    """The inventory count was closed or given up meanwhile."""


class CountAlreadyOpen(DomainError):
    """Another inventory count is still open; `name` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
