"""questions withdrawn, quizzes published."""

import sqlalchemy as sa
from alembic import op

revision = "20261130d"
down_revision = "20261130f"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = ("remarkings", "remarked_results", "quiz_versions")


def upgrade() -> None:
    """Make the tables of re-marking and of authoring; guard all but the draft."""
    op.create_table(
        "remarkings",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("scenario", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("must_cover", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarkings")),
        sa.UniqueConstraint("digest", name=op.f("uq_remarkings_digest")),
    )
    op.create_table(
        "remarked_results",
        sa.Column("remarking_id", sa.String(length=16), nullable=False),
        sa.Column("attempt_id", sa.String(length=16), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_remarked_results_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["remarking_id"], ["remarkings.id"], name=op.f("fk_remarked_results_remarking_id")
        ),
        sa.PrimaryKeyConstraint("remarking_id", "attempt_id", name=op.f("pk_remarked_results")),
    )
    op.create_index(op.f("ix_remarked_results_attempt_id"), "remarked_results", ["attempt_id"])
    make_authoring()
    protect(op.get_bind())


def make_authoring() -> None:
    """Make the tables of what authors write and what was published of it."""
    op.create_table(
        "quiz_versions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=16), nullable=False),
        sa.Column("published_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_versions")),
        sa.UniqueConstraint("policy", "major", "n", name=op.f("uq_quiz_versions_policy_major_n")),
    )
    op.create_table(
        "quiz_drafts",
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=16), nullable=False),
        sa.Column("saved_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("policy", name=op.f("pk_quiz_drafts")),
    )


def protect(bind: sa.Connection) -> None:
    """Refuse what must never happen to evidence, whoever holds the connection."""
    if bind.dialect.name == "postgresql":
        protect_postgresql()
    else:
        protect_sqlite()


def protect_sqlite() -> None:
    """Write the triggers in SQLite's words."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
    for table in EVIDENCE:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")


def protect_postgresql() -> None:
    """Write the triggers in PostgreSQL's words; the function is that of the first tables."""
    for table in EVIDENCE:
        row = f"ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {row}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {row}")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop what is empty; rows here are evidence, and then nothing is dropped."""
    for table in ("remarked_results", "remarkings", "quiz_versions", "quiz_drafts"):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table}")):
            message = f"{table} holds what nobody may drop"
            raise RuntimeError(message)
        op.drop_table(table)
