"""Several stations, permissions an administrator edits, the audit log, and copies made by themselves."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables; who is locked out is forgiven, everything else stays."""
    _change_people()
    _create_stations()
    _create_installation()
    _create_audit()
    _create_backups()


def _change_people() -> None:
    with op.batch_alter_table("operator") as operator:
        operator.add_column(sa.Column("key_version", sa.Integer(), nullable=False, server_default="0"))
        operator.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        operator.drop_column("failures")
        operator.drop_column("locked_until")
    with op.batch_alter_table("shop") as shop:
        shop.add_column(sa.Column("lock_minutes", sa.Integer(), nullable=False, server_default="10"))
    op.create_table(
        "role_permission",
        sa.Column("role", sa.String(21), nullable=False),
        sa.Column("permission", sa.String(40), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("role", "permission", name=op.f("pk_role_permission")),
    )
    op.create_table(
        "sign_in_wait",
        sa.Column("door", sa.String(130), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("failures > 0", name=op.f("ck_sign_in_wait_counted")),
        sa.PrimaryKeyConstraint("door", name=op.f("pk_sign_in_wait")),
    )


def _create_stations() -> None:
    op.create_table(
        "station",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_station")),
    )


def _create_installation() -> None:
    table = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("restored_at", sa.BigInteger(), nullable=True),
        sa.Column("rechecked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.bulk_insert(table, [{"id": 1, "epoch": str(uuid.uuid4()), "key_version": 1, "seen_at": 0}])


def _create_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "id"])
    table = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_chain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(table, [{"id": 1, "entry_id": 0, "hash": "0" * 64}])
    _only_added_to()


def _only_added_to() -> None:
    """The database itself refuses to change or take away a line of the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        for word in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{word.lower()} BEFORE {word} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_kept()"
    )


def _create_backups() -> None:
    op.create_table(
        "backup_plan",
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("second_folder", sa.Text(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("at_closing", sa.Boolean(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("keep_daily", sa.Integer(), nullable=False),
        sa.Column("keep_weekly", sa.Integer(), nullable=False),
        sa.Column("keep_monthly", sa.Integer(), nullable=False),
        sa.CheckConstraint("every_hours >= 0 AND keep_daily > 0", name=op.f("ck_backup_plan_limits")),
        sa.CheckConstraint("keep_weekly >= 0 AND keep_monthly >= 0", name=op.f("ck_backup_plan_kept")),
        sa.PrimaryKeyConstraint("station", name=op.f("pk_backup_plan")),
    )
    op.create_table(
        "backup_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_backup_key_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_key")),
    )
    op.create_table(
        "backup_run",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
    )
    op.create_index("ix_backup_run_station", "backup_run", ["station", "at"])
