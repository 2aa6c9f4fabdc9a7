"""The escalation card: short enough to follow, and never less safe than common sense."""

import re

import pytest

from portal.access import Role
from portal.onboarding.procedures import MOST_WORDS, PROCEDURES
from portal.policies.text import parse
from tests.factories import (
    TEXT,
    add_managed_team,
    add_somebody,
    add_tutor,
    set_contacts,
    sign_in_as,
)

STEPS = [step for procedure in PROCEDURES for step in procedure.steps]
EMERGENCY = "If a child is in immediate danger, ring"


@pytest.fixture
def card(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        team, _ = add_managed_team(session)
        tutor = add_tutor(session, team=team)
    sign_in_as(client, tutor)
    return client.get("/now").text


def words_of(id):
    return [step.words for each in PROCEDURES if each.id == id for step in each.steps]


def test_there_are_the_four_procedures():
    assert {each.id for each in PROCEDURES} == {"dress", "harm", "place", "technology"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.words)
def test_a_step_has_at_most_twelve_words(step):
    assert len(step.words.split()) <= MOST_WORDS == 12


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.words)
def test_a_step_names_clauses_that_the_code_has(step):
    assert set(step.clauses) <= parse(TEXT).clauses.keys()


def test_every_escalation_clause_is_on_the_card():
    named = {clause for step in STEPS for clause in step.clauses}

    assert named >= {"GEO-6", "CSP-4", "CSP-5", "CSP-6", "CSP-7", "CSP-9", "CSP-10"}


def test_immediate_danger_comes_before_everything_else():
    assert words_of("harm")[0].startswith("Immediate danger: ring 999 first")


def test_a_feared_parent_is_not_rung_and_that_stands_before_the_call():
    said = words_of("harm")
    feared = next(n for n, words in enumerate(said) if "fears a parent" in words)
    call = next(n for n, words in enumerate(said) if "phone the parents" in words)

    assert feared < call
    assert "safeguarding lead, not that parent" in said[feared]


@pytest.mark.parametrize("procedure", ["harm", "dress"])
def test_where_a_call_is_due_it_says_what_to_do_when_nobody_answers(procedure):
    (step,) = [words for words in words_of(procedure) if "answer" in words]

    assert "keep trying" in step


def test_the_fixed_line_stands_above_the_procedures(card):
    assert card.index(EMERGENCY) < card.index("A child is not suitably dressed")
    assert card.index('href="tel:999"') < card.index("A child is not suitably dressed")


def test_everyone_to_ring_is_one_tap_away(card):
    contacts = card[: card.index("A child is not suitably dressed")]

    for name in ("Alex Penrose", "Robin Lead", "The night line"):
        assert name in contacts
    assert re.findall(r'href="(tel:[^"]+)"', contacts).count("tel:01632960001") == 2


def test_it_prints_as_one_card(card):
    assert '<body class="a5">' in card


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_is_signed_in_has_it(app, client, role):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        person = add_somebody(session, "Wren Ashby", role)
    sign_in_as(client, person)

    page = client.get("/now")

    assert page.status_code == 200
    assert "Robin Lead" in page.text


def test_nobody_else_has_it(client):
    assert client.get("/now").status_code == 302


def test_without_any_number_it_still_says_what_to_do(app, client):
    with app.extensions["db"].change() as session:
        tutor = add_tutor(session)
    sign_in_as(client, tutor)

    page = client.get("/now").text

    assert "No numbers are set yet" in page
    assert EMERGENCY in page
