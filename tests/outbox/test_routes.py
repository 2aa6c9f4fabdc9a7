"""The demonstration shows its mails to everybody; a real installation to nobody."""

import pytest

from portal.outbox.mail import Mail, deliver
from tests.factories import NOW

LINK = "http://localhost:8000/links/abc"
MAIL = Mail(
    to="priya@example.org",
    subject="<b>Welcome</b>",
    text=f"Hello {{{{ 7 * 7 }}}} <script>,\n\n{LINK}\n",
    key="abc",
)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def mail(app, settings):
    with app.app_context():
        deliver(MAIL, settings=settings, now=NOW)


def test_a_mail_can_be_read_and_its_link_followed_without_signing_in(client, mail):
    listed = client.get("/outbox").text

    address = listed.partition('href="/outbox/')[2].partition('"')[0]
    shown = client.get(f"/outbox/{address}").text

    assert f'<a href="{LINK}"' in shown
    assert "priya@example.org" in shown


def test_what_stands_in_a_mail_is_shown_and_never_run(client, mail):
    listed = client.get("/outbox").text

    assert "&lt;b&gt;Welcome&lt;/b&gt;" in listed
    assert "<script>" not in listed


def test_an_unknown_mail_is_not_there(client):
    assert client.get("/outbox/unknown").status_code == 404


@pytest.mark.parametrize("path", ["/outbox", "/outbox/anything"])
def test_outside_the_demonstration_there_is_no_such_page(client, app, path):
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"demonstration": False}
    )

    assert client.get(path).status_code == 404
