"""A link opens once, for one person, for a while; every other one gives the same answer."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from portal import clock
from portal.access import SYSTEM
from portal.ledger.queries import about
from portal.outbox.models import Outgoing
from portal.people.actions import end, set_password
from portal.people.links import LinkOver, Purpose, get_link, mint, use
from portal.people.models import Dated, Kind, Link, Person
from tests.factories import NOW, add_somebody, add_tutor, post, sign_in_as
from tests.people.samples import is_signed_in, password_hash, try_to_sign_in

WEEK = timedelta(days=7)
NEW = "four words nobody knows"


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def priya(change):
    with change() as session:
        return add_tutor(session)


def make(change, person_id, purpose=Purpose.INVITATION, *, now=None, **more):
    with change() as session:
        return mint(session, person_id, purpose, lasts=WEEK, now=now or clock.now(), **more)


def opens(change, token, *, now=NOW):
    with change() as session:
        try:
            return get_link(session, token, now=now).person_id
        except LinkOver:
            return None


def test_only_a_digest_of_the_token_is_kept(change, priya):
    token = make(change, priya, now=NOW)

    with change() as session:
        (row,) = session.execute(sa.select(Link.__table__)).mappings()
    assert token not in map(str, row.values())
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize(("late", "whom"), [(-1, True), (0, False), (1, False)])
def test_a_link_ends_to_the_second(change, priya, late, whom):
    token = make(change, priya, now=NOW)

    found = opens(change, token, now=NOW + WEEK + timedelta(seconds=late))

    assert (found == priya) is whom


def test_a_newer_link_ends_the_older(change, priya):
    older, newer = (make(change, priya, now=NOW, sent_with=row) for row in ("one", "two"))

    assert opens(change, older) is None
    assert opens(change, newer) == priya


def test_a_mail_that_left_twice_works_whichever_copy_arrives(change, priya):
    copies = [make(change, priya, now=NOW, sent_with="one") for _ in range(2)]

    assert [opens(change, copy) for copy in copies] == [priya, priya]


def test_using_one_link_ends_all_of_that_person(change, priya):
    copies = [make(change, priya, now=NOW, sent_with="one") for _ in range(2)]
    reset = make(change, priya, Purpose.RESET, now=NOW)

    with change() as session:
        use(session, copies[0], now=NOW)

    assert [opens(change, each) for each in (*copies, reset)] == [None] * 3


def test_one_persons_link_leaves_anothers_alone(change, priya):
    with change() as session:
        jo = add_tutor(session, "Jo Trelawny")
    theirs = make(change, jo, now=NOW)
    mine = make(change, priya, now=NOW)

    with change() as session:
        use(session, mine, now=NOW)

    assert opens(change, theirs) == jo


def test_an_invitation_is_over_once_there_is_a_password(change, priya):
    token = make(change, priya, now=NOW)
    with change() as session:
        set_password(session, priya, password_hash="x")

    assert opens(change, token) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_closed_account_has_no_way_in(change, priya, purpose):
    token = make(change, priya, purpose, now=NOW)
    close(change, priya, now=NOW)

    assert opens(change, token, now=NOW + timedelta(seconds=1)) is None


def close(change, person_id, *, now):
    with change() as session:
        period = sa.select(Dated.id).where(Dated.person_id == person_id, Dated.kind == Kind.ENABLED)
        end(session, session.scalars(period).one(), by=SYSTEM, now=now)


pages_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pages_only
@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(guess=st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_nothing_that_was_not_sent_opens_anything(app, guess):
    assert opens(app.extensions["db"].change, guess) is None


def answer_to(client, token):
    answer = client.get(f"/links/{token}")
    return answer.status_code, answer.text


def test_used_expired_unknown_and_broken_links_look_the_same(client, change, priya):
    old = make(change, priya, now=clock.now() - WEEK)
    used = make(change, priya)
    with change() as session:
        use(session, used, now=clock.now())
    good = make(change, priya)
    flipped = good[:-1] + ("a" if good[-1] != "a" else "b")

    answers = {answer_to(client, token) for token in (old, used, "unknown", flipped, good[:20])}

    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_opening_a_link_changes_nothing_however_often_a_scanner_does(client, change, priya):
    token = make(change, priya)

    pages = [client.get(f"/links/{token}") for _ in range(3)]

    assert [page.status_code for page in pages] == [200] * 3
    assert "priya.nair@example.org" in pages[0].text
    assert opens(change, token, now=clock.now()) == priya


def test_an_invited_tutor_chooses_a_password_and_is_home(client, change, priya):
    token = make(change, priya)

    answer = post(client, f"/links/{token}", password=NEW)

    assert (answer.status_code, answer.location) == (302, "/")
    assert is_signed_in(client)
    assert try_to_sign_in(client, password=NEW).status_code == 302


def test_an_invitation_works_once(app, client, change, priya):
    token = make(change, priya)
    post(client, f"/links/{token}", password=NEW)

    again = post(app.test_client(), f"/links/{token}", password="four words others know")

    assert again.status_code == 404
    assert try_to_sign_in(client, password=NEW).status_code == 302


POOR = {"": "Enter a password", "short": "at least 12", "PriyaNair2026": "your name"}


@pages_only
@pytest.mark.parametrize(("password", "words"), POOR.items())
def test_a_poor_password_is_refused_and_the_link_still_works(
    client, change, priya, password, words
):
    token = make(change, priya)

    answer = post(client, f"/links/{token}", password=password)

    assert answer.status_code == 422
    assert words in answer.text
    assert not password or password not in answer.text
    assert opens(change, token, now=clock.now()) == priya


def test_whoever_is_signed_in_as_another_must_sign_out_first(client, change, priya):
    with change() as session:
        manager = add_somebody(session, "Alex Penrose")
    token = make(change, priya)
    sign_in_as(client, manager)

    answers = [client.get(f"/links/{token}"), post(client, f"/links/{token}", password=NEW)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "You are signed in as Alex Penrose" in answers[0].text
    assert opens(change, token, now=clock.now()) == priya


@pytest.fixture
def reset(change, priya):
    """A link for Priya, who has a password."""
    with change() as session:
        set_password(session, priya, password_hash=password_hash())
    return make(change, priya, Purpose.RESET)


def test_a_reset_sets_the_password_and_signs_nobody_in(client, reset):
    answer = post(client, f"/links/{reset}", password=NEW)

    assert answer.location == "/sign-in"
    assert not is_signed_in(client)
    assert try_to_sign_in(client).status_code == 422
    assert try_to_sign_in(client, password=NEW).status_code == 302


def test_a_reset_ends_every_sign_in_and_says_so_by_mail(app, client, priya, reset):
    thief = app.test_client()
    sign_in_as(thief, priya)

    post(client, f"/links/{reset}", password=NEW)

    assert not is_signed_in(thief)
    with app.extensions["db"].reader() as session:
        assert session.scalars(sa.select(Outgoing.kind)).all() == ["password-changed"]
        assert about(session, priya)[0].type == "password.set"


def test_a_reset_helps_whoever_was_made_to_wait(client, reset):
    for _ in range(6):
        waiting = try_to_sign_in(client, password="three other words")

    post(client, f"/links/{reset}", password=NEW)

    assert waiting.status_code == 429
    assert try_to_sign_in(client, password=NEW).status_code == 302


def test_ones_own_link_may_be_used_while_signed_in(client, priya, reset):
    sign_in_as(client, priya)

    assert post(client, f"/links/{reset}", password=NEW).location == "/sign-in"
    assert not is_signed_in(client)


def test_the_password_is_stored_only_as_a_hash(client, change, priya):
    post(client, f"/links/{make(change, priya)}", password=NEW)

    with change() as session:
        stored = session.scalars(sa.select(Person.password_hash)).one()
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", stored)
