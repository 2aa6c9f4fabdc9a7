"""drafts, a second person's word for them, and help beside clauses."""

import sqlalchemy as sa
from alembic import op

revision = "20261130e"
down_revision = "20261130b"
branch_labels = None
depends_on = None

EVIDENCE = ("draft_approvals", "version_checks", "helps", "renewal_spreads")


def upgrade() -> None:
    """Make the tables, and guard those that are evidence."""
    _drafts()
    op.create_table(
        "draft_approvals",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("draft_id", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=16), nullable=False),
        sa.Column("approved_by_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_approvals_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_approvals")),
    )
    op.create_index(op.f("ix_draft_approvals_draft_id"), "draft_approvals", ["draft_id"])
    op.create_table(
        "version_checks",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=16), nullable=False),
        sa.Column("checked_by_name", sa.String(length=120), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_version_checks_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_checks")),
    )
    op.create_table(
        "helps",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_helps_version_id")),
        sa.PrimaryKeyConstraint("version_id", "clause", name=op.f("pk_helps")),
    )
    op.create_table(
        "renewal_spreads",
        sa.Column("enforcement_id", sa.String(length=16), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enforcement_id"],
            ["enforcements.id"],
            name=op.f("fk_renewal_spreads_enforcement_id"),
        ),
        sa.PrimaryKeyConstraint("enforcement_id", name=op.f("pk_renewal_spreads")),
    )
    protect(op.get_bind())


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("based_on", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("manuscript", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.String(length=10), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("renewal_months", sa.Integer(), nullable=False),
        sa.Column("audience_kind", sa.String(length=10), nullable=False),
        sa.Column("audience_value", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("editors", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_drafts_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_policy"), "drafts", ["policy"])


def protect(bind: sa.Connection) -> None:
    """Refuse what must never happen to evidence, whoever holds the connection."""
    for table in EVIDENCE:
        if bind.dialect.name == "postgresql":
            _protect_postgresql(table)
        else:
            _protect_sqlite(table)


def _protect_sqlite(table: str) -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")


def _protect_postgresql(table: str) -> None:
    row = f"ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {row}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {row}")
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in (*EVIDENCE, "drafts"):
        op.drop_table(table)
