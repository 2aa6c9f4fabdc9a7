"""The page on which the company's ruling is recorded, and the card that tutors see."""

import html

import pytest

from portal import clock
from portal.access import Role
from portal.quizzes.content import digest
from tests.factories import POLICY, add_somebody, add_tutor, post, publish_policy, sign_in_as
from tests.quizzes.samples import QUIZ

CARD = next(card for card in QUIZ.cards if card.id == "S38")
PAGE = f"/publishing/scenarios/{CARD.id}/ruling"
FORM = {
    "digest": digest(CARD),
    "words": "Ring the out of hours number.",
    "given_by": "Jo Marsh, director",
    "given_on": "2026-11-02",
}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def tutor(app, client):
    """A tutor; the safeguarding lead is at the browser."""
    with app.extensions["db"].change() as session:
        publish_policy(session, now=clock.now())
        lead = add_somebody(session, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
        tutor = add_tutor(session)
    sign_in_as(client, lead)
    return tutor


def test_a_ruling_is_recorded_with_who_gave_it_and_tutors_see_it(tutor, client):
    assert CARD.ruling in html.unescape(client.get(PAGE).text)

    answer = post(client, PAGE, **FORM)

    told = client.get(answer.location).text
    assert "Ring the out of hours number." in told
    assert "Recorded by Morgan Ellery" in told
    sign_in_as(client, tutor)
    shown = client.get(f"/policies/{POLICY}/1.0/cards").text
    assert "Ring the out of hours number." in shown
    assert "Jo Marsh, director, 2 Nov 2026" in shown


def test_emergencies_come_first_among_the_cards(tutor, client):
    sign_in_as(client, tutor)

    page = client.get(f"/policies/{POLICY}/1.0/cards").text

    assert page.index("Ring 999") < page.index("Not decided yet: Does the sentence")
    assert page.count('id="card-S') == len(QUIZ.cards) == 14


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"words": " "}, "Write what was decided"),
        ({"given_by": ""}, "Say who decided"),
        ({"given_on": "soon"}, "Write the day like 2026-12-03"),
        ({"given_on": "2099-01-01"}, "the date lies ahead"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_is_kept(tutor, client, changes, words):
    answer = post(client, PAGE, **{**FORM, **changes})

    assert answer.status_code == 422
    assert words in answer.text
    assert "Jo Marsh" in answer.text or "given_by" in changes


@pytest.mark.parametrize("scenario", ["S13", "NONE"])
def test_there_is_no_ruling_on_what_is_asked(tutor, client, scenario):
    assert client.get(PAGE.replace("S38", scenario)).status_code == 404
