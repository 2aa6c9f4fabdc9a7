"""Once a day everybody in HR is mailed a signed head of the ledger."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.archive.heads import queue_heads
from portal.config import Settings
from portal.ledger.keys import KEY, load_key
from portal.ledger.queries import head, told
from portal.ledger.witness import is_ours
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import begin_day, send_all
from portal.people.actions import end
from portal.people.directory import unended
from portal.people.models import Kind
from tests.factories import LEAD, NOW, add_somebody

NEXT = NOW + timedelta(days=1)
WAITING = sa.select(Outgoing.done_at, Outgoing.failure).where(Outgoing.kind == "ledger-head")


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def database(app):
    with app.app_context():
        yield app.extensions["db"]


@pytest.fixture
def sam(database):
    with database.change() as session:
        add_somebody(session, "Alex Penrose", Role.MANAGER)
        return add_somebody(session, "Sam Okoro", Role.HR)


def sent(database, *, now=NOW):
    send_all(now=now)
    with database.reader() as session:
        return session.execute(sa.select(Mail.recipient, Mail.text)).all()


def test_hr_and_nobody_else_gets_a_head_that_our_key_signed(database, settings, sam):
    with database.reader() as session:
        seq, link = head(session)
    begin_day(set(), now=NOW)

    ((recipient, text),) = sent(database)

    assert recipient == "sam.okoro@example.org"
    line, _, rest = text[text.index(f"{seq}:{link} ") :].partition("\n")
    signature = rest.partition("Signature: ")[2].split()[0]
    assert is_ours(line, signature, key=load_key(settings.keys).public_key())
    assert f"portal verify --head {seq}:{link}" in text


def test_the_ledger_says_which_head_went_to_whom(database, sam):
    with database.reader() as session:
        seq, link = head(session)
    begin_day(set(), now=NOW)
    sent(database)

    with database.reader() as session:
        (entry,) = told(session, sam, entry_type="head.mailed")
    assert (entry.facts["seq"], entry.facts["hash"]) == (seq, link)


def test_one_day_is_one_mail_however_often_a_worker_starts(database, sam):
    for _ in range(3):
        begin_day(set(), now=NOW)

    assert len(sent(database)) == 1


def test_the_next_day_is_another(database, sam):
    begun = set()
    for now in (NOW, NOW + timedelta(hours=1), NEXT):
        begin_day(begun, now=now)

    assert len(sent(database, now=NEXT)) == 2


def test_whoever_left_hr_meanwhile_gets_none(database, sam):
    with database.change() as session:
        queue_heads(session, "2026-11-23", NOW)
        for period in unended(session, sam, kind=Kind.ENABLED):
            end(session, period.id, by=LEAD, now=NOW)

    assert sent(database, now=NOW + timedelta(seconds=1)) == []


def test_without_its_key_the_mail_waits(database, settings, sam):
    (settings.keys / KEY).unlink()
    begin_day(set(), now=NOW)

    assert sent(database) == []
    with database.reader() as session:
        waiting = session.execute(WAITING).one()
    assert waiting.done_at is None
    assert "cannot be read" in waiting.failure
