"""what comes after a signature."""

import sqlalchemy as sa
from alembic import op

revision = "20261130b"
down_revision = "20261123b"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = (
    "withdrawals",
    "corrections",
    "declines",
    "sittings",
    "paper_confirmations",
    "paper_rejections",
    "papers",
)
# Rows of this are never changed; one may be deleted once an erasure names it.
ERASABLE = {"remarks": "about"}


def upgrade() -> None:
    """Make the tables of what comes after a signature, and guard them like all evidence."""
    signature = sa.Column("signature", sa.String(length=100), nullable=False, server_default="")
    op.add_column("head", signature)
    op.create_table(
        "remarks",
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_remarks")),
    )
    op.create_table(
        "withdrawals",
        sa.Column("acknowledgement_id", sa.String(length=16), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"],
            ["acknowledgements.id"],
            name=op.f("fk_withdrawals_acknowledgement_id"),
        ),
        sa.PrimaryKeyConstraint("acknowledgement_id", name=op.f("pk_withdrawals")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("acknowledgement_id", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"],
            ["acknowledgements.id"],
            name=op.f("fk_corrections_acknowledgement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(
        op.f("ix_corrections_acknowledgement_id"), "corrections", ["acknowledgement_id"]
    )
    op.create_table(
        "declines",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_declines_person_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_declines_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declines")),
    )
    op.create_index(op.f("ix_declines_person_id"), "declines", ["person_id"])
    op.create_table(
        "sittings",
        sa.Column("attempt_id", sa.String(length=16), nullable=False),
        sa.Column("helper_id", sa.String(length=16), nullable=False),
        sa.Column("helper_role", sa.String(length=20), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_sittings_attempt_id")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_sittings_helper_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_sittings")),
    )
    upgrade_papers()
    protect(op.get_bind())


def upgrade_papers() -> None:
    """Make the tables of what was signed by hand."""
    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("attempt_id", sa.String(length=16), nullable=False),
        sa.Column("signed_on", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_papers_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_papers_version_id")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["results.attempt_id"], name=op.f("fk_papers_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    op.create_index(op.f("ix_papers_person_id"), "papers", ["person_id"])
    op.create_table(
        "paper_confirmations",
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("acknowledgement_id", sa.String(length=16), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_paper_confirmations_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"],
            ["acknowledgements.id"],
            name=op.f("fk_paper_confirmations_acknowledgement_id"),
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_confirmations")),
        sa.UniqueConstraint(
            "acknowledgement_id", name=op.f("uq_paper_confirmations_acknowledgement_id")
        ),
    )
    op.create_table(
        "paper_rejections",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rejected_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_paper_rejections_paper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_rejections")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_paper_rejections_paper_id")),
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
    op.drop_column("head", "signature")
