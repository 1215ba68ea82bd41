"""How far the books have come, read in a few lines: what is remembered beside them and compared after a restore."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from varejoforte_desktop.application.backup_desk import BooksMarks, RecheckCounts
from varejoforte_desktop.application.recheck import highest
from varejoforte_desktop.domain.outbox import SubjectKind
from varejoforte_desktop.persistence.fiscal_documents import read_series
from varejoforte_desktop.persistence.stations import SqlInstallation
from varejoforte_desktop.persistence.tables.audit import audit_entry, audit_head
from varejoforte_desktop.persistence.tables.fiscal import fiscal_series
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.sales import sale, sale_counter
from varejoforte_desktop.persistence.tables.sync import store_link, tray_connection


def sale_numbers(connection: Connection) -> dict[str, int]:
    """Each station's last sale number, whichever of its counter and its sales is ahead."""
    counted = connection.execute(select(sale_counter.c.station, sale_counter.c.last)).all()
    sold = connection.execute(select(sale.c.station, func.max(sale.c.number)).group_by(sale.c.station)).all()
    return highest({row[0]: int(row[1]) for row in counted}, {row[0]: int(row[1]) for row in sold})


def marks_of(connection: Connection) -> BooksMarks:
    """How far these books have come: a few lines, cheap enough for every few seconds."""
    about = SqlInstallation(connection).get()
    head = connection.execute(select(audit_head.c.entry_id, audit_head.c.hash)).one()
    numbers = connection.execute(select(sale_counter.c.station, sale_counter.c.last))
    return BooksMarks(
        epoch=about.epoch,
        restored_at=about.restored_at,
        sales={row.station: row.last for row in numbers},
        audit_id=head.entry_id,
        audit_hash=head.hash,
        fiscal={
            each.name.mark: each.last for each in map(read_series, connection.execute(select(fiscal_series)))
        },
    )


def seal_at(connection: Connection, entry_id: int) -> str | None:
    """The seal of a line of the audit log, None when there is no such line."""
    return connection.execute(
        select(audit_entry.c.hash).where(audit_entry.c.id == entry_id)
    ).scalar_one_or_none()


def counts_of(connection: Connection) -> RecheckCounts:
    """What has to be compared with the store."""
    linked = select(func.count()).where(
        store_link.c.subject_kind == SubjectKind.PRODUCT, store_link.c.remote_id.is_not(None)
    )
    promised = select(func.count()).select_from(tray_order).where(tray_order.c.promised)
    return RecheckCounts(
        linked_products=connection.execute(linked).scalar_one(),
        open_orders=connection.execute(promised).scalar_one(),
        connected=connection.execute(select(tray_connection.c.id)).first() is not None,
    )
