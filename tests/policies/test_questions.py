"""Asking before signing: who reads a question, whose words the answer is, what the PDF keeps."""

import re
from datetime import timedelta

import pytest

from portal.access import SYSTEM, Role
from portal.acknowledgements.record import canonical
from portal.errors import NotFound
from portal.people.actions import begin
from portal.people.models import Kind
from portal.people.queries import team_of
from portal.policies.asked import AskedOf, get_question, questions
from portal.policies.questions import answer, ask, see
from tests.acknowledgements.tutors import arrive
from tests.clearance.companies import LATER
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import (
    EARLIER,
    NOW,
    POLICY,
    add_somebody,
    as_person,
    current,
    post,
    sign_in_as,
)

ASK = f"/policies/{POLICY}/1.0/questions"
LATEST = LATER + timedelta(hours=1)
WORDS = "Is a grandparent a guardian here?"


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def office(tutor):
    """Those beside the learning manager who may read or answer."""
    roles = {"hr": Role.HR, "lead": Role.SAFEGUARDING_LEAD, "stranger": Role.MANAGER}
    with tutor.db.change() as session:
        found = {
            name: as_person(add_somebody(session, f"{name} person", role), role, name=name.title())
            for name, role in roles.items()
        }
    return {**found, "manager": as_person(tutor.manager_id, Role.MANAGER, name="Alex Penrose")}


def put(tutor, *, of=AskedOf.MANAGER, text=WORDS, clause="CSP-9", now=NOW):
    with tutor.db.change() as session:
        told = {"version": current(session), "clause": clause, "asked_of": of, "text": text}
        return ask(session, **told, by=tutor.actor, now=now)


def reply(tutor, question, *, by, text="Yes, if they are in charge.", now=LATER):
    with tutor.db.change() as session:
        return answer(session, question, text=text, by=by, now=now)


def shown(tutor, reader):
    with tutor.db.reader() as session:
        return questions(session, seen_by=reader, now=LATER)


def test_a_question_for_the_manager_reaches_the_manager_hr_and_the_lead(tutor, office):
    put(tutor)

    readers = [name for name, person in office.items() if shown(tutor, person)]

    assert readers == ["hr", "lead", "manager"]
    assert shown(tutor, tutor.actor)[0].text == WORDS


def test_what_is_not_for_the_manager_never_reaches_them(tutor, office, client):
    question = put(tutor, of=AskedOf.ELSEWHERE)
    both = as_person(tutor.manager_id, Role.MANAGER, Role.HR)

    assert [name for name in office if shown(tutor, office[name])] == ["hr", "lead"]
    assert not shown(tutor, both)
    with pytest.raises(NotFound):
        reply(tutor, question, by=office["manager"])
    sign_in_as(client, tutor.manager_id)
    assert "Asked about" not in client.get(f"/tutors/{tutor.id}").text


def test_an_answer_is_somebodys_and_the_lead_sees_it(tutor, office):
    question = put(tutor)
    answer_id = reply(tutor, question, by=office["manager"])
    with tutor.db.change() as session:
        see(session, question, answer_id=answer_id, by=office["lead"], now=LATER)
        see(session, question, answer_id=answer_id, by=office["lead"], now=LATER)
        found = get_question(session, question, seen_by=tutor.actor, now=LATER)

    (said,) = found.answers
    assert (said.by, said.text, said.seen_at) == (
        "Alex Penrose",
        "Yes, if they are in charge.",
        LATER,
    )


def test_nobody_answers_themselves_or_for_somebody_elses_tutor(tutor, office):
    question = put(tutor)

    for by in (tutor.actor, office["stranger"]):
        with pytest.raises(NotFound):
            reply(tutor, question, by=by)
    with pytest.raises(NotFound):
        put(tutor, clause="CSP-99")


def test_the_record_keeps_what_was_asked_answered_and_open(tutor, office):
    reply(tutor, put(tutor), by=office["manager"])
    put(tutor, text="And a sister?", now=LATER)
    put(tutor, of=AskedOf.ELSEWHERE, text="My manager says otherwise.", now=LATEST)

    asked = tutor.draft(now=LATEST).record.questions

    assert [(each.text, len(each.answers)) for each in asked] == [
        (WORDS, 1),
        ("And a sister?", 0),
        (None, 0),
    ]
    assert asked[0].answers[0].answered_by == "Alex Penrose"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_for_the_deputy_is_in_the_record_without_its_words(tutor, client):
    with tutor.db.change() as session:
        deputy = add_somebody(session, "Dee Fox", Role.MANAGER)
        team = team_of(session, tutor.id, now=NOW)
        begin(session, deputy, kind=Kind.DEPUTISES, value=team, by=SYSTEM, now=EARLIER)
    reply(tutor, put(tutor, of=AskedOf.DEPUTY), by=as_person(deputy, Role.MANAGER, name="Dee Fox"))

    [asked] = tutor.draft(now=LATEST).record.questions

    assert (asked.text, [each.text for each in asked.answers]) == (None, [None])
    sign_in_as(client, tutor.manager_id)
    assert "Asked about" not in client.get(f"/tutors/{tutor.id}").text


def test_without_a_question_the_record_reads_as_before(tutor):
    assert b'"questions"' not in canonical(tutor.draft().record)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_question_keeps_a_pdf_from_being_made(tutor, office):
    odd = "Was ist mit 🐣, \u0627\u0644 and " + "x" * 300 + "\nand a second line?"
    reply(tutor, put(tutor, text=odd), by=office["manager"], text=odd)

    sealed = tutor.sealed(tutor.draft(now=LATER))

    assert sealed.pdf.startswith(b"%PDF")


def test_above_the_box_stands_what_not_to_write_and_whom_to_ring(tutor, client):
    sign_in_as(client, tutor.id)

    page = client.get(ASK).text

    stop = page.index("Is a child at risk now? Do not write it here. Ring.")
    assert stop < page.index("01632 960 111") < page.index("<textarea")
    assert "Not my learning manager" in page
    assert "My deputy" not in page


def test_a_question_travels_there_and_back_by_the_pages(tutor, office, client):
    sign_in_as(client, tutor.id)
    empty = post(client, ASK, clause="CSP-9", asked_of="learning-manager", text=" ")
    sent = post(client, ASK, clause="CSP-9", asked_of="learning-manager", text=WORDS)
    question = shown(tutor, tutor.actor)[0].id

    sign_in_as(client, tutor.manager_id)
    assert WORDS in client.get(f"/questions/{question}").text
    post(client, f"/questions/{question}/answers", text="Ask me any time.")

    sign_in_as(client, tutor.id)
    own = client.get("/questions").text
    page = client.get(ASK).text
    assert "<h1>What you have asked</h1>" in own
    assert f'href="{ASK}"' in own
    assert (empty.status_code, sent.status_code) == (422, 302)
    assert re.search("Answer by Alex Penrose, not part of the code", page)
    assert "Ask me any time." in page
