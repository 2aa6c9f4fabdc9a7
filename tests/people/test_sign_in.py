"""Signing in: one answer for anyone, slower for whoever guesses, really over at the end."""

import re
from datetime import timedelta

import argon2
import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM
from portal.ledger.queries import about
from portal.people.actions import end
from portal.people.models import Dated, Kind, Person, SignIn
from portal.people.sign_in import MOST
from tests.factories import add_somebody, post, sign_in_as
from tests.people.samples import (
    EMAIL,
    PASSWORD,
    add_priya,
    is_signed_in,
    pass_time,
    try_to_sign_in,
)

# What the database cannot change is tried on one.
pages_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def priya(app):
    return add_priya(app)


def count(app, table):
    with app.extensions["db"].reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_the_right_password_signs_in_and_leads_home(client, priya):
    answer = try_to_sign_in(client)

    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_signed_in(client)


@pages_only
@pytest.mark.parametrize("email", ["PRIYA.NAIR@example.org", "  priya.nair@example.org "])
def test_the_address_may_be_spelled_loosely(client, priya, email):
    assert try_to_sign_in(client, email=email).status_code == 302


def test_one_lands_where_one_wanted_to_go(client, priya):
    client.get("/sign-ins?from=mail")

    assert try_to_sign_in(client).location == "/sign-ins?from=mail"
    assert try_to_sign_in(client).location == "/"


HOSTILE = ["//evil.example", "/\\evil.example", "https:/evil.example", "/\t/evil.example"]


@pages_only
@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_nobody_is_led_off_site_after_signing_in(client, priya, path):
    with client.session_transaction() as browser:
        browser["then"] = path

    answer = try_to_sign_in(client, next=path, then=path)

    assert answer.location == "/"


