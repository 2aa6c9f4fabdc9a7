"""A question found wrong is withdrawn with a reason, after seeing what that changes."""

import html

import pytest

from portal import clock
from portal.access import Role
from portal.quizzes.queries import passes
from tests.acknowledgements.tutors import join
from tests.factories import add_somebody, post, read_all, sign_in_as
from tests.quizzes.test_remarking import SPARE, SPARE_SEED, finish

PAGE = f"/publishing/scenarios/{SPARE.scenario.id}"
FORM = {"digest": SPARE.digest, "reason": "Both answers keep the child safe."}


@pytest.fixture
def tutor(app, client):
    """Somebody who failed only because of one question; the safeguarding lead is at the browser."""
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        finish(session, tutor.id, SPARE, seed=SPARE_SEED, now=clock.now())
        lead = add_somebody(session, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
    sign_in_as(client, lead)
    return tutor


def test_the_lead_sees_what_it_changes_and_withdraws_it(tutor, client):
    assert (
        "1 finished try asked it. 1 of them failed only because of it."
        in client.get(f"{PAGE}/remarking").text
    )

    answer = post(client, f"{PAGE}/remarking", **FORM)

    told = client.get(answer.headers["Location"]).text
    assert "Tries that are passed now: 1." in told
    assert "Withdrawn as wrong by Morgan Ellery" in told
    assert FORM["reason"] in told
    with tutor.db.reader() as session:
        assert len(passes(session, tutor.id)) == 1


def test_both_results_are_shown_to_the_manager(tutor, client):
    post(client, f"{PAGE}/remarking", **FORM)

    sign_in_as(client, tutor.manager_id)
    page = html.unescape(client.get(f"/tutors/{tutor.id}").text)

    for words in ("Not passed", "Passed, marked again", "marked again:"):
        assert words in page


def test_without_a_reason_nothing_is_withdrawn_and_the_page_says_so(tutor, client):
    answer = post(client, f"{PAGE}/remarking", **{**FORM, "reason": " "})

    assert answer.status_code == 422
    assert "Say what is wrong" in answer.text


def test_words_that_were_not_shown_are_not_withdrawn(tutor, client):
    answer = post(client, f"{PAGE}/remarking", **{**FORM, "digest": "0" * 64})

    assert answer.status_code == 409
    with tutor.db.reader() as session:
        assert passes(session, tutor.id) == []


def test_what_was_withdrawn_is_no_longer_in_the_figures(tutor, client):
    where = f"/weak-spots/online-safeguarding/1/{SPARE.scenario.id}"
    assert client.get(where).status_code == 200

    post(client, f"{PAGE}/remarking", **FORM)

    assert client.get(where).status_code == 404


def test_the_tutor_sees_both_results_and_goes_on_to_sign(tutor, client):
    post(client, f"{PAGE}/remarking", **FORM)
    with tutor.db.reader() as session:
        (attempt,) = [each.attempt_id for each in passes(session, tutor.id)]

    sign_in_as(client, tutor.id)
    page = client.get(f"/attempts/{attempt}").text

    assert "<h1>You passed the scenarios</h1>" in page
    assert "A question was withdrawn" in page
    assert "At first you had" in page
    assert client.get("/policies/online-safeguarding/1.0/acknowledgement").status_code == 200
