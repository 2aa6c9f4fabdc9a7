"""Asking for a new password: the same answer for everybody."""

import re

import pytest
import sqlalchemy as sa

from portal.ledger.queries import about
from portal.outbox.models import Outgoing
from tests.factories import post
from tests.people.samples import EMAIL, add_priya


@pytest.fixture
def priya(app):
    return add_priya(app)


def seen(client, answer):
    """Return what a stranger can compare."""
    page = client.get(answer.location).text
    return answer.status_code, answer.location, re.sub(r'value="[^"]+"', "", page)


def test_nobody_learns_who_has_an_account(client, priya):
    known = seen(client, post(client, "/reset", email=EMAIL))
    unknown = seen(client, post(client, "/reset", email="nobody@example.org"))

    assert known == unknown
    assert "If there is an account with this address" in known[2]


def test_the_same_is_written_for_an_unknown_address(client, app, priya):
    for email in (EMAIL, "nobody@example.org"):
        post(client, "/reset", email=email)

    with app.extensions["db"].reader() as session:
        queued = session.execute(sa.select(Outgoing.kind, sa.func.length(Outgoing.key))).all()
        asked = [about(session, subject)[0].type for subject in (priya, "visitor")]
    assert len(set(queued)) == 1
    assert len(queued) == 2
    assert asked == ["reset.asked"] * 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("email", ["", "x" * 300, "a\u202eb@example.org"])
def test_what_cannot_be_an_address_is_asked_for_again(client, email):
    answer = post(client, "/reset", email=email)

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text


def test_one_network_cannot_ask_without_end(client, priya):
    answers = [post(client, "/reset", email=f"p{n}@example.org").status_code for n in range(11)]

    assert answers == [302] * 10 + [429]