def without_tokens(answer):
    """Return what a stranger can compare: everything but the form's own token and the address."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    return answer.status_code, re.sub(r"\S+@example.org", "", text), answer.headers.get("Location")


def test_an_unknown_address_gets_the_answer_of_a_wrong_password(client, priya):
    wrong = without_tokens(try_to_sign_in(client, password="three other words"))
    unknown = without_tokens(try_to_sign_in(client, email="nobody@example.org"))

    assert wrong == unknown
    assert wrong[0] == 422


def close_account(app, person_id):
    with app.extensions["db"].change() as session:
        period = sa.select(Dated.id).where(Dated.person_id == person_id, Dated.kind == Kind.ENABLED)
        end(session, session.scalars(period).one(), by=SYSTEM, now=clock.now())


def test_a_closed_account_gets_the_answer_of_an_unknown_one(client, app, priya):
    close_account(app, priya)

    closed = without_tokens(try_to_sign_in(client))
    unknown = without_tokens(try_to_sign_in(client, email="nobody@example.org"))

    assert closed == unknown


def test_somebody_invited_who_has_no_password_cannot_sign_in(client, app):
    with app.extensions["db"].change() as session:
        add_somebody(session, "Priya Nair")

    assert try_to_sign_in(client).status_code == 422


def test_what_was_typed_is_kept_but_never_the_password(client, priya):
    page = try_to_sign_in(client, password="not her password", shared="y").text

    assert f'value="{EMAIL}"' in page
    assert "not her password" not in page
    assert re.search(r'<input[^>]* checked [^>]*name="shared"', page)
    assert 'href="#password"' in page


@pages_only
@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("", PASSWORD, "email"),
        (" \u200b ", PASSWORD, "email"),
        ("a" * 10_000, PASSWORD, "email"),
        ("a\0b@example.org", PASSWORD, "email"),
        (EMAIL, "", "password"),
        (EMAIL, "x" * 1_000_000, "password"),
    ],
    ids=["empty", "blank", "long", "nul", "no password", "a megabyte"],
)
def test_what_cannot_be_right_is_refused_before_any_work(
    client, app, priya, email, password, field
):
    answer = try_to_sign_in(client, email=email, password=password)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert happened(app, priya) == []


def happened(app, subject):
    """Return the types of what the ledger says about signing in."""
    with app.extensions["db"].reader() as session:
        entries = [each.type for each in about(session, subject)]
    return [entry for entry in entries if entry.startswith(("proof", "signed"))]


def test_failures_and_successes_are_on_the_ledger(client, app, priya):
    try_to_sign_in(client, password="three other words")
    try_to_sign_in(client, email="nobody@example.org")
    try_to_sign_in(client)

    assert happened(app, priya) == ["signed-in", "proof.failed"]
    assert happened(app, "visitor") == ["proof.failed"]


def test_signing_out_ends_it_even_for_a_copied_cookie(app, client, priya):
    try_to_sign_in(client)
    copied = client.get_cookie("portal").value

    answer = post(client, "/sign-out")

    thief = app.test_client()
    thief.set_cookie("portal", copied)
    assert answer.location == "/sign-in"
    assert not is_signed_in(thief)
    assert count(app, SignIn) == 0


def test_nothing_of_the_cookie_before_survives_signing_in(client, app, priya):
    sign_in_as(client, priya)
    before = client.get_cookie("portal").value

    try_to_sign_in(client)

    old = app.test_client()
    old.set_cookie("portal", before)
    assert not is_signed_in(old)
    assert is_signed_in(client)


def test_whoever_is_signed_in_need_not_sign_in(client, priya):
    sign_in_as(client, priya)

    answer = client.get("/sign-in")

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    ("shared", "minutes", "stands"),
    [("", 59, True), ("", 61, False), ("y", 9, True), ("y", 11, False)],
)
def test_a_sign_in_ends_after_minutes_without_a_click(client, app, priya, shared, minutes, stands):
    try_to_sign_in(client, shared=shared)
    pass_time(app, seconds=minutes * 60)

    assert is_signed_in(client) is stands


def test_a_sign_in_ends_after_twelve_hours_however_busy(client, app, priya):
    try_to_sign_in(client)
    for _ in range(13):
        pass_time(app, seconds=55 * 60)
        stands = is_signed_in(client)

    assert stands
    pass_time(app, seconds=6 * 60)
    assert not is_signed_in(client)
    assert count(app, SignIn) == 0


def test_a_closed_account_is_signed_out_at_once_and_for_good(client, app, priya):
    sign_in_as(client, priya)
    close_account(app, priya)

    assert not is_signed_in(client)
    assert count(app, SignIn) == 0


def test_the_oldest_sign_in_makes_room(app, client, priya):
    for _ in range(MOST):
        sign_in_as(app.test_client(), priya)

    try_to_sign_in(client)

    assert is_signed_in(client)
    assert count(app, SignIn) == MOST


@pages_only
@pytest.mark.parametrize("cookie", ["x" * 5000, "\x7f.\xff.\x01", "eyJhIjoxfQ.a.b", ""])
def test_a_cookie_that_makes_no_sense_is_nobody(client, cookie):
    answer = client.get("/details", headers={"Cookie": f"portal={cookie}; portal=again"})

    assert answer.status_code == 302


def test_a_form_from_elsewhere_signs_nobody_in(client, priya):
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

    assert answer.status_code == 400
    assert PASSWORD not in answer.text


def test_a_weaker_hash_is_made_anew_when_its_owner_signs_in(client, app, priya):
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with app.extensions["db"].change() as session:
        session.execute(sa.update(Person).values(password_hash=weak))

    answers = [try_to_sign_in(client).status_code for _ in range(2)]

    with app.extensions["db"].reader() as session:
        assert "m=19456,t=2,p=1" in session.scalars(sa.select(Person.password_hash)).one()
    assert answers == [302, 302]


def test_a_broken_hash_opens_nothing_and_breaks_nothing(client, app, priya):
    with app.extensions["db"].change() as session:
        session.execute(sa.update(Person).values(password_hash="$argon2id$broken"))

    assert try_to_sign_in(client).status_code == 422


def test_what_was_shown_is_not_kept_for_the_next_person(client, priya):
    sign_in_as(client, priya)

    assert client.get("/details").headers["Cache-Control"] == "no-store"
    assert post(client, "/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_time_stands_still_for_nobody(app, client, priya):
    try_to_sign_in(client)
    pass_time(app, seconds=120)
    client.get("/details")

    with app.extensions["db"].reader() as session:
        seen = session.scalars(sa.select(SignIn.seen_at)).one()
    assert clock.now() - seen < timedelta(minutes=1)
