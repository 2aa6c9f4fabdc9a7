"""A tutor is given a tag, which a policy can be for, and the tag is ended again."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import Role
from portal.clearance.queries import standing
from portal.clearance.rules import decide
from portal.ledger.queries import about
from portal.people.models import Dated, Kind
from portal.people.queries import tags
from tests.factories import (
    POLICY,
    add_somebody,
    add_tutor,
    post,
    publish_policy,
    set_contacts,
    sign_in_as,
)

AUDIENCE = f"/publishing/policies/{POLICY}"


@pytest.fixture
def priya(app, client):
    """Sign in as HR, who has a policy and a tutor; return the tutor's id."""
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session)
        priya = add_tutor(session, "Priya Nair")
        sam = add_somebody(session, "Sam Whitlock", Role.HR)
    sign_in_as(client, sam)
    return priya


def read(app, ask, *args, **told):
    with app.extensions["db"].reader() as session:
        return ask(session, *args, **told)


def required(app, person_id):
    """Return the policies that block this tutor now."""
    blocks = decide(read(app, standing, person_id), at=clock.now()).blocks
    return {each.about.policy for each in blocks if each.about}


def period_of(app, person_id):
    mine = sa.select(Dated.id).where(Dated.person_id == person_id, Dated.kind == Kind.TAG)
    return read(app, lambda session: session.scalar(mine))


def test_what_is_for_a_tag_binds_whoever_has_it_and_nobody_after_it_ended(app, client, priya):
    here = f"/people/{priya}"
    post(client, f"{here}/tags", tag="  Evening  SESSIONS ")
    assert "Everybody tagged evening sessions" in client.get(AUDIENCE).text
    post(client, f"{AUDIENCE}/audience", audience="tag:evening sessions")
    assert required(app, priya) == {POLICY}

    post(client, f"{here}/tags/{period_of(app, priya)}/end")

    assert required(app, priya) == set()
    assert "No tag." in client.get(here).text
    assert read(app, tags) == ["evening sessions"]
    types = [each.type for each in read(app, about, priya) if "tag" in str(each.facts)]
    assert sorted(types) == ["period.begun", "period.ended"]


def test_a_tag_given_twice_is_one_and_ended_twice_is_unknown(app, client, priya):
    for _ in range(2):
        assert post(client, f"/people/{priya}/tags", tag="drivers").status_code == 302
    ending = f"/people/{priya}/tags/{period_of(app, priya)}/end"

    assert [post(client, ending).status_code for _ in range(2)] == [302, 404]
    assert "No tag." in client.get(f"/people/{priya}").text


@pytest.mark.parametrize("wrong", ["", "a:b", "under_score", "x" * 41, "-", "<b>"])
def test_what_is_no_word_is_said_so_and_stays_typed(app, client, priya, wrong):
    answer = post(client, f"/people/{priya}/tags", tag=wrong)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert read(app, tags) == []


def test_only_tutors_are_tagged_and_nobody_tags_themselves(app, client, priya):
    with app.extensions["db"].change() as session:
        author = add_somebody(session, "Jo Carne", Role.AUTHOR)
        both = add_somebody(session, "Wren Ashby", Role.HR, Role.TUTOR)
    assert post(client, f"/people/{author}/tags", tag="drivers").status_code == 404

    sign_in_as(client, both)

    assert post(client, f"/people/{both}/tags", tag="drivers").status_code == 409
    assert "Give this tag" not in client.get(f"/people/{both}").text
