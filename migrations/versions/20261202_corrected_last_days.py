"""a last day can be put right while it is ahead: each correction is a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "20261202d"
down_revision = "20261202b"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = ("end_corrections",)


def upgrade() -> None:
    """Make the table, and guard it like all evidence."""
    op.create_table(
        "end_corrections",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("period_id", sa.String(length=16), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["period_ends.period_id"],
            name=op.f("fk_end_corrections_period_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_corrections")),
        sa.UniqueConstraint("period_id", "nth", name=op.f("uq_end_corrections_period_id_nth")),
    )
    protect(op.get_bind())


def protect(bind: sa.Connection) -> None:
    """Refuse what must never happen to evidence, whoever holds the connection."""
    for table in EVIDENCE:
        if bind.dialect.name == "postgresql":
            protect_postgresql(table)
        else:
            protect_sqlite(table)


def protect_sqlite(table: str) -> None:
    """Write the triggers in SQLite's words."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {refuse}")


def protect_postgresql(table: str) -> None:
    """Write the triggers in PostgreSQL's words; the function is that of the first tables."""
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop what is empty; rows here are evidence, and then nothing is dropped."""
    for table in reversed(EVIDENCE):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table}")):
            message = f"{table} holds evidence and is never dropped"
            raise RuntimeError(message)
        op.drop_table(table)
