"""How the shop issues its documents, as it is kept: registration, certificate, tax rows, each product's own taxes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from varejoforte_desktop.application.fiscal_book import SecretRecord, TaxTable
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings, Responsible
from varejoforte_desktop.domain.taxes import Destination, ProductTax, TaxRegime, TaxRule
from varejoforte_desktop.persistence.dialects import in_chunks, upsert
from varejoforte_desktop.persistence.tables.fiscal import (
    fiscal_secret,
    fiscal_settings,
    product_tax,
    tax_rule,
    tax_table,
)

_DAYS: Final = frozenset({"valid_from", "valid_to"})
_INSTANTS: Final = frozenset({"not_before", "not_after"})


class SqlFiscalSetup:
    """One shop's set-up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settings(self, *, held: bool = False) -> FiscalSettings:
        """What was chosen; the usual while nobody chose anything. `held`: it stays so until the transaction ends."""
        if held:
            self._connection.execute(select(fiscal_settings.c.id).with_for_update(read=True))
        return read_settings(self._connection)

    def hold_settings(self) -> FiscalSettings:
        """The same for whoever changes it: waits for those that hold it."""
        self._connection.execute(select(fiscal_settings.c.id).with_for_update())
        return read_settings(self._connection)

    def save_settings(self, settings: FiscalSettings) -> None:
        """Keep what was chosen."""
        line = {
            "id": 1,
            "cnpj": settings.emitter.cnpj,
            "environment": settings.environment,
            "body": settings_to_text(settings),
        }
        upsert(self._connection, fiscal_settings, [line], key=("id",))

    def secret(self, name: str) -> SecretRecord | None:
        """A sealed secret."""
        row = self._connection.execute(
            select(fiscal_secret).where(fiscal_secret.c.name == name)
        ).one_or_none()
        return None if row is None else read_secret(row)

    def secrets(self) -> list[SecretRecord]:
        """All of them, held until the transaction ends."""
        found = select(fiscal_secret).order_by(fiscal_secret.c.name).with_for_update()
        return [read_secret(row) for row in self._connection.execute(found)]

    def keep_secret(self, record: SecretRecord) -> None:
        """In the place of one of the same name, one version later."""
        known = self.secret(record.name)
        line = {
            "name": record.name,
            "sealed": record.sealed,
            "facts": _facts_to_text(record.facts),
            "version": 1 if known is None else known.version + 1,
        }
        upsert(self._connection, fiscal_secret, [line], key=("name",))

    def drop_secret(self, name: str) -> None:
        """It is kept no more."""
        self._connection.execute(delete(fiscal_secret).where(fiscal_secret.c.name == name))

    def taxes(self) -> TaxTable:
        """The accountant's rows in their order."""
        return read_taxes(self._connection)

    def save_rules(self, rules: Sequence[TaxRule], *, source: str, digest: str) -> None:
        """These rows in the place of all others; a signature of others counts no more."""
        self._connection.execute(delete(tax_rule))
        lines = [
            {
                "place": place,
                "valid_from": rule.valid_from,
                "valid_to": rule.valid_to,
                "body": rule_to_text(rule),
            }
            for place, rule in enumerate(rules, start=1)
        ]
        if lines:
            self._connection.execute(insert(tax_rule), lines)
        known = self._connection.execute(select(tax_table)).one_or_none()
        line = {
            "id": 1,
            "source": source[:200],
            "digest": digest,
            "signed_digest": known.signed_digest if known else "",
            "signer": known.signer if known else "",
            "signed_at": known.signed_at if known else None,
        }
        upsert(self._connection, tax_table, [line], key=("id",))

    def sign_rules(self, *, signer: str, at: datetime) -> None:
        """Somebody answers for the rows as they are now."""
        self._connection.execute(
            update(tax_table).values(signed_digest=tax_table.c.digest, signer=signer[:120], signed_at=at)
        )

    def product_taxes(self, product_ids: Iterable[int]) -> Mapping[int, ProductTax]:
        """Those that say something of their own."""
        found: dict[int, ProductTax] = {}
        for part in in_chunks(sorted(set(product_ids))):
            rows = self._connection.execute(select(product_tax).where(product_tax.c.product_id.in_(part)))
            found |= {row.product_id: read_product_tax(row) for row in rows}
        return found

    def save_product_tax(self, product_id: int, tax: ProductTax) -> None:
        """What the shop says of one product."""
        if tax == ProductTax():
            self._connection.execute(delete(product_tax).where(product_tax.c.product_id == product_id))
            return
        line = {"product_id": product_id, "tax_group": tax.group, "origin": tax.origin, "cest": tax.cest}
        upsert(self._connection, product_tax, [line], key=("product_id",))


