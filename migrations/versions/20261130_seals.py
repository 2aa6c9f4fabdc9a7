"""every seal that was used, and names in the form in which they can be printed."""

import sqlalchemy as sa
from alembic import op

revision = "20261130a"
down_revision = "20261130d"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = ("seals",)
# Rows of this are never changed; one may be deleted once an erasure names it.
ERASABLE = {"printable_names": "id"}


def upgrade() -> None:
    """Make both tables, and guard them like all evidence."""
    op.create_table(
        "seals",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_seals")),
    )
    op.create_table(
        "printable_names",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("printed_as", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printable_names")),
    )
    protect(op.get_bind())


def protect(bind: sa.Connection) -> None:
    """Refuse what must never happen to evidence, whoever holds the connection."""
    if bind.dialect.name == "postgresql":
        protect_postgresql()
    else:
        protect_sqlite()


def protect_sqlite() -> None:
    """Write the triggers in SQLite's words."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
    for table in (*EVIDENCE, *ERASABLE):
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    for table in EVIDENCE:
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    for table, key in ERASABLE.items():
        unless = (
            f"WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE table_name = '{table}'"
            f" AND key = CAST(OLD.{key} AS TEXT))"
        )
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {unless} {refuse}")


def protect_postgresql() -> None:
    """Write the triggers in PostgreSQL's words; the functions are those of the first tables."""
    for table in (*EVIDENCE, *ERASABLE):
        row = f"ON {table} FOR EACH ROW EXECUTE FUNCTION"
        erase = f"refuse_unless_erased('{ERASABLE.get(table)}')"
        delete = erase if table in ERASABLE else "refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {row} refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {row} {delete}")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop what is empty; rows here are evidence, and then nothing is dropped."""
    for table in (*EVIDENCE, *ERASABLE):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table}")):
            message = f"{table} holds evidence and is never dropped"
            raise RuntimeError(message)
        op.drop_table(table)
