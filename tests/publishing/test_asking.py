"""A second person is told that a draft waits for them, and its author what they said."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM, Actor, Role
from portal.installation.desk import leave_a_draft
from portal.ledger.queries import told
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from portal.people.actions import end
from portal.people.directory import unended
from portal.people.models import Kind
from portal.people.queries import find_person
from tests.factories import POLICY, current, post, publish_policy
from tests.publishing import desks
from tests.publishing.desks import words_of

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MORGAN, ROBIN = "morgan.ellery@example.org", "robin.hale@example.org"
ADMIN = Role.ADMINISTRATOR
BUTTON = "Ask Morgan Ellery to check it"


@pytest.fixture
def settings(settings):
    """Mails are kept in the portal, where a test can read them."""
    told = {"demonstration": True, "mail_from": "portal@example.org"}
    return settings.model_copy(update=told)


@pytest.fixture
def desk(app):
    """An author whose small change is finished, and a safeguarding lead."""
    desk = desks.at_the_desk(app)
    with app.extensions["db"].change() as session:
        publish_policy(session)
        by = Actor(id=find_person(session, email=ROBIN).id, name="Robin Hale")
        made = {"settings": app.extensions["settings"], "by": by, "now": clock.now()}
        leave_a_draft(session, current(session), **made)
    return desk


def press(desk, what="request", *, by="author", **fields):
    return post(getattr(desk, by), f"{desk.page}/{what}", digest=desk.draft.digest, **fields)


def page(desk, *, of="author"):
    return words_of(getattr(desk, of).get(f"{desk.page}/preview").text)


def mails(desk):
    """Send what is due and return all that was mailed."""
    with desk.app.app_context():
        send_all(now=clock.now())
    with desk.app.extensions["db"].reader() as session:
        return list(session.scalars(sa.select(Mail)))


def mailed(desk, address):
    """Return the one mail that somebody got."""
    (found,) = [each for each in mails(desk) if each.recipient == address]
    return found


def test_one_press_mails_the_second_person_the_way_to_where_they_approve(desk):
    assert BUTTON in page(desk)

    press(desk)
    press(desk)

    mail = mailed(desk, MORGAN)
    assert mail.subject.startswith("Robin Hale asks you to check: ")
    assert "It changes the wording only" in mail.text
    assert f"{desk.app.extensions['settings'].public_url}{desk.page}/preview" in mail.text
    (entry,) = entries(desk, "draft.check-asked")
    assert entry.facts["digest"] == desk.draft.digest
    assert "Approve and publish version 1.1" in page(desk, of="lead")


@ONE_DATABASE
def test_the_page_says_whom_it_waits_for_and_after_a_change_they_are_asked_again(desk):
    press(desk)

    asked = page(desk)
    assert "Morgan Ellery was asked, " in asked
    assert BUTTON not in asked
    assert "The mail is on its way." in asked
    mails(desk)
    assert "on its way" not in page(desk)
    assert "Asked" in words_of(desk.author.get("/publishing").text)

    change(desk)

    assert BUTTON in page(desk)


@ONE_DATABASE
def test_a_page_without_a_mail_server_says_that_the_mail_waits(desk):
    use(desk, demonstration=False)

    press(desk)

    assert "The mail waits, because no mail server is set." in page(desk)


@ONE_DATABASE
def test_a_draft_that_is_not_finished_asks_nobody(desk):
    desks.write(desk, 1, "")

    assert BUTTON not in page(desk)
    assert press(desk).status_code == 409
    assert mails(desk) == []


@ONE_DATABASE
@pytest.mark.parametrize("then", ["change", "approve", "put away", "leave", "send back"])
def test_nobody_is_asked_any_more_about_what_has_come_to_an_end(desk, then):
    press(desk)

    ENDS[then](desk)

    assert MORGAN not in [each.recipient for each in mails(desk)]


def test_the_author_hears_that_it_is_approved_and_what_comes_next(desk):
    press(desk, "approval", by="lead")

    mail = mailed(desk, ROBIN)
    assert mail.subject.startswith("Approved: ")
    assert "It is not published yet. Publish it here:" in mail.text


@ONE_DATABASE
def test_an_author_who_may_not_publish_hears_who_may(app, desk):
    with app.extensions["db"].change() as session:
        robin = find_person(session, email=ROBIN).id
        (role,) = [each for each in unended(session, robin, kind=Kind.ROLE) if each.value == ADMIN]
        end(session, role.id, by=SYSTEM, now=clock.now())

    press(desk, "approval", by="lead")

    words = "HR, the safeguarding lead or an administrator"
    assert words in mailed(desk, ROBIN).text
    assert words in page(desk)


@ONE_DATABASE
def test_the_author_hears_that_it_is_published(desk):
    press(desk, "approval", by="lead", then="publish")

    mail = mailed(desk, ROBIN)
    assert mail.subject.startswith("Published: ")
    assert "version 1.1" in mail.subject
    assert mail.text.endswith(f"/publishing/policies/{POLICY}\n")


def test_it_is_sent_back_with_a_reason_that_the_author_reads_on_the_draft(desk):
    press(desk, "return", by="lead", reason="CSP-3 reads as if pyjamas were fine.")

    mail = mailed(desk, ROBIN)
    assert mail.subject.startswith("Sent back: ")
    assert "pyjamas" not in mail.text
    assert len(entries(desk, "draft.sent-back")) == 1
    draft = words_of(desk.author.get(desk.page).text)
    assert "Morgan Ellery sent it back CSP-3 reads as if pyjamas were fine." in draft
    assert "Sent back" in words_of(desk.author.get("/publishing").text)
    assert "waits for your approval" not in desk.lead.get("/publishing").text
    assert press(desk).status_code == 409

    change(desk)

    assert "It was changed since." in page(desk, of="lead")
    assert BUTTON in page(desk)


def test_a_no_after_an_approval_takes_it_back_and_an_approval_after_a_no_counts(desk):
    press(desk, "approval", by="lead")
    press(desk, "return", by="lead", reason="I read it again.")

    assert desk.draft.approval is None
    assert press(desk, "publication").status_code == 409

    press(desk, "approval", by="lead")

    assert desk.draft.approval is not None
    assert "sent it back" not in page(desk)


@ONE_DATABASE
def test_what_was_typed_is_kept_when_the_draft_was_changed_meanwhile(desk):
    old = desk.draft.digest
    change(desk)

    late = post(desk.lead, f"{desk.page}/return", digest=old, reason="Typed meanwhile.")
    empty = press(desk, "return", by="lead", reason=" ")

    assert (late.status_code, empty.status_code) == (409, 422)
    assert "Typed meanwhile." in late.text
    assert "Say what and why" in empty.text
    assert desk.draft.sent_back is None


@ONE_DATABASE
def test_whoever_wrote_in_a_draft_does_not_send_it_back(desk):
    change(desk, by="lead")

    assert press(desk, "return", by="lead", reason="No.").status_code == 409


def entries(desk, entry_type):
    with desk.app.extensions["db"].reader() as session:
        return told(session, desk.draft.id, entry_type=entry_type)


def change(desk, *, by="author"):
    fields = {"title": "Another part", "edition": desk.draft.edition}
    post(getattr(desk, by), f"{desk.page}/sections", **fields)
    number = len(desk.draft.manuscript.parts)
    sent = {"title": "Another part", "edition": desk.draft.edition}
    sent |= {"clauses-0-id": "", "clauses-0-text": "Nothing more."}
    post(getattr(desk, by), f"{desk.page}/sections/{number}", **sent)
    desks.say_terms(desk, kind="major", change_note="More.")


def leave(desk):
    with desk.app.extensions["db"].change() as session:
        desks.leave(session, MORGAN)


def use(desk, **settings):
    known = desk.app.extensions["settings"]
    desk.app.extensions["settings"] = known.model_copy(update=settings)


ENDS = {
    "change": change,
    "approve": lambda desk: press(desk, "approval", by="lead"),
    "put away": lambda desk: post(desk.author, f"{desk.page}/removal"),
    "leave": leave,
    "send back": lambda desk: press(desk, "return", by="lead", reason="No."),
}
