"""Setting up how the shop issues documents: its registration, certificate, series and the accountant's tax rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import SecretRecord, SeriesRecord
from varejoforte_desktop.application.fiscal_places import nothing_open
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction, differing
from varejoforte_desktop.domain.customer import tidy_address
from varejoforte_desktop.domain.errors import ChangedMeanwhile, Missing, TooLong, WrongTaxId
from varejoforte_desktop.domain.fiscal import UF_CODES, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, WrongCertificate
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings, Responsible
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.tax_ids import is_cnpj, tax_id
from varejoforte_desktop.domain.taxes import ProductTax, TaxRule
from varejoforte_desktop.domain.texts import keepable

CERTIFICATE: Final = "certificate"
_LIMITS: Final = {"legal_name": 60, "trade_name": 60, "ie": 14, "phone": 14}


def csc_name(environment: FiscalEnvironment) -> str:
    """Under which name the CSC of an environment is kept."""
    return f"csc_{environment.value}"


def save_fiscal_settings(
    uow: UnitOfWork, settings: FiscalSettings, *, confirmed: bool = False, by: Actor
) -> FiscalSettings:
    """Keep how the shop issues. Documents get value only when that is `confirmed`, and the rows are signed.

    Raises NotAllowed, Missing, TooLong, WrongTaxId, WrongCertificate("others") for a certificate of another company,
    NotesOpen when environment or CNPJ change while SEFAZ owes answers under the ones before, or FiscalNotReady
    ("confirmation", "unsigned_rules", "certificate") before the first document of value.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.fiscal_setup.hold_settings()
    emitter = _checked(settings.emitter)
    fresh = replace(
        settings,
        emitter=emitter,
        operation=_line(settings.operation)[:60] or "Venda de mercadoria",
        extra_note=_line(settings.extra_note)[:500],
        intermediary_cnpj=_company(settings.intermediary_cnpj, "intermediary_cnpj"),
        csc_id=_bare(settings.csc_id)[:6],
        intermediary_id=_line(settings.intermediary_id)[:60],
        responsible=_responsible(settings.responsible),
        own_endpoints=_line(settings.own_endpoints)[:200],
    )
    _same_company(uow, emitter)
    nothing_open(uow, before, fresh)
    if fresh.environment is not before.environment:
        _change_environment(uow, before.environment, fresh.environment, confirmed=confirmed, by=by)
    uow.fiscal_setup.save_settings(fresh)
    old, new = differing(_facts(before), _facts(fresh))
    if old or new:
        uow.audit.note(AuditAction.FISCAL_SETTINGS_CHANGED, emitter.cnpj or "—", by=by, before=old, after=new)
    uow.touch(Topic.FISCAL, Topic.SETTINGS)
    return fresh


def _checked(emitter: Emitter) -> Emitter:
    cnpj = _company(emitter.cnpj, "emitter_cnpj")
    place = tidy_address(replace(emitter.address, postcode=_bare(emitter.address.postcode)))
    tidy = replace(
        emitter,
        cnpj=cnpj,
        legal_name=_line(emitter.legal_name),
        trade_name=_line(emitter.trade_name),
        ie=_line(emitter.ie).upper() if emitter.ie.strip().upper() == "ISENTO" else _bare(emitter.ie),
        phone=_bare(emitter.phone),
        address=replace(place, state=place.state.upper(), postcode=_bare(place.postcode)),
        city_code=_bare(emitter.city_code),
    )
    if not cnpj:
        return tidy
    wanted = {
        "legal_name": tidy.legal_name,
        "ie": tidy.ie,
        "street": place.street,
        "district": place.district,
        "city": place.city,
        "state": place.state if tidy.address.state in UF_CODES else "",
        "postcode": tidy.address.postcode if len(tidy.address.postcode) == 8 else "",
        "city_code": tidy.city_code if len(tidy.city_code) == 7 else "",
    }
    for name, value in wanted.items():
        if not value:
            raise Missing(name)
    for name, limit in _LIMITS.items():
        if len(getattr(tidy, name)) > limit:
            raise TooLong(name, limit)
    return tidy


def _company(text: str, field: str) -> str:
    """A CNPJ, "" for none. Raises WrongTaxId also for a CPF."""
    cnpj = tax_id(text, field)
    if cnpj and not is_cnpj(cnpj):
        raise WrongTaxId(text, field=field)
    return cnpj


