"""why a second person sent a draft back."""

import sqlalchemy as sa
from alembic import op

revision = "20261202b"
down_revision = "20261201b"
branch_labels = None
depends_on = None

TABLE = "draft_returns"  # rows are never changed and never deleted


def upgrade() -> None:
    """Make the table, and guard it like all evidence."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("draft_id", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by", sa.String(length=16), nullable=False),
        sa.Column("returned_by_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_returns_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_returns")),
    )
    op.create_index(op.f("ix_draft_returns_draft_id"), TABLE, ["draft_id"])
    if op.get_bind().dialect.name == "postgresql":
        protect_postgresql()
    else:
        protect_sqlite()


def protect_sqlite() -> None:
    """Write the triggers in SQLite's words."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} {refuse}")


def protect_postgresql() -> None:
    """Write the triggers in PostgreSQL's words; the function is that of the first tables."""
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop what is empty; rows here are evidence, and then nothing is dropped."""
    if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {TABLE}")):
        message = f"{TABLE} holds evidence and is never dropped"
        raise RuntimeError(message)
    op.drop_table(TABLE)
