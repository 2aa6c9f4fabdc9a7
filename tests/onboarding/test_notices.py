"""Who hears of a new version, what the mail says, and who is reminded when: once each."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.onboarding.rules import reminder
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import begin_day, send_all
from portal.people.engagements import leave
from portal.policies.actions import cancel
from tests.acknowledgements.tutors import colleague
from tests.clearance.companies import found_company
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import LEAD, NOW, POLICY, TEXT, publish_policy, renumbered

DAY = timedelta(days=1)
PUBLISHED = NOW + DAY
TODAY = NOW.date()


@pytest.fixture
def company(app):
    company = found_company(app)
    company.forget_mails()
    return company


def newer(version="2.0", *, why="Phones are mostly mobile now."):
    """Return the code with one sentence reworded, one added, and the reason of it."""
    text = TEXT.replace('version = "1.0"', f'version = "{version}"\nchange_note = "{why}"')
    text = text.replace("connection.", "connection or a good mobile one.", 1)
    return f"{text}\n{{#NEW-1}}\nTutors keep their phone charged.\n"


def publish(company, version="2.0", *, now=PUBLISHED, **more):
    with company.tutor.db.change() as session:
        return publish_policy(session, newer(version), now=now, **more)


def mails(company, *, now):
    """Send what is due; return the mails that tutors got."""
    with company.tutor.app.app_context():
        send_all(now=now)
    with company.tutor.db.reader() as session:
        found = session.execute(sa.select(Mail.recipient, Mail.subject, Mail.text))
        return [each for each in found if each.recipient == "priya.nair@example.org"]


def test_the_mail_says_what_changed_why_and_by_when(company):
    publish(company)

    (mail,) = mails(company, now=PUBLISHED)

    assert mail.subject.startswith("Please sign: ")
    assert "You signed version 1.0 on 23 Nov 2026." in mail.text
    assert "before 8 Dec 2026, 12:00 GMT" in mail.text
    assert "Why: Phones are mostly mobile now." in mail.text
    assert "* Reworded: " in mail.text
    assert "* Added: NEW-1, in “" in mail.text
    assert "Tutors keep their phone charged." in mail.text
    assert all(len(line) <= 78 for line in mail.text.splitlines() if "http" not in line)


def test_a_change_of_wording_asks_for_nothing(company):
    with company.tutor.db.change() as session:
        publish_policy(session, renumbered("1.1"), now=PUBLISHED)

    (mail,) = mails(company, now=PUBLISHED)

    assert mail.subject.startswith("New wording: ")
    assert "There is nothing to sign now" in mail.text


def test_only_whoever_signed_before_and_is_still_here_hears_of_it(company):
    colleague(company.tutor, "New Tutor")  # has signed nothing
    company.do(leave, company.tutor.id, reason="Moved away.")
    publish(company)

    assert mails(company, now=PUBLISHED) == []
    with company.tutor.db.reader() as session:
        kinds = session.scalars(sa.select(Outgoing.kind).where(Outgoing.made_at == PUBLISHED))
        assert list(kinds) == ["version-news"]


def test_a_notice_that_came_too_late_is_not_sent(company):
    publish(company, effective_at=PUBLISHED + 7 * DAY)
    with company.tutor.db.change() as session:
        told = {"reason": "A mistake in it.", "by": LEAD, "now": PUBLISHED}
        cancel(session, POLICY, "2.0", **told)

    assert mails(company, now=PUBLISHED) == []


def test_asked_twice_nobody_is_told_twice(company):
    publish(company)
    mails(company, now=PUBLISHED)
    with company.tutor.db.change() as session:
        news = sa.update(Outgoing).where(Outgoing.kind == "version-news")
        session.execute(news.values(done_at=None))

    assert len(mails(company, now=PUBLISHED + DAY)) == 1


def test_reminders_come_before_the_grace_ends_and_not_after(company):
    publish(company)
    sent = {}
    for day in range(16):
        now = PUBLISHED + day * DAY
        with company.tutor.app.app_context():
            begin_day(set(), now=now)
        sent[day] = len(mails(company, now=now))

    assert [sent[day] for day in (0, 6, 7, 12, 13, 15)] == [1, 1, 2, 2, 3, 3]  # the notice first


@pytest.mark.parametrize(
    ("left", "days"),
    [(31, None), (30, 30), (29, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_each_reminder_has_its_day_and_goes_out_late_rather_than_never(left, days):
    told = {"known_since": TODAY - 400 * DAY, "today": TODAY}

    assert reminder(TODAY + left * DAY, **told) == days


def test_what_the_notice_told_is_no_reminder():
    deadline = TODAY + 14 * DAY

    assert reminder(deadline, known_since=TODAY, today=TODAY + DAY) is None
    assert reminder(deadline, known_since=TODAY, today=TODAY + 7 * DAY) == 7
