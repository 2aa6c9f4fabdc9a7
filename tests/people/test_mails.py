"""Who gets which mail is decided when it is sent, and each says who writes, why, and what to do."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import send_all
from portal.people.actions import ask_for_link, end, mail_invitation, set_password
from portal.people.models import Dated, Kind
from tests.factories import NOW, add_somebody, add_tutor, as_person, post
from tests.people.samples import EMAIL, add_priya, password_hash

HR = as_person("hr")


@pytest.fixture
def settings(settings):
    """A demonstration: its mails can be read."""
    told = {"demonstration": True, "public_url": "https://portal.example.org"}
    return settings.model_copy(update=told)


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def priya(change):
    with change() as session:
        return add_tutor(session)


def mails(app, *, now=NOW):
    """Send what waits and return the texts that left, in order."""
    with app.app_context():
        send_all(now=now)
    with app.extensions["db"].reader() as session:
        rows = session.execute(sa.select(Mail.recipient, Mail.subject, Mail.text, Mail.sent_at))
        return [row for row in rows if row.sent_at == now]


def invite(change, person_id, *, by=HR, now=NOW):
    with change() as session:
        mail_invitation(session, person_id, by=by, now=now)


def ask(change, email=EMAIL, *, now=NOW):
    with change() as session:
        ask_for_link(session, email, by=HR, now=now)


def link_in(mail):
    return re.search(r"https://portal\.example\.org(/links/\S+)", mail.text)[1]


def close(change, person_id):
    with change() as session:
        period = sa.select(Dated.id).where(Dated.person_id == person_id, Dated.kind == Kind.ENABLED)
        end(session, session.scalars(period).one(), by=SYSTEM, now=NOW)


def test_an_invitation_says_who_where_until_when_and_what_if_it_was_not_meant(app, change, priya):
    with change() as session:
        alex = add_somebody(session, "Alex Penrose")
    invite(change, priya, by=as_person(alex))

    (mail,) = mails(app)

    assert mail.recipient == EMAIL
    assert "Alex Penrose of Example Tutoring has invited you" in mail.text
    assert "until 30 Nov 2026, 10:00 GMT" in mail.text
    assert "If you do not know Example Tutoring, delete this mail" in mail.text


def test_the_mailed_link_opens_the_password_page(app, client, change, priya):
    now = clock.now()
    invite(change, priya, now=now)

    (mail,) = mails(app, now=now)

    assert client.get(link_in(mail)).status_code == 200


def test_no_secret_waits_in_the_outbox(app, change, priya):
    invite(change, priya)
    ask(change)
    (link,) = {link_in(mail) for mail in mails(app) if "invited" in mail.text}

    with change() as session:
        waited = " ".join(session.scalars(sa.select(Outgoing.payload)))
    assert link.removeprefix("/links/") not in waited
    assert "@" not in waited


def test_whoever_has_a_password_by_then_is_not_invited_any_more(app, change, priya):
    invite(change, priya)
    with change() as session:
        set_password(session, priya, password_hash="x")

    assert mails(app) == []


@pytest.mark.parametrize("queue", [invite, lambda change, _id: ask(change)], ids=["invite", "ask"])
def test_a_closed_account_gets_no_mail(app, change, priya, queue):
    queue(change, priya)
    close(change, priya)

    assert mails(app) == []


def test_a_second_press_of_the_button_is_one_mail_and_a_later_one_another(app, change, priya):
    invite(change, priya)
    invite(change, priya, now=NOW + timedelta(seconds=5))
    first = mails(app, now=NOW + timedelta(seconds=6))
    invite(change, priya, now=NOW + timedelta(minutes=5))

    assert len(first) == 1
    assert len(mails(app, now=NOW + timedelta(minutes=6))) == 1


def test_only_the_link_of_the_newest_mail_opens(app, client, change, priya):
    links = []
    for moment in (clock.now() - timedelta(hours=1), clock.now()):
        invite(change, priya, now=moment)
        links.append(link_in(mails(app, now=moment)[0]))

    assert [client.get(link).status_code for link in links] == [404, 200]


@pytest.fixture
def priya_with_password(app, change, priya):
    with change() as session:
        set_password(session, priya, password_hash=password_hash())
    return priya


def test_a_reset_says_until_when_and_what_if_it_was_not_me(app, change, priya_with_password):
    ask(change)

    (mail,) = mails(app)

    assert mail.recipient == EMAIL
    assert "until 23 Nov 2026, 11:00 GMT" in mail.text
    assert "If it was not you, do nothing" in mail.text


def test_an_unknown_address_gets_no_mail(app, change, priya):
    ask(change, "nobody@example.org")

    assert mails(app) == []


def test_asking_again_and_again_fills_nobodys_mailbox(app, change, priya_with_password):
    for seconds in range(0, 240, 10):
        ask(change, now=NOW + timedelta(seconds=seconds))

    assert len(mails(app, now=NOW + timedelta(minutes=10))) == 1


def test_a_changed_password_is_told_with_the_time_and_what_to_do(app, client, change):
    add_priya(app)
    now = clock.now()
    ask(change, now=now)
    (reset,) = mails(app, now=now)
    post(client, link_in(reset), password="four words nobody knows")

    (notice,) = mails(app, now=clock.now())

    assert notice.subject == "Your password was changed"
    assert clock.in_words(now) in notice.text
    assert "https://portal.example.org/reset" in notice.text


def test_a_link_never_follows_the_host_that_was_sent(app, client):
    add_priya(app)
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    post(client, "/reset", email=EMAIL)

    (mail,) = mails(app, now=clock.now())

    assert "evil.example" not in mail.text
    assert link_in(mail)


@pytest.mark.parametrize("name", ["O’Neil & <b>Söhne</b>", "{{ 7*7 }} %s ${x}"])
def test_a_name_is_written_as_it_is(app, change, name):
    with change() as session:
        person_id = add_somebody(session, "Priya Nair")
        session.execute(sa.text("UPDATE people SET name = :name"), {"name": name})
    invite(change, person_id)

    assert f"Hello {name},\n" in mails(app)[0].text