def _responsible(told: Responsible) -> Responsible:
    return Responsible(
        cnpj=_company(told.cnpj, "responsible_cnpj"),
        contact=_line(told.contact)[:60],
        email=_line(told.email)[:60],
        phone=_bare(told.phone)[:14],
    )


def _same_company(uow: UnitOfWork, emitter: Emitter) -> None:
    certificate = uow.fiscal_setup.secret(CERTIFICATE)
    if certificate is None or certificate.facts is None or not emitter.cnpj:
        return
    if certificate.facts.cnpj[:8] != emitter.cnpj[:8]:
        raise WrongCertificate("others", certificate.facts.cnpj)


def _change_environment(
    uow: UnitOfWork,
    before: FiscalEnvironment,
    after: FiscalEnvironment,
    *,
    confirmed: bool,
    by: Actor,
) -> None:
    if after is FiscalEnvironment.PRODUCAO:
        if not confirmed:
            raise FiscalNotReady("confirmation")
        if uow.fiscal_setup.secret(CERTIFICATE) is None:
            raise FiscalNotReady(CERTIFICATE)
        if not uow.fiscal_setup.taxes().signed:
            raise FiscalNotReady("unsigned_rules")
    uow.audit.note(
        AuditAction.PRODUCTION_CHOSEN,
        after.value,
        by=by,
        before={"environment": before.value},
        after={"environment": after.value},
    )


def keep_certificate(
    uow: UnitOfWork, facts: CertificateFacts, sealed: str, *, key_version: int, by: Actor
) -> None:
    """Keep the shop's certificate, sealed with the shop's key of that version, in the place of the former one.

    Raises NotAllowed, WrongCertificate("others" or "expired"), ChangedMeanwhile when the key was changed meanwhile.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    _still_the_key(uow, key_version)
    emitter = uow.fiscal_setup.settings().emitter
    if emitter.cnpj and facts.cnpj[:8] != emitter.cnpj[:8]:
        raise WrongCertificate("others", facts.cnpj)
    if facts.not_after <= uow.now:
        raise WrongCertificate("expired", facts.not_after.isoformat())
    before = uow.fiscal_setup.secret(CERTIFICATE)
    uow.fiscal_setup.keep_secret(SecretRecord(name=CERTIFICATE, sealed=sealed, facts=facts))
    uow.audit.note(
        AuditAction.CERTIFICATE_INSTALLED,
        facts.cnpj,
        by=by,
        before=_certificate_facts(before.facts if before else None),
        after=_certificate_facts(facts),
    )
    uow.touch(Topic.FISCAL, Topic.SETTINGS)


def _certificate_facts(facts: CertificateFacts | None) -> dict[str, Fact]:
    if facts is None:
        return {}
    return {
        "holder": facts.holder,
        "serial": facts.serial,
        "not_after": facts.not_after.isoformat(),
    }


def keep_csc(
    uow: UnitOfWork, environment: FiscalEnvironment, sealed: str, *, key_version: int, by: Actor
) -> None:
    """Keep the CSC of an environment, sealed; "" forgets it. Raises NotAllowed or ChangedMeanwhile."""
    by.needs(Permission.CHANGE_SETTINGS)
    _still_the_key(uow, key_version)
    if sealed:
        uow.fiscal_setup.keep_secret(SecretRecord(name=csc_name(environment), sealed=sealed))
    else:
        uow.fiscal_setup.drop_secret(csc_name(environment))
    uow.audit.note(
        AuditAction.FISCAL_SETTINGS_CHANGED, csc_name(environment), by=by, after={"kept": bool(sealed)}
    )
    uow.touch(Topic.FISCAL, Topic.SETTINGS)


def _still_the_key(uow: UnitOfWork, key_version: int) -> None:
    version = uow.installation.hold().key_version
    if version != key_version:
        raise ChangedMeanwhile("key", str(version))


def keep_series(uow: UnitOfWork, record: SeriesRecord, *, by: Actor) -> None:
    """Give a till a series; `last` is the last number used anywhere, and is never lowered.

    Raises NotAllowed, SeriesTaken, or Missing for a number out of range.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    if not 0 <= record.name.series <= 999:
        raise Missing("series")
    if not 0 <= record.last < 10**9:
        raise Missing("last_number")
    uow.documents.keep_series(record)
    subject = f"{record.name.model.value} {record.name.series}"
    uow.audit.note(
        AuditAction.FISCAL_SETTINGS_CHANGED,
        subject,
        by=by,
        after={"station": record.station, "last": record.last},
    )
    uow.touch(Topic.FISCAL, Topic.SETTINGS)


