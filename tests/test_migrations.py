"""Tables: the migrations make exactly what the models say, and evidence is guarded on both."""

import importlib
import subprocess
import sys

import sqlalchemy as sa
from alembic import command

from portal.db import Base, UtcDateTime
from portal.migrate import alembic_config, upgrade

ROOMS = (
    "ledger",
    "outbox",
    "people",
    "policies",
    "quizzes",
    "acknowledgements",
    "clearance",
    "scheduling",
    "archive",
)
MUTABLE = {
    "alembic_version",
    "head",
    "outbox",
    "mails",
    "people",
    "teams",
    "policies",
    "sign_ins",
    "failed_sign_ins",
    "links",
    "comforts",
    "lessons",
    "drafts",
    "quiz_drafts",
}
ERASABLE = {
    "payloads",
    "records",
    "pdfs",
    "remarks",
    "reasons",
    "question_words",
    "printable_names",
}


def models() -> sa.MetaData:
    for room in ROOMS:
        importlib.import_module(f"portal.{room}.models")
    return Base.metadata


def render_item(kind, item, _context):
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def test_the_migrations_make_what_the_models_say(database_url):
    config = alembic_config(database_url)
    config.attributes.update(metadata=models(), render_item=render_item)

    command.check(config)  # raises when they differ

    engine = sa.create_engine(database_url)
    assert set(sa.inspect(engine).get_table_names()) - {"alembic_version"} == set(models().tables)
    engine.dispose()


def test_an_upgrade_of_the_newest_tables_changes_nothing(database_url):
    engine = sa.create_engine(database_url)
    before = triggers(engine)

    upgrade(database_url)

    assert triggers(engine) == before
    engine.dispose()


def test_two_that_start_at_once_make_the_tables_once(empty_database_url):
    words = "import sys; from portal.migrate import upgrade; upgrade(sys.argv[1])"
    command_line = [sys.executable, "-c", words, empty_database_url]

    both = [subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [each.communicate()[1] for each in both]

    assert [each.returncode for each in both] == [0, 0], told


def test_every_table_is_evidence_or_says_that_it_is_not(database_url):
    engine = sa.create_engine(database_url)

    guarded = {table for table, _ in triggers(engine)}

    assert guarded == set(models().tables) - MUTABLE
    assert all({"UPDATE", "DELETE"} <= guards(engine, table) for table in guarded)
    engine.dispose()


def triggers(engine: sa.Engine) -> set[tuple[str, str]]:
    if engine.dialect.name == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT event_object_table, trigger_name FROM information_schema.triggers"
    with engine.connect() as connection:
        return {(row[0], row[1]) for row in connection.execute(sa.text(query))}


def guards(engine: sa.Engine, table: str) -> set[str]:
    return {name.rsplit("_", 1)[-1].upper() for owner, name in triggers(engine) if owner == table}