def read_settings(connection: Connection) -> FiscalSettings:
    """What was chosen; the usual while nobody chose anything."""
    body = connection.execute(select(fiscal_settings.c.body)).scalar_one_or_none()
    return FiscalSettings() if body is None else settings_from_text(body)


def read_taxes(connection: Connection) -> TaxTable:
    """The accountant's rows, each with its place as its id."""
    rows = connection.execute(select(tax_rule).order_by(tax_rule.c.place))
    rules = tuple(rule_from_text(row.body, row.place) for row in rows)
    table = connection.execute(select(tax_table)).one_or_none()
    if table is None:
        return TaxTable(rules=rules)
    return TaxTable(
        rules=rules,
        source=table.source,
        digest=table.digest,
        signed_digest=table.signed_digest,
        signer=table.signer,
        signed_at=table.signed_at,
    )


def read_product_tax(row: Row[Any]) -> ProductTax:
    """A line of the table as a record."""
    return ProductTax(group=row.tax_group, origin=row.origin, cest=row.cest)


def settings_to_text(settings: FiscalSettings) -> str:
    """The same text for the same settings."""
    return json.dumps(asdict(settings), ensure_ascii=False, sort_keys=True)


def settings_from_text(text: str) -> FiscalSettings:
    """The settings again; what a newer release wrote and this one does not know is left out."""
    body = json.loads(text)
    emitter = _known(Emitter, body.get("emitter", {}))
    emitter["address"] = Address(**_known(Address, emitter.get("address", {})))
    emitter["regime"] = TaxRegime(emitter.get("regime", TaxRegime.SIMPLES))
    known = _known(FiscalSettings, body)
    known["emitter"] = Emitter(**emitter)
    known["responsible"] = Responsible(**_known(Responsible, body.get("responsible", {})))
    known["environment"] = FiscalEnvironment(body["environment"])
    return FiscalSettings(**known)


def rule_to_text(rule: TaxRule) -> str:
    """The same text for the same row, whatever its place."""
    body = {name: _plain(value) for name, value in asdict(rule).items() if name != "id"}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def rule_from_text(text: str, place: int = 0) -> TaxRule:
    """The row again."""
    body = _known(TaxRule, json.loads(text))
    for name, value in body.items():
        if name.endswith("_rate"):
            body[name] = Decimal(value)
        elif name in _DAYS:
            body[name] = date.fromisoformat(value) if value else None
    body["destination"] = Destination(body["destination"])
    return TaxRule(**{**body, "id": place})


def read_secret(row: Row[Any]) -> SecretRecord:
    """A line of the table as a record."""
    return SecretRecord(
        name=row.name, sealed=row.sealed, facts=_facts_from_text(row.facts), version=row.version
    )


def _facts_to_text(facts: CertificateFacts | None) -> str:
    return "" if facts is None else json.dumps({name: _plain(each) for name, each in asdict(facts).items()})


def _facts_from_text(text: str) -> CertificateFacts | None:
    if not text:
        return None
    body: dict[str, Any] = json.loads(text)
    body |= {name: datetime.fromisoformat(body[name]) for name in _INSTANTS}
    return CertificateFacts(**body)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    return value


def _known(record: type, body: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(record)}
    return {name: value for name, value in body.items() if name in names}
