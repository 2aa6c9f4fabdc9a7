"""Revoked, withdrawn, corrected: new rows beside the original, which stays as it is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.afterwards import AlreadyOver, came_after, correct, revoke, withdraw
from portal.acknowledgements.queries import find_pdf, get_acknowledgement
from portal.acknowledgements.verify import verify
from portal.clearance.queries import standing
from portal.clearance.rules import REVOKED, decide
from portal.config import Settings
from portal.errors import NotFound
from portal.ledger.queries import told
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from tests.acknowledgements.tutors import PASSWORD, arrive
from tests.factories import NOW, add_somebody, as_person, post, sign_in_as

LATER, MOMENT = NOW + timedelta(hours=1), timedelta(microseconds=1)
HR = as_person("hr", Role.HR, name="Hanna Reed")
ENDS = {"revoked": revoke, "withdrawn": withdraw}


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def serial(tutor):
    return tutor.sign(tutor.unprinted())


def do(tutor, action, serial, *, by=None, now=LATER):
    by = by or (tutor.actor if action is withdraw else HR)
    with tutor.db.change() as session:
        action(session, serial, reason="Signed in error.", by=by, now=now)


def decided(tutor, at):
    with tutor.db.reader() as session:
        return decide(standing(session, tutor.id), at=at)


def after(tutor, serial):
    with tutor.db.reader() as session:
        row = get_acknowledgement(session, serial, seen_by=HR, now=LATER)
        return came_after(session, row.id)


@pytest.mark.parametrize("what", ENDS)
def test_an_end_ends_clearance_from_its_own_time_and_never_earlier(tutor, serial, what):
    do(tutor, ENDS[what], serial)

    assert decided(tutor, LATER - MOMENT).cleared
    assert REVOKED.code in decided(tutor, LATER).codes
    (only,) = after(tutor, serial)
    assert (only.what, only.at, only.words) == (what, LATER, "Signed in error.")


def test_a_note_changes_nothing_but_stands_beside_and_may_be_followed(tutor, serial):
    do(tutor, correct, serial)
    do(tutor, correct, serial, now=LATER + MOMENT)
    do(tutor, revoke, serial, now=LATER + 2 * MOMENT)

    assert decided(tutor, LATER + MOMENT).cleared
    assert [each.what for each in after(tutor, serial)] == ["corrected", "corrected", "revoked"]


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
def test_a_signature_ends_once(tutor, serial, first, second):
    do(tutor, ENDS[first], serial)

    with pytest.raises(AlreadyOver):
        do(tutor, ENDS[second], serial)


@pytest.mark.parametrize("action", [revoke, correct, withdraw])
def test_nobody_but_hr_ends_or_corrects_and_nobody_but_the_tutor_withdraws(tutor, serial, action):
    manager = as_person(tutor.manager_id, Role.MANAGER, Role.TUTOR)

    with pytest.raises(NotFound):
        do(tutor, action, serial, by=manager)
    with pytest.raises(NotFound):
        do(tutor, action, serial, by=tutor.actor if action is not withdraw else HR)


@pytest.mark.parametrize("action", [revoke, correct, withdraw])
def test_the_original_stays_all_fits_and_the_ledger_tells_it(tutor, serial, action):
    with tutor.db.reader() as session:
        row = get_acknowledgement(session, serial, seen_by=HR, now=LATER)
        before = find_pdf(session, row.id)

    do(tutor, action, serial)

    kind = {revoke: "revoked", correct: "corrected", withdraw: "withdrawn"}[action]
    with tutor.db.reader() as session:
        assert find_pdf(session, row.id) == before
        (entry,) = told(session, tutor.id, entry_type=f"acknowledgement.{kind}")
    assert (entry.facts["serial"], entry.facts["reason"]) == (serial, "Signed in error.")
    assert verify(tutor.db.reader).faults == []


@pytest.mark.parametrize("action", [revoke, correct, withdraw])
def test_tutor_and_manager_are_told_by_mail_and_the_reason_stays_here(tutor, serial, action):
    do(tutor, action, serial)
    with tutor.app.app_context():
        send_all(now=LATER)

    with tutor.db.reader() as session:
        subject = Mail.subject.startswith("The signature of Priya Nair ")
        rows = session.execute(sa.select(Mail.recipient, Mail.text).where(subject)).all()
    assert {row.recipient for row in rows} == {"priya.nair@example.org", "alex.penrose@example.org"}
    for row in rows:
        assert "Signed in error" not in row.text
        assert f"/acknowledgements/{serial}" in row.text
        assert ("stopped counting on 23 Nov 2026" in row.text) == (action is not correct)


def test_hr_revokes_on_a_page_and_all_pages_say_so(tutor, serial, client):
    with tutor.db.change() as session:
        hanna = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, hanna)
    page = f"/acknowledgements/{serial}"
    assert "Revoke it" in client.get(page).text

    empty = post(client, f"{page}/revocation", reason=" ")
    done = post(client, f"{page}/revocation", reason="It was somebody else.")

    assert (empty.status_code, "Say why it is revoked" in empty.text) == (422, True)
    assert done.location == page
    assert "It was somebody else." in client.get(page).text
    assert "HR revoked the signature of version 1.0" in client.get(f"/tutors/{tutor.id}").text
    assert client.get(f"{page}/revocation").status_code == 409
    sign_in_as(client, tutor.id)
    assert "This signature was revoked" in client.get(page).text
    assert "It was somebody else." in client.get(page).text


def test_a_tutor_withdraws_with_the_password(tutor, serial, client):
    sign_in_as(client, tutor.id)
    page = f"/acknowledgements/{serial}"
    assert "Withdraw this signature" in client.get(page).text

    wrong = post(client, f"{page}/withdrawal", reason="Not sure any more.", password="a guess")
    assert (wrong.status_code, "Not sure any more." in wrong.text) == (422, True)
    assert after(tutor, serial) == ()
    post(client, f"{page}/withdrawal", reason="Not sure any more.", password=PASSWORD)

    assert "You have withdrawn this signature" in client.get(page).text
    assert "before you can teach" in client.get("/").text
