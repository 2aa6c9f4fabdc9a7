"""Nobody is pressed to sign: who does not want to stays blocked, is heard, and may sign later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.declining import decline, declined, hear_of, said_of_hearer
from portal.acknowledgements.refusals import AlreadySigned, TextChanged
from portal.acknowledgements.verify import verify
from portal.clearance.queries import standing
from portal.clearance.rules import NOT_SIGNED, decide
from portal.config import Settings
from portal.ledger.queries import told
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from portal.people.actions import begin, end
from portal.people.models import Dated, Kind, Team
from tests.acknowledgements.tutors import PAGE, arrive, join
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    add_somebody,
    post,
    publish_policy,
    renumbered,
    sign_in_as,
)

WORDS = "I do not understand the part about the parent."
ADDRESS = f"/policies/{POLICY}/1.0/decline"


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def tutor(app):
    return arrive(app)


def say_no(tutor, *, now=NOW):
    settings = tutor.app.extensions["settings"]
    with tutor.db.change() as session:
        decline(session, POLICY, "1.0", reason=WORDS, by=tutor.actor, settings=settings, now=now)


def standing_declines(tutor):
    with tutor.db.reader() as session:
        return declined(session, [tutor.id])


def test_who_does_not_want_to_stays_blocked_and_may_sign_later(tutor):
    say_no(tutor)
    with tutor.db.reader() as session:
        assert NOT_SIGNED.code in decide(standing(session, tutor.id), at=NOW).codes
    assert [each.words for each in standing_declines(tutor)] == [WORDS]

    later = NOW + timedelta(hours=1)
    tutor.sign(tutor.unprinted(tutor.draft(now=later)), now=later)

    assert standing_declines(tutor) == ()
    assert verify(tutor.db.reader).faults == []


def test_it_is_on_the_ledger(tutor):
    say_no(tutor)

    with tutor.db.reader() as session:
        (entry,) = told(session, tutor.id, entry_type="policy.declined")
    assert entry.facts == {"policy": POLICY, "version": "1.0", "reason": WORDS}


def test_the_manager_hears_of_it_by_mail_without_what_was_written(tutor):
    say_no(tutor)
    with tutor.app.app_context():
        send_all(now=NOW)

    with tutor.db.reader() as session:
        mail = session.execute(sa.select(Mail.recipient, Mail.subject, Mail.text)).one()
    assert mail.recipient == "alex.penrose@example.org"
    assert mail.subject == "Priya Nair does not want to sign version 1.0 now"
    assert WORDS not in mail.text
    assert f"/tutors/{tutor.id}" in mail.text


def without_a_manager(tutor):
    with tutor.db.change() as session:
        lead = session.scalars(sa.select(Dated.id).where(Dated.kind == Kind.LEADS)).one()
        end(session, lead, by=LEAD, now=NOW)
        return add_somebody(session, "Hanna Reed", Role.HR)


def test_without_a_manager_hr_hears_of_it(tutor):
    hanna = without_a_manager(tutor)

    with tutor.db.reader() as session:
        assert [each.id for each in hear_of(session, tutor.id, now=NOW)] == [hanna]


def test_a_tutor_without_a_manager_is_told_that_it_goes_to_hr(tutor, client):
    without_a_manager(tutor)
    sign_in_as(client, tutor.id)

    assert "What you write here goes to HR, who will get in touch." in client.get(ADDRESS).text
    post(client, ADDRESS, reason=WORDS)
    assert "Sent. It goes to HR, who" in client.get("/").text


def test_a_deputy_who_stands_in_is_named_as_one(tutor):
    without_a_manager(tutor)
    with tutor.db.change() as session:
        team = session.scalars(sa.select(Team.id)).one()
        deputy = add_somebody(session, "Sam Okoro", Role.MANAGER)
        begin(session, deputy, kind=Kind.DEPUTISES, value=team, by=LEAD, now=NOW)

    with tutor.db.reader() as session:
        assert said_of_hearer(session, tutor.id, now=NOW) == "your deputy, Sam Okoro"


def test_what_is_signed_or_replaced_is_not_declined(tutor):
    with tutor.db.change() as session:
        publish_policy(session, renumbered("1.1"), now=NOW)
    with pytest.raises(TextChanged):
        say_no(tutor)


def test_what_is_signed_cannot_be_declined_any_more(tutor):
    tutor.sign(tutor.unprinted())

    with pytest.raises(AlreadySigned):
        say_no(tutor)


def test_a_tutor_says_so_on_a_page_and_the_manager_sees_it_first(tutor, client):
    sign_in_as(client, tutor.id)
    assert ADDRESS in client.get(PAGE).text
    page = client.get(ADDRESS).text
    assert "You do not have to sign" in page
    assert "goes to your learning manager, Alex Penrose, who" in page
    assert "Do not write a child’s name" in page
    assert "01632 960 111" in page

    empty, done = post(client, ADDRESS, reason=""), post(client, ADDRESS, reason=WORDS)

    assert (empty.status_code, done.location) == (422, "/")
    sign_in_as(client, tutor.manager_id)
    assert "One tutor does not want to sign now." in client.get("/tutors").text
    shown = client.get(f"/tutors/{tutor.id}").text
    assert WORDS in shown
    assert "Did not want to sign version 1.0 then" in shown


def test_nobody_needs_to_have_read_everything_to_say_so(app, client):
    sign_in_as(client, join(app).id)

    assert post(client, ADDRESS, reason=WORDS).location == "/"
