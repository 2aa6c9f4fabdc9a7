"""what the company decided about cards."""

import sqlalchemy as sa
from alembic import op

revision = "20261130c"
down_revision = "20261130a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of rulings, and guard it like all evidence."""
    op.create_table(
        "rulings",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("card", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("given_on", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
    )
    op.create_index(op.f("ix_rulings_card"), "rulings", ["card"])
    protect(op.get_bind())


def protect(bind: sa.Connection) -> None:
    """Refuse what must never happen to evidence, whoever holds the connection."""
    if bind.dialect.name == "postgresql":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER rulings_no_{verb.lower()} BEFORE {verb} ON rulings"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            "CREATE TRIGGER rulings_no_truncate BEFORE TRUNCATE ON rulings"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER rulings_no_{verb.lower()} BEFORE {verb} ON rulings"
            " BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
        )


def downgrade() -> None:
    """Drop what is empty; rows here are evidence, and then nothing is dropped."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM rulings")):
        message = "rulings holds evidence and is never dropped"
        raise RuntimeError(message)
    op.drop_table("rulings")
