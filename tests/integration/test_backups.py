"""Copies of the shop: made by a plan, proved, laid in a second folder, locked, kept for days, weeks and months."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.books import HandClock, ask_sql
from tests.builders import keep
from tests.copies import PASSPHRASE, CopiedShop, content, files_in, there
from tests.waiting import until
from varejoforte_desktop.app.backup_clock import BackupClock
from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.backups import due
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.people_ports import BackupPlan
from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.application.till import close_till
from varejoforte_desktop.domain.access_errors import PassphraseWeak, PassphraseWrong
from varejoforte_desktop.domain.errors import Missing, Negative, NotAllowed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.persistence.copy_files import fingerprint_path
from varejoforte_desktop.persistence.copy_keeping import Kept, outlived


@pytest.fixture
def shop(shop_url: str, tmp_path: Path, clock: HandClock) -> Iterator[CopiedShop]:
    """A founded shop on each of the two engines in turn."""
    copied = CopiedShop(shop_url, tmp_path / "dados", clock)
    yield copied
    copied.close()


@pytest.fixture
def file_shop(sqlite_shop: str, tmp_path: Path, clock: HandClock) -> Iterator[CopiedShop]:
    """A founded shop in a file."""
    copied = CopiedShop(sqlite_shop, tmp_path / "dados", clock)
    yield copied
    copied.close()


def log_of(shop: CopiedShop, by: Actor) -> list[tuple[str, str]]:
    """What stands in the audit log, oldest first."""
    from varejoforte_desktop.application.people_questions import AuditSearch

    rows = shop.database.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=by))
    return [(row.action, row.subject) for row in reversed(rows)]


# -- making -----------------------------------------------------------------------------------------------


async def test_a_copy_is_made_proved_and_noted(
    shop: CopiedShop, gerente: Actor, administrador: Actor
) -> None:
    keep(shop.database, by=gerente, on_hand=5)

    run = await shop.desk.make(by=gerente)

    copy = Path(run.file)
    assert copy.parent == shop.place.data_dir / "copias"
    assert copy.name == f"loja-20260302-120000{copy.suffix}"  # by the shop's own clock
    assert (run.cause, run.why, run.station, run.encrypted) == ("", "asked", "Balcão", False)
    assert run.fingerprint == hashlib.sha256(content(copy)).hexdigest()
    assert fingerprint_path(copy).read_text("utf-8") == f"{run.fingerprint}  {copy.name}\n"
    assert run.bytes == len(content(copy))
    assert shop.runs == [run]
    assert ("backup.made", run.file[-200:]) in log_of(shop, administrador)
    assert files_in(copy.parent) == [copy.name, f"{copy.name}.sha256"]


async def test_a_copy_lies_in_the_second_folder_too(
    shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    shop.plan(administrador, folder=str(tmp_path / "um"), second_folder=str(tmp_path / "dois"))
    run = await shop.desk.make(by=administrador)
    first, second = (tmp_path / name / Path(run.file).name for name in ("um", "dois"))
    assert first.read_bytes() == second.read_bytes()
    assert files_in(tmp_path / "um") == files_in(tmp_path / "dois")


async def test_a_second_folder_that_is_away_spoils_the_run_and_not_the_copy(
    file_shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    (tmp_path / "pendrive").write_text("não é uma pasta")
    file_shop.plan(administrador, second_folder=str(tmp_path / "pendrive"))
    run = await file_shop.desk.make(by=administrador)
    assert run.cause == "second_folder"
    assert run.detail.startswith("no_access: ")
    assert there(run.file)
    assert file_shop.database.read_now(lambda reader: reader.backups.last_good()) is None


async def test_whoever_may_not_make_copies_makes_none(
    shop: CopiedShop, operador: Actor, gerente: Actor, administrador: Actor
) -> None:
    with pytest.raises(NotAllowed):
        await shop.desk.make(by=operador)
    shop.database.run_now(
        set_permission, Role.GERENTE, Permission.MAKE_BACKUPS, allowed=False, by=administrador
    )
    with pytest.raises(NotAllowed):
        await shop.desk.make(by=gerente)
    with pytest.raises(NotAllowed):
        shop.plan(gerente, every_hours=2)
    with pytest.raises(NotAllowed):
        await shop.desk.choose_passphrase(PASSPHRASE, by=gerente)
    assert shop.runs == []


def test_a_plan_that_makes_no_sense_is_refused(shop: CopiedShop, administrador: Actor) -> None:
    with pytest.raises(Negative):
        shop.plan(administrador, every_hours=-1)
    with pytest.raises(Missing) as daily:
        shop.plan(administrador, keep_daily=0)
    assert daily.value.field == "keep_daily"
    with pytest.raises(Missing) as passphrase:
        shop.plan(administrador, encrypted=True)
    assert passphrase.value.field == "passphrase"


def test_a_plan_is_written_down_with_what_it_was_before(shop: CopiedShop, administrador: Actor) -> None:
    shop.plan(administrador, every_hours=2, folder="  pasta  ")
    shop.plan(administrador, every_hours=2, folder="pasta")  # nothing changed
    assert log_of(shop, administrador).count(("backup.planned", "Balcão")) == 1
    plan = shop.database.read_now(lambda reader: reader.backups.plan("Balcão"))
    assert plan == BackupPlan(every_hours=2, folder="pasta")


async def test_books_that_do_not_add_up_are_copied_and_the_run_says_so(
    file_shop: CopiedShop, gerente: Actor
) -> None:
    pan = keep(file_shop.database, by=gerente, on_hand=5)
    ask_sql(file_shop.place.url, "UPDATE stock SET on_hand = on_hand + 1000")
    run = await file_shop.desk.make(by=gerente)
    assert run.cause == "books_wrong"
    assert f"ledger: {pan.reference}" in run.detail
    assert there(run.file)


async def test_two_copies_at_once_are_made_one_after_the_other(shop: CopiedShop, gerente: Actor) -> None:
    first, second = await asyncio.gather(shop.desk.make(by=gerente), shop.desk.make(by=gerente))
    assert first.file != second.file
    assert [run.file for run in shop.runs] == [second.file, first.file]
    assert there(second.file)  # the earlier one of the same day is not kept beside it


# -- locked -----------------------------------------------------------------------------------------------


@pytest.fixture
async def locked(shop: CopiedShop, administrador: Actor, gerente: Actor) -> Path:
    """A locked copy of a shop with a product."""
    keep(shop.database, by=gerente, reference="PAN-SECRETA")
    await shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
    shop.plan(administrador, encrypted=True)
    return Path((await shop.desk.make(by=None, why="due")).file)


async def test_a_locked_copy_needs_no_secret_to_be_made_and_opens_with_the_passphrase_alone(
    shop: CopiedShop, locked: Path
) -> None:
    assert locked.suffix == ".vfc"
    assert shop.runs[0].encrypted
    with zipfile.ZipFile(locked) as box:
        assert sorted(box.namelist()) == ["books.age", "identity.age", "manifest.json"]
    assert b"PAN-SECRETA" not in content(locked)
    assert not [name for name in files_in(shop.place.room) if "parcial" in name]

    facts = await shop.desk.examine(locked, PASSPHRASE)

    assert (facts.encrypted, facts.shop_name, facts.products, facts.sales) == (True, "Casa das Panelas", 1, 0)
    assert facts.made_at == shop.clock()
    assert facts.problems == ()


async def test_another_passphrase_does_not_open_it(shop: CopiedShop, locked: Path) -> None:
    for wrong in ("", "outra frase secreta qualquer"):
        with pytest.raises(PassphraseWrong):
            await shop.desk.examine(locked, wrong)


async def test_a_short_passphrase_is_refused(shop: CopiedShop, administrador: Actor) -> None:
    for weak in ("", "onze letras", "            x"):
        with pytest.raises(PassphraseWeak):
            await shop.desk.choose_passphrase(weak, by=administrador)


async def test_a_new_passphrase_leaves_the_old_copies_to_the_old_one(
    file_shop: CopiedShop, administrador: Actor
) -> None:
    await file_shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
    file_shop.plan(administrador, encrypted=True)
    old = Path((await file_shop.desk.make(by=administrador)).file)
    await file_shop.desk.choose_passphrase("outra frase, de hoje em diante", by=administrador)
    assert (await file_shop.desk.examine(old, PASSPHRASE)).encrypted
    with pytest.raises(PassphraseWrong):
        await file_shop.desk.examine(old, "outra frase, de hoje em diante")


async def test_a_locked_copy_with_one_bit_changed_or_its_end_missing_is_refused(
    file_shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    await file_shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
    file_shop.plan(administrador, encrypted=True)
    whole = content(Path((await file_shop.desk.make(by=administrador)).file))
    places = [0, 30, 200, len(whole) // 2, len(whole) - 200, len(whole) - 70, len(whole) - 1]
    for at in places:
        spoiled = tmp_path / "copia.vfc"
        spoiled.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(CopyRefused) as refused:
            await file_shop.desk.examine(spoiled, PASSPHRASE)
        assert refused.value.why in {"tampered", "damaged"}, at
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        spoiled.write_bytes(whole[:length])
        with pytest.raises(CopyRefused) as refused:
            await file_shop.desk.examine(spoiled, PASSPHRASE)
        assert refused.value.why in {"tampered", "damaged", "not_books"}, length


async def test_a_file_with_other_members_is_never_unpacked(
    file_shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    await file_shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
    file_shop.plan(administrador, encrypted=True)
    good = Path((await file_shop.desk.make(by=administrador)).file)
    with zipfile.ZipFile(good) as box:
        members = {name: box.read(name) for name in box.namelist()}

    def packed(names: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
        path = tmp_path / "copia.vfc"
        with zipfile.ZipFile(path, "w", how) as box:
            box.comment = b"0" * 64
            for name, told in names.items():
                box.writestr(name, told)
        body = path.read_bytes()[:-64]
        path.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
        return path

    assert (await file_shop.desk.examine(packed(members), PASSPHRASE)).encrypted
    for names in (
        {**members, "../fora.db": b"x"},
        {name: told for name, told in members.items() if name != "identity.age"},
        {"loja.db": b"x"},
    ):
        with pytest.raises(CopyRefused, match="other members"):
            await file_shop.desk.examine(packed(names), PASSPHRASE)
    with pytest.raises(CopyRefused) as squeezed:
        await file_shop.desk.examine(packed(members, zipfile.ZIP_DEFLATED), PASSPHRASE)
    assert squeezed.value.why == "tampered"
    with pytest.raises(CopyRefused) as bloated:
        await file_shop.desk.examine(packed({**members, "identity.age": b"x" * 70_000}), PASSPHRASE)
    assert bloated.value.why == "tampered"
    other = {**members, "manifest.json": members["manifest.json"].replace(b'"books": "', b'"books": "0')}
    with pytest.raises(CopyRefused) as lied:
        await file_shop.desk.examine(packed(other), PASSPHRASE)
    assert lied.value.why == "tampered"
    assert not (tmp_path / "fora.db").exists()


# -- by the clock -----------------------------------------------------------------------------------------


def clock_of(shop: CopiedShop) -> BackupClock:
    return BackupClock(shop.database, shop.desk, shop.changes, station=shop.place.station, clock=shop.clock)


async def test_a_copy_is_made_when_the_hours_of_the_plan_have_passed(
    shop: CopiedShop, administrador: Actor, clock: HandClock
) -> None:
    looking = clock_of(shop)
    assert await looking.look() is None  # nobody planned anything
    shop.plan(administrador, every_hours=2)
    first = await looking.look()
    assert first is not None  # overdue: there is none yet
    assert first.why == "due"
    clock.forward(minutes=119)
    assert await looking.look() is None
    clock.forward(minutes=1)
    assert await looking.look() is not None
    assert len(shop.runs) == 2


async def test_a_failure_is_noted_once_and_tried_again_later(
    file_shop: CopiedShop, administrador: Actor, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "pendrive").write_text("não é uma pasta")
    file_shop.plan(administrador, every_hours=1, folder=str(tmp_path / "pendrive"))
    looking = clock_of(file_shop)
    for _ in range(3):
        assert await looking.look() is None
        clock.forward(minutes=31)
    assert [(run.cause, run.bytes, run.why) for run in file_shop.runs] == [("no_access", 0, "due")]
    (tmp_path / "pendrive").unlink()
    assert await looking.look() is not None


def test_a_clock_set_back_makes_no_copies(clock: HandClock) -> None:
    plan = BackupPlan(every_hours=1)
    assert not due(plan, clock() + timedelta(days=1), clock())
    assert due(plan, None, clock())
    assert not due(BackupPlan(), None, clock())
    assert not due(None, None, clock())


async def test_closing_the_till_copies_the_shop_when_the_plan_says_so(
    file_shop: CopiedShop, administrador: Actor, gerente: Actor
) -> None:
    pan = keep(file_shop.database, by=gerente, on_hand=5)
    file_shop.sell(pan, gerente)
    asleep = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await asleep.wait()

    looking = BackupClock(
        file_shop.database,
        file_shop.desk,
        file_shop.changes,
        station="Balcão",
        clock=file_shop.clock,
        sleep=sleep,
    )
    file_shop.plan(administrador, at_closing=True)
    made = asyncio.Event()
    file_shop.changes.subscribe(lambda _topics: made.set() if file_shop.runs else None)
    looking.start()
    await until(lambda: looking._till_open)
    count = TillCount(cash=Money(pan.price.cents + 10000), pieces={}, methods={}, note="conferido")
    await file_shop.database.run(close_till, count, by=gerente)
    await asyncio.wait_for(made.wait(), 20)
    await looking.aclose()
    assert [run.why for run in file_shop.runs] == ["closing"]


# -- keeping ----------------------------------------------------------------------------------------------


def test_one_a_day_one_a_week_one_a_month_are_kept() -> None:
    begun = datetime(2026, 1, 1, 8, tzinfo=UTC)
    made = [begun + timedelta(hours=6 * number) for number in range(4 * 400)]
    copies = [Kept(Path(f"{at:%Y%m%d-%H}"), at, f"{at}") for at in reversed(made)]

    gone = {each.path for each in outlived(copies, BackupPlan(), good=())}
    kept = [each.at for each in copies if each.path not in gone]

    days = [at for at in kept if made[-1] - at < timedelta(days=7)]
    assert {at.date() for at in days} == {(made[-1] - timedelta(days=back)).date() for back in range(7)}
    assert len({at.strftime("%G-%V") for at in kept[:11]}) >= 4
    assert len({at.strftime("%Y-%m") for at in kept}) == 12
    assert len(kept) <= 7 + 4 + 12
    assert kept[0] == made[-1]


def test_the_newest_good_copy_outlives_all_rules() -> None:
    at = datetime(2026, 1, 31, 8, tzinfo=UTC)
    copies = [Kept(Path(f"{back}"), at - timedelta(minutes=back), f"f{back}") for back in range(5)]
    plan = BackupPlan(keep_daily=1, keep_weekly=0, keep_monthly=0)
    assert [each.path.name for each in outlived(copies, plan, good={"f3", "f4"})] == ["1", "2", "4"]


async def test_a_clock_that_was_set_back_does_not_cost_the_copy_just_made(
    file_shop: CopiedShop, administrador: Actor, clock: HandClock
) -> None:
    file_shop.plan(administrador, keep_daily=1, keep_weekly=0, keep_monthly=0)
    clock.forward(days=400)
    await file_shop.desk.make(by=administrador)
    clock.forward(days=-400)
    run = await file_shop.desk.make(by=administrador)
    assert there(run.file)


async def test_only_copies_of_ours_are_taken_away(
    file_shop: CopiedShop, administrador: Actor, clock: HandClock, tmp_path: Path
) -> None:
    folder = tmp_path / "um"
    file_shop.plan(
        administrador,
        folder=str(folder),
        second_folder=str(tmp_path / "dois"),
        keep_daily=1,
        keep_weekly=0,
        keep_monthly=0,
    )
    first = Path((await file_shop.desk.make(by=administrador)).file)
    strangers = {
        "loja-20200101-000000.db": "sem nota",
        "loja-20200102-000000.db": "de outra loja",
        "loja-20200102-000000.db.sha256": f"{'0' * 64}  loja-20200102-000000.db\n",
        "fotos.zip": "da família",
        "loja-20200103.db": "outro nome",
    }
    for name, words in strangers.items():
        (folder / name).write_text(words)
    by_hand = folder / "loja-20200104-000000.db"
    shutil.copy(first, by_hand)
    fingerprint_path(by_hand).write_text(fingerprint_path(first).read_text())  # the note names another file
    clock.forward(hours=1)

    second = Path((await file_shop.desk.make(by=administrador)).file)

    assert not there(first)
    assert files_in(tmp_path / "dois") == [second.name, f"{second.name}.sha256"]
    assert files_in(folder) == sorted(
        [*strangers, by_hand.name, f"{by_hand.name}.sha256", second.name, f"{second.name}.sha256"]
    )


async def test_a_copy_made_of_wrong_books_does_not_push_out_the_last_good_one(
    file_shop: CopiedShop, administrador: Actor, clock: HandClock
) -> None:
    file_shop.plan(administrador, keep_daily=1, keep_weekly=0, keep_monthly=0)
    keep(file_shop.database, by=administrador, on_hand=5)
    good = Path((await file_shop.desk.make(by=administrador)).file)
    ask_sql(file_shop.place.url, "UPDATE stock SET on_hand = on_hand + 1000")
    for _ in range(2):
        clock.forward(hours=1)
        await file_shop.desk.make(by=administrador)
    assert there(good)
    assert len(list(good.parent.glob("*.db"))) == 2


async def test_a_failed_copy_that_was_asked_for_is_noted_each_time(
    file_shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    (tmp_path / "pendrive").write_text("não é uma pasta")
    file_shop.plan(administrador, folder=str(tmp_path / "pendrive"))
    for _ in range(2):
        with pytest.raises(CopyRefused):
            await file_shop.desk.make(by=administrador)
    assert [run.cause for run in file_shop.runs] == ["no_access", "no_access"]
    assert file_shop.runs[0].file == ""
