"""Mails leave by real SMTP, and each answer of the server has one meaning."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.outbox.mail import Attachment, Mail, NeverSend, SendLater, compose, deliver
from portal.outbox.models import Mail as Shown
from tests.factories import NOW
from tests.standins.mail_server import Postmaster, free_port, mail_server, plain

MAIL = Mail(to="priya@example.org", subject="Welcome", text="Hello Priya.\n", key="abc")


@pytest.fixture
def send(settings):
    """Return `send(url, mail)`: deliver by the server at that URL."""
    told = {"mail_from": "Portal <portal@example.org>", "public_url": "https://portal.example.org"}

    def by(url, mail=MAIL):
        with_server = settings.model_copy(update={**told, "smtp_url": url})
        deliver(mail, settings=with_server, now=NOW)

    return by


def received(send, mail=MAIL):
    """Return the message as the server got it."""
    postmaster = Postmaster()
    with mail_server(postmaster) as url:
        send(url, mail)
    return postmaster.messages[0]


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_mail_arrives_as_it_was_written(send):
    message = received(send, replace(MAIL, text="Grüße, Zoë – see you.\n"))

    assert message["To"] == "priya@example.org"
    assert message["From"] == "Portal <portal@example.org>"
    assert message["Subject"] == "Welcome"
    assert plain(message) == "Grüße, Zoë – see you.\n"
    assert "<p>Grüße, Zoë – see you.</p>" in message.get_body(("html",)).get_content()
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_line_that_begins_with_from_stays_as_it_was_written(send):
    text = "Sign before noon.\nFrom then on nobody can schedule.\n"

    assert plain(received(send, replace(MAIL, text=text))) == text


def test_a_long_link_arrives_in_one_piece(send):
    link = "https://portal.example.org/links/" + "x" * 90

    message = received(send, replace(MAIL, text=f"Open this:\n\n{link}\n"))

    assert link in plain(message)
    assert f'<a href="{link}">' in message.get_body(("html",)).get_content()


def test_a_file_goes_with_the_mail(send):
    message = received(send, replace(MAIL, attachment=Attachment(name="a.pdf", content=b"%PDF-")))

    (file,) = message.iter_attachments()

    assert file.get_filename() == "a.pdf"
    assert file.get_content_type() == "application/pdf"
    assert file.get_content() == b"%PDF-"


def test_the_same_mail_sent_twice_carries_one_message_id(send):
    assert (
        received(send)["Message-ID"] == received(send)["Message-ID"] == "<abc@portal.example.org>"
    )


@pytest.mark.parametrize("answer", ["421 come back", "450 mailbox busy", "451 greylisted"])
@pytest.mark.parametrize("step", ["to_recipient", "to_data"])
def test_a_passing_refusal_is_tried_again(send, step, answer):
    with mail_server(Postmaster(**{step: answer})) as url, pytest.raises(SendLater):
        send(url)


@pytest.mark.parametrize("step", ["to_recipient", "to_data"])
def test_a_final_refusal_of_this_mail_ends_it(send, step):
    server = mail_server(Postmaster(**{step: "550 no such mailbox"}))

    with server as url, pytest.raises(NeverSend, match="550 no such mailbox"):
        send(url)


def test_nobody_listening_is_tried_again(send):
    with pytest.raises(SendLater):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_a_name_that_leads_nowhere_is_tried_again(send):
    with pytest.raises(SendLater):
        send("smtp://no-such-host.invalid:25")


def test_a_line_cut_after_the_data_is_tried_again(send):
    postmaster = Postmaster(hangs_up=True)

    with mail_server(postmaster) as url, pytest.raises(SendLater):
        send(url)

    assert len(postmaster.messages) == 1


def test_a_mail_the_server_took_is_sent_however_it_says_goodbye(send):
    postmaster = Postmaster(to_quit="421 in a hurry")

    with mail_server(postmaster) as url:
        send(url)

    assert len(postmaster.messages) == 1


def test_a_password_is_never_sent_in_the_open(send):
    postmaster = Postmaster()
    elsewhere = mail_server(postmaster, host="127.0.0.2")  # not one of our own names

    with elsewhere as url, pytest.raises(SendLater, match="no encryption"):
        send(url.replace("//", "//portal:secret@"))

    assert postmaster.messages == []


def test_without_a_server_everything_waits(send):
    with pytest.raises(SendLater, match="no mail server"):
        send("")


INJECTIONS = [
    {"to": "priya@example.org\r\nBcc: mallory@example.org"},
    {"to": "priya@example.org, mallory@example.org"},
    {"to": "priya@example.org\n\nHello"},
    {"subject": "Welcome\r\nBcc: mallory@example.org"},
    {"subject": "Welcome\nX-Header: more"},
]


@pytest.mark.parametrize("change", INJECTIONS, ids=str)
def test_nothing_typed_becomes_a_header_or_a_second_recipient(send, change):
    postmaster = Postmaster()

    with mail_server(postmaster) as url, pytest.raises(NeverSend):
        send(url, replace(MAIL, **change))

    assert postmaster.messages == []


def test_the_demonstration_shows_its_mails_and_sends_none(app, settings):
    shown = settings.model_copy(update={"demonstration": True, "smtp_url": "smtp://127.0.0.1:1"})

    with app.app_context():
        deliver(MAIL, settings=shown, now=NOW)

    with app.extensions["db"].reader() as session:
        (mail,) = session.execute(sa.select(Shown.recipient, Shown.subject, Shown.text))
    assert tuple(mail) == ("priya@example.org", "Welcome", "Hello Priya.\n")


def test_the_first_line_of_a_template_is_the_subject(app):
    words = {"name": "Zoë & Co", "organisation": "O’Neil", "changed": "today", "reset": "here"}

    with app.app_context():
        mail = compose("password-changed", to="zoe@example.org", key="k", words=words)

    assert mail.subject == "Your password was changed"
    assert mail.text.startswith("Hello Zoë & Co,\n")
