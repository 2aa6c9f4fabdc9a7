"""Who hears that a version was called off, and what the mail says: once each."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.acknowledgements.afterwards import revoke
from portal.acknowledgements.models import Acknowledgement
from portal.outbox.models import Outgoing
from portal.outbox.worker import send_all
from portal.people.engagements import leave
from portal.policies.actions import cancel
from portal.policies.text import digest
from tests.acknowledgements.tutors import colleague
from tests.clearance.companies import found_company
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import LEAD, POLICY, pass_quiz
from tests.onboarding.test_notices import DAY, PUBLISHED, mails, newer, publish

CALLED_OFF = sa.select(Outgoing.id).where(Outgoing.kind == "version-called-off")
OFF = PUBLISHED + 2 * DAY


@pytest.fixture
def company(app):
    company = found_company(app)
    company.forget_mails()
    return company


def announce(company):
    return publish(company, effective_at=PUBLISHED + 7 * DAY)


def call_off(company, *, now=OFF):
    with company.tutor.db.change() as session:
        cancel(session, POLICY, "2.0", reason="A mistake in it.", by=LEAD, now=now)


def told(company, *, now=OFF):
    """Return the mails about what was called off; the one of the new version is passed over."""
    return [each for each in mails(company, now=now) if each.subject.startswith("Called off: ")]


def test_who_was_told_of_it_hears_what_holds_instead(company):
    announce(company)
    mails(company, now=PUBLISHED)
    call_off(company)

    (mail,) = told(company)

    assert mail.subject.endswith(", version 2.0")
    assert "It was to hold from 1 Dec 2026, 10:00 GMT. It will not." in mail.text
    assert "There is no need to sign it." in mail.text
    assert "Version 1.0, which you signed on 23 Nov 2026." in mail.text
    assert "There is nothing to sign now." in mail.text
    assert "does not count" not in mail.text
    assert all(len(line) <= 78 for line in mail.text.splitlines() if "http" not in line)


def test_whoever_signed_it_hears_that_this_signature_does_not_count_any_more(company):
    announce(company)
    tutor, later = company.tutor, PUBLISHED + DAY
    with tutor.db.change() as session:
        pass_quiz(session, tutor.id, now=later)
    draft = tutor.draft(version="2.0", shown=digest(newer()), now=later)
    tutor.sign(tutor.unprinted(draft), now=later)
    call_off(company)

    (mail,) = told(company)

    assert "You signed it on 25 Nov 2026. That signature does not count any more." in mail.text
    assert "Version 1.0, which you signed on 23 Nov 2026." in mail.text


def test_whoever_holds_nothing_else_is_asked_for_the_version_that_binds(company):
    announce(company)
    with company.tutor.app.app_context():
        send_all(now=PUBLISHED)
    with company.tutor.db.reader() as session:
        serial = session.scalar(sa.select(Acknowledgement.serial))
    company.do(revoke, serial, reason="Signed by somebody else.", now=PUBLISHED + DAY)
    call_off(company)

    (mail,) = told(company)

    assert "Version 1.0. No signature of yours counts for it." in mail.text
    assert "Please sign version 1.0.\nNo session can be scheduled for you" in mail.text


def test_whoever_left_or_heard_nothing_of_it_gets_no_mail(company):
    announce(company)
    with company.tutor.app.app_context():
        send_all(now=PUBLISHED)
    colleague(company.tutor, "New Tutor")  # has signed nothing and was told nothing
    company.do(leave, company.tutor.id, reason="Moved away.", now=PUBLISHED + DAY)
    call_off(company)

    assert told(company) == []
    with company.tutor.db.reader() as session:
        assert not session.scalars(CALLED_OFF).all()


def test_asked_twice_nobody_is_told_twice_that_it_is_off(company):
    announce(company)
    mails(company, now=PUBLISHED)
    call_off(company)
    told(company)
    with company.tutor.db.change() as session:
        news = sa.update(Outgoing).where(Outgoing.kind == "version-off-news")
        session.execute(news.values(done_at=None))

    assert len(told(company, now=OFF + timedelta(hours=1))) == 1
