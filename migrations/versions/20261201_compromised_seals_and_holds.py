"""from when a seal's key was in other hands, and holds that keep evidence from being erased."""

import sqlalchemy as sa
from alembic import op

revision = "20261201b"
down_revision = "20261130c"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = ("seal_compromises", "holds", "hold_ends")


def upgrade() -> None:
    """Make the tables, and guard them like all evidence."""
    op.create_table(
        "seal_compromises",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["seals.fingerprint"], name=op.f("fk_seal_compromises_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_compromises")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_holds_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_person_id"), "holds", ["person_id"])
    op.create_table(
        "hold_ends",
        sa.Column("hold_id", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_hold_ends_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_hold_ends")),
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
