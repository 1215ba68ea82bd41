"""A shop whose copies are tested: what it sells, the desk that copies it, and how it is closed and opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tests.builders import a_token
from tests.order_builders import till_at
from varejoforte_desktop.app.backups import CopyDesk, Place, compare_with_marks, place_waiting
from varejoforte_desktop.application.backups import save_plan
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare

PASSPHRASE = "quatro palavras bem escolhidas"


class CopiedShop:
    """A shop in its folder of data: `close` and `open` are the program's end and next start."""

    def __init__(
        self, url: str, folder: Path, clock: Callable[[], datetime], *, station: str = "Balcão"
    ) -> None:
        self.clock = clock
        self.place = Place(url=url, data_dir=folder, station=station)
        self.open()

    def open(self) -> None:
        """As the station opens its books."""
        place_waiting(self.place)
        prepare(self.place.url, may_upgrade=True, now=self.clock)
        self.changes = ChangeFeed()
        self.database = Database(self.place.url, self.changes, clock=self.clock)
        compare_with_marks(self.database, self.place, clock=self.clock)
        self.desk = CopyDesk(self.database, self.changes, self.place, clock=self.clock)

    def close(self) -> None:
        """The program ends."""
        self.database.close()

    def plan(self, by: Actor, **changes: object) -> None:
        """Decide about copies of this station."""
        self.database.run_now(save_plan, BackupPlan(**changes), by=by)  # type: ignore[arg-type]

    @property
    def runs(self) -> list[BackupRun]:
        """What came of copies, newest first."""
        return self.database.read_now(lambda reader: reader.backups.runs())

    @property
    def pending(self) -> bool:
        """Whether a restored copy waits to be compared."""
        return self.database.read_now(lambda reader: reader.backups.installation()).recheck_pending

    @property
    def problems(self) -> tuple[str, ...]:
        """What `db check` finds."""
        return self.database.read_now(lambda reader: reader.check()).problems

    def sell(self, product: Product, by: Actor) -> str:
        """Sell one of it at the counter; gives the sale's number."""
        if self.database.read_now(lambda reader: reader.tills.open_till(by.station)) is None:
            till_at(self.database, by)
        line = BasketLine(
            product_id=product.id,
            reference=product.reference,
            name=product.name,
            unit=product.unit,
            quantity=Decimal(1),
            price=product.price,
        )
        basket = Basket(
            token=a_token(),
            lines=(line,),
            payments=(Payment(method=PaymentMethod.CASH, amount=product.price, tendered=product.price),),
        )
        return self.database.run_now(finish_basket, basket, fiscal=FiscalModel.NONE, by=by).number


def files_in(folder: Path) -> list[str]:
    """The names of what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def content(path: Path) -> bytes:
    """All that is in a file."""
    return path.read_bytes()


def there(path: Path | str) -> bool:
    """Whether there is such a file."""
    return Path(path).exists()
