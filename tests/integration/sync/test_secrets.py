"""Nothing that opens the store's door is written down in clear: not in the log, the books, an error or a screen."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import make_url

from tests.books import ask_sql
from tests.stations import PASSWORD, PracticeShop
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.credentials.sealing import packed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.logs import MaskingFormatter
from varejoforte_desktop.persistence.tables.registry import metadata


class Eavesdropper:
    """Collects every secret that exists, and every text in which one might be."""

    def __init__(self, shop: PracticeShop) -> None:
        self.shop = shop
        self.secrets = {shop.store.consumer_key, shop.store.consumer_secret, shop.store.code, PASSWORD}
        self.errors: list[str] = []

    def note_tokens(self) -> None:
        tokens = self.shop.store.gate._tokens
        if tokens is not None:
            self.secrets |= {tokens.access, tokens.refresh}

    async def overhear(self, wrong_code: str = "", address: str = "") -> None:
        """Connect wrongly and keep all that the error says."""
        self.secrets |= {wrong_code} - {""}
        try:
            await self.shop.main.connector.connect(
                address=address or self.shop.store.api_address,
                consumer_key=self.shop.store.consumer_key,
                consumer_secret=self.shop.store.consumer_secret,
                code=wrong_code or self.shop.store.code,
                by=self.shop.actor,
            )
        except OutsideError as error:
            self.errors += [repr(error), str(error), str(error.facts), *traceback.format_exception(error)]

    def found_in(self, text: str) -> list[str]:
        forms = {form for secret in self.secrets for form in (secret, quote(secret, safe=""))}
        return [secret for secret in sorted(forms) if secret in text]


async def _a_bad_day(shop: PracticeShop, spy: Eavesdropper) -> None:
    """Everything goes wrong once, with the store repeating our secrets in its answers."""
    product = await shop.add("PAN-1", stock=1)
    await shop.start_and_send()
    spy.note_tokens()
    faults = shop.store.faults
    echo = f"Token {shop.store.consumer_secret} recusado; veja access_token={_access(shop)}&code={shop.store.code}"
    shop.main.line.watch = lambda request: echo if request.method == "PUT" else None
    await shop.change(product.id, price=Money(1))
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})
    shop.main.line.watch = lambda _request: None
    for kind in ("timeout", "reset", "html", "status", "rate_limited", "revoked"):
        faults.next(kind, times=1)
        await shop.change(product.id, price=Money(2), name=f"Nome {kind}")
        await shop.until(lambda: not shop.queue, within=900)
        spy.note_tokens()
    shop.main.line.offline = True
    await shop.change(product.id, price=Money(3))
    await shop.sleep(60)
    await spy.overhear()
    shop.main.line.offline = False
    for kind in ("timeout", "html", "status"):
        faults.next(kind, path_contains="/auth")
        await spy.overhear()
    await spy.overhear(wrong_code="f" * 64)
    await spy.overhear(address="isto não é um endereço")
    await shop.until_empty()
    shop.store.revoke_tokens(uninstall=True)
    spy.secrets.add(shop.store.code)
    await shop.change(product.id, price=Money(4))
    await shop.sleep(120)


def _access(shop: PracticeShop) -> str:
    assert shop.store.gate._tokens is not None
    return shop.store.gate._tokens.access


async def test_no_secret_is_written_down_anywhere(
    shop_on_both: PracticeShop,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Requirement: a test greps. Log as records and as the file, books as rows and as bytes, errors, history."""
    shop = shop_on_both
    handler = logging.FileHandler(tmp_path / "varejoforte.log", encoding="utf-8")
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    spy = Eavesdropper(shop)
    try:
        with caplog.at_level(logging.DEBUG):
            for name in ("sqlalchemy", "alembic"):
                logging.getLogger(name).setLevel(logging.WARNING)
            await _a_bad_day(shop, spy)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    # The shop's own key and the station's half of it.
    spy.secrets |= {packed(shop.main.key._at_hand().key), packed(shop.main.key.pair._half())}

    assert len(spy.secrets) >= 9
    assert len(spy.errors) > 10
    assert spy.found_in("\n".join(spy.errors)) == []
    assert "PUT /products/" in caplog.text
    assert spy.found_in(caplog.text) == []
    assert spy.found_in((tmp_path / "varejoforte.log").read_text("utf-8")) == []
    rows = {table: ask_sql(shop.url, f"SELECT * FROM {table}") for table in metadata.tables}  # noqa: S608
    assert rows["push_history"]
    assert rows["tray_connection"]
    assert spy.found_in(str(rows)) == []
    assert spy.found_in(f"{shop.queue} {shop.history()} {shop.main.heard} {shop.main.connector}") == []
    file = make_url(shop.url).database or ""
    if shop.url.startswith("sqlite"):
        for path in Path(file).parent.glob("loja.db*"):
            assert spy.found_in(path.read_bytes().decode("latin-1")) == [], path.name


async def test_records_of_the_store_hide_the_keys_in_their_text(shop: PracticeShop) -> None:
    """An error report shows variables: the record of the access must not show what it holds."""
    spy = Eavesdropper(shop)
    spy.note_tokens()
    access = await shop.main.vault.access()
    assert spy.found_in(repr(access)) == []
    assert spy.found_in(str(shop.main.database.run_now(lambda uow: uow.connections.get()))) == []