def save_tax_rules(uow: UnitOfWork, rules: Sequence[TaxRule], *, source: str, by: Actor) -> None:
    """The accountant's rows in the place of the former ones; they count for documents of value once signed.

    `source` is where they come from (a file's name). Raises NotAllowed.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.fiscal_setup.taxes()
    digest = rules_digest(rules)
    uow.fiscal_setup.save_rules(rules, source=_line(source)[:200], digest=digest)
    uow.audit.note(
        AuditAction.TAX_RULES_CHANGED,
        _line(source)[:80] or "—",
        by=by,
        before={"rows": len(before.rules), "digest": before.digest[:12]},
        after={"rows": len(rules), "digest": digest[:12]},
    )
    uow.touch(Topic.FISCAL, Topic.SETTINGS)


def sign_tax_rules(uow: UnitOfWork, *, signer: str, by: Actor) -> None:
    """The accountant (a name, a CRC number) answers for the rows as they are. Raises NotAllowed, Missing, or
    FiscalNotReady("tax_rules") without rows."""
    by.needs(Permission.CHANGE_SETTINGS)
    name = _line(signer)[:120]
    if not name:
        raise Missing("signer")
    table = uow.fiscal_setup.taxes()
    if not table.rules:
        raise FiscalNotReady("tax_rules")
    uow.fiscal_setup.sign_rules(signer=name, at=uow.now)
    uow.audit.note(AuditAction.TAX_RULES_SIGNED, name, by=by, after={"digest": table.digest[:12]})
    uow.touch(Topic.FISCAL, Topic.SETTINGS)


def rules_digest(rules: Sequence[TaxRule]) -> str:
    """What the rows say, in 64 marks: another for any change, the same whatever numbers they have."""
    text = "\n".join(
        "|".join(f"{name}={value}" for name, value in sorted(asdict(rule).items()) if name != "id")
        for rule in rules
    )
    return hashlib.sha256(text.encode()).hexdigest() if rules else ""


def save_product_tax(uow: UnitOfWork, product_id: int, tax: ProductTax, *, by: Actor) -> None:
    """What one product's taxes depend on. Raises NotAllowed, NoSuchRecord, or Missing for an impossible origin."""
    by.needs(Permission.EDIT_CATALOGUE)
    if not 0 <= tax.origin <= 8:
        raise Missing("origin")
    cest = _bare(tax.cest)
    if len(cest) not in {0, 7}:
        raise Missing("cest")
    product = uow.products.get(product_id)
    fresh = ProductTax(group=_line(tax.group).lower()[:20], origin=tax.origin, cest=cest)
    before = uow.fiscal_setup.product_taxes([product_id]).get(product_id, ProductTax())
    if fresh == before:
        return
    uow.fiscal_setup.save_product_tax(product_id, fresh)
    old, new = differing(asdict(before), asdict(fresh))
    uow.audit.note(AuditAction.PRODUCT_TAX_CHANGED, product.reference, by=by, before=old, after=new)
    uow.touch(Topic.PRODUCTS, Topic.FISCAL)


def _facts(settings: FiscalSettings) -> dict[str, Fact]:
    flat: dict[str, Fact] = {}
    for name, value in asdict(settings).items():
        if name == "emitter":
            flat |= {f"emitter.{part}": _flat(each) for part, each in value.items()}
        elif name == "responsible":
            flat |= {f"responsible.{part}": _flat(each) for part, each in value.items()}
        else:
            flat[name] = _flat(value)
    return flat


def _flat(value: object) -> Fact:
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values() if each)
    return value if isinstance(value, (str, int, bool)) or value is None else str(value)


def _line(text: str) -> str:
    return " ".join(keepable(text).split())


def _bare(text: str) -> str:
    return "".join(mark for mark in text.upper() if mark.isascii() and mark.isalnum())
