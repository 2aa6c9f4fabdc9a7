"""questions before signing, requests for waivers, reasons, and reading after a return."""

import sqlalchemy as sa
from alembic import op

revision = "20261130f"
down_revision = "20261130e"
branch_labels = None
depends_on = None

# Rows of these are never changed and never deleted.
EVIDENCE = (
    *("rereadings", "questions", "answers", "answer_views"),
    *("waiver_requests", "waiver_answers", "releases"),
)
# Rows of these are never changed; one may be deleted once an erasure names it.
ERASABLE = {"reasons": "about", "question_words": "about"}
MADE = (
    *("question_words", "answer_views", "answers", "questions", "rereadings"),
    *("waiver_answers", "waiver_requests", "releases", "reasons"),
)


def upgrade() -> None:
    """Make the tables and guard them like all evidence."""
    make_words()
    make_measures()
    make_questions()
    protect(op.get_bind())


def make_words() -> None:
    """Make the side tables of what people wrote."""
    table("reasons", text("about", 24), text("text", 1000), key=["about"])
    table("question_words", text("about", 16), text("text", 2000), key=["about"])


def make_measures() -> None:
    """Make what is asked and told about a tutor's standing."""
    table(
        "waiver_requests",
        *(text("id", 16), text("person_id", 16), text("policy", 60)),
        *(whole("major"), whole("cycle"), moment("starts_at"), moment("ends_at")),
        *(text("asked_by", 16), moment("asked_at")),
        key=["id"],
        refers={"person_id": "people.id", "policy": "policies.name"},
        found_by=["person_id"],
    )
    table(
        "waiver_answers",
        *(text("request_id", 16), sa.Column("waiver_id", sa.String(length=16), nullable=True)),
        *(text("answered_by", 16), moment("answered_at")),
        key=["request_id"],
        refers={"request_id": "waiver_requests.id", "waiver_id": "waivers.id"},
    )
    table(
        "releases",
        *(text("period_id", 16), moment("released_at"), text("released_by", 16)),
        *(text("ask_name", 120), text("ask_phone", 40)),
        key=["period_id"],
        refers={"period_id": "periods.id"},
    )


def make_questions() -> None:
    """Make what a tutor reads again and asks."""
    table(
        "rereadings",
        *(text("person_id", 16), text("version_id", 16), text("engagement_id", 16)),
        *(whole("section"), moment("opened_at")),
        key=["person_id", "version_id", "engagement_id", "section"],
        refers={
            "person_id": "people.id",
            "version_id": "versions.id",
            "engagement_id": "periods.id",
        },
    )
    table(
        "questions",
        *(text("id", 16), text("person_id", 16), text("version_id", 16), text("clause", 20)),
        *(text("asked_of", 20), moment("asked_at")),
        key=["id"],
        refers={"person_id": "people.id", "version_id": "versions.id"},
        found_by=["person_id"],
    )
    table(
        "answers",
        *(text("id", 16), text("question_id", 16), text("answered_by", 16)),
        *(text("answered_by_name", 120), moment("answered_at")),
        key=["id"],
        refers={"question_id": "questions.id"},
        found_by=["question_id"],
    )
    table(
        "answer_views",
        *(text("answer_id", 16), text("seen_by", 16), moment("seen_at")),
        key=["answer_id", "seen_by"],
        refers={"answer_id": "answers.id"},
    )


def table(
    name: str,
    *columns: sa.Column,
    key: list[str],
    refers: dict[str, str] | None = None,
    found_by: list[str] | None = None,
) -> None:
    """Make one table; `refers` maps a column to what it points at, `found_by` are indexed."""
    links = [
        sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{name}_{column}"))
        for column, to in (refers or {}).items()
    ]
    op.create_table(name, *columns, *links, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))
    for column in found_by or ():
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def text(name: str, length: int) -> sa.Column:
    """Return a column of text."""
    return sa.Column(name, sa.String(length=length), nullable=False)


def whole(name: str) -> sa.Column:
    """Return a column of whole numbers."""
    return sa.Column(name, sa.Integer(), nullable=False)


def moment(name: str) -> sa.Column:
    """Return a column of moments."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


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
    for name in MADE:
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {name}")):
            message = f"{name} holds evidence and is never dropped"
            raise RuntimeError(message)
        op.drop_table(name)
