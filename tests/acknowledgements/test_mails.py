"""The tutor's copy and word to the manager: made when they are sent, from what is stored then."""

import pytest
import sqlalchemy as sa

from portal.acknowledgements import mails
from portal.config import Settings
from portal.ledger.queries import told
from portal.outbox.mail import NeverSend
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import send_all
from portal.people.actions import end
from portal.people.models import Dated, Kind
from tests.acknowledgements.tutors import arrive
from tests.factories import LEAD, NOW


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def tutor(app):
    with app.app_context():
        yield arrive(app)


def sent(tutor):
    send_all(now=NOW)
    with tutor.db.reader() as session:
        return {row.recipient: row for row in session.execute(sa.select(*Mail.__table__.c))}


def test_the_tutor_gets_the_stored_pdf_and_the_ledger_says_so(tutor):
    serial = tutor.sign(tutor.unprinted())

    copy = sent(tutor)["priya.nair@example.org"]

    assert copy.attachment == f"{serial}.pdf"
    assert "counts until 23 Nov 2027, 12:00 GMT" in copy.text
    with tutor.db.reader() as session:
        (entry,) = told(session, tutor.id, entry_type="acknowledgement.mailed")
    assert entry.facts["serial"] == serial


def test_the_manager_is_told_who_signed_what(tutor):
    serial = tutor.sign(tutor.unprinted())

    word = sent(tutor)["alex.penrose@example.org"]

    assert word.subject == "Priya Nair has signed version 1.0"
    assert f"/tutors/{tutor.id}" in word.text
    assert f"/acknowledgements/{serial}" in word.text
    assert word.attachment == ""


def test_a_manager_who_is_gone_by_then_gets_no_mail(tutor):
    tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        lead = session.scalars(sa.select(Dated.id).where(Dated.kind == Kind.LEADS)).one()
        end(session, lead, by=LEAD, now=NOW)

    assert set(sent(tutor)) == {"priya.nair@example.org"}
    with tutor.db.reader() as session:
        failures = session.scalars(sa.select(Outgoing.failure)).all()
    assert "not sent: the tutor has no learning manager" in failures


def test_what_is_not_signed_is_never_sent(tutor):
    with pytest.raises(NeverSend):
        mails.send_copy({"acknowledgement": "nothing"}, "row", NOW)
