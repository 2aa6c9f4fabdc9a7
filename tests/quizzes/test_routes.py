"""The scenarios as pages: what a browser sees, and above all what it does not."""

import random
import re
from html import unescape

import pytest
import sqlalchemy as sa

from portal import clock
from portal.ledger.models import Entry
from portal.quizzes.marking import numbers, replay
from portal.quizzes.models import Attempt, Choice, Result
from portal.quizzes.queries import get_attempt
from portal.quizzes.steps import Asks, Kind
from tests.factories import (
    POLICY,
    add_managed_team,
    add_tutor,
    as_person,
    fail_quiz,
    pass_quiz,
    post,
    publish_policy,
    read_all,
    renumbered,
    reopen_all,
    set_contacts,
    sign_in_as,
    start_quiz,
)

SECTIONS = 6
EVERY_FORM = 4  # drawn with it, an attempt asks for one, for all that fit, and for an order
ATTEMPTS = f"/policies/{POLICY}/1.0/attempts"


@pytest.fixture
def settings(settings):
    """A demonstration: scenarios are drawn before anybody approved them."""
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture(autouse=True)
def seeded(monkeypatch, request):
    """Draw the same each time; unless told, the first scenario asks for one choice."""
    seed = getattr(request, "param", 7)
    monkeypatch.setattr("portal.quizzes.routes.random.SystemRandom", lambda: random.Random(seed))


@pytest.fixture
def tutor(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        team, _ = add_managed_team(session)
        tutor = add_tutor(session, team=team)
        publish_policy(session)
        read_all(session, tutor)
    sign_in_as(client, tutor)
    return tutor


def start(client):
    return post(client, f"{ATTEMPTS}?scope=full&cycle=1").location


def tried(app, attempt):
    with app.extensions["db"].reader() as session:
        owner = session.scalars(sa.select(Attempt.person_id)).first()
        return get_attempt(session, attempt.rpartition("/")[2], person_id=owner)


def place(app, attempt):
    known = tried(app, attempt)
    return len(known.choices) + 1, replay(known.drawn, known.choices).next


def count(app, table):
    with app.extensions["db"].reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def fail(app, tutor, *, times=1):
    with app.extensions["db"].change() as session:
        return f"/attempts/{fail_quiz(session, tutor, times=times, now=clock.now())}"


def secrets(known):
    """Return every word on consequences and reasons but those of the choices made so far."""
    answers = replay(known.drawn, known.choices).answers
    steps = [step for one in known.drawn.asked for step in one.scenario.steps]
    every = {words for step in steps for end in ends(step) for words in said(end)}
    return every - {words for each in answers for words in said(each.upshot)}


def ends(step):
    """Return all that the answers at a step may lead to."""
    return {step.upshot_of(answer) for answer in step.every_answer()}


def said(end):
    return end.outcome, end.why


def without_what_may_show(text, known):
    """Leave out what this attempt may show: its questions, and what the choices made led to."""
    answers = replay(known.drawn, known.choices).answers
    steps = [step for one in known.drawn.asked for step in one.scenario.steps]
    open_words = [words for each in answers for words in said(each.upshot)]
    open_words += [option.text for step in steps for option in step.options]
    open_words += [step.situation for step in steps if step.situation]
    open_words += [one.scenario.situation for one in known.drawn.asked]
    for words in sorted(open_words, key=len, reverse=True):
        text = text.replace(words, "")
    return text


def walk(app, client, attempt, *, pick):
    """Answer to the end through the pages; yield each response's whole text."""
    yield client.get(attempt)
    while (here := place(app, attempt))[1]:
        seq, step = here
        answer = post(client, f"{attempt}/choices", seq=seq, option=pick(step).split(" "))
        yield answer
        yield client.get(answer.location)
        yield client.get(attempt)


@pytest.mark.parametrize("seeded", [EVERY_FORM], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_response_tells_of_a_step_what_only_its_answer_may_tell(app, tutor, client, seed):
    rng, attempt = random.Random(seed), start(client)
    assert {each.scenario.steps[0].asks for each in tried(app, attempt).drawn.asked} == set(Asks)

    def pick(step):
        return numbers(step, rng.choice(list(Kind)))

    for response in walk(app, client, attempt, pick=pick):
        known = tried(app, attempt)
        seen = without_what_may_show(unescape(f"{response.headers} {response.text}"), known)
        if known.outcome is None:
            assert [words for words in secrets(known) if words in seen] == []
            assert not re.search(r"\b(critical|safer=|right=|is_right|after=|when_)\b", seen)


def test_right_choices_lead_through_to_signing(app, tutor, client):
    attempt = start(client)

    *_, last = walk(app, client, attempt, pick=lambda step: numbers(step, Kind.RIGHT))

    assert "You passed the scenarios" in last.text
    assert 'href="/next-step"' in last.text


def test_each_choice_shows_its_consequence_and_the_clause_in_the_policys_words(app, tutor, client):
    attempt = start(client)
    _, step = place(app, attempt)

    answer = post(client, f"{attempt}/choices", seq=1, option=numbers(step, Kind.WRONG).split(" "))

    (lived,) = replay(tried(app, attempt).drawn, tried(app, attempt).choices).answers
    shown = unescape(client.get(answer.location).text)
    assert lived.upshot.outcome in shown
    assert lived.upshot.why in shown
    assert all(f"#{clause}" in shown for clause in lived.upshot.clauses)
    assert "<blockquote>" in shown


def test_a_walk_leads_on_from_its_consequence(app, tutor, client):
    attempt = start(client)

    pages = list(walk(app, client, attempt, pick=lambda step: numbers(step, Kind.RIGHT)))

    assert sum("What happens next" in each.text for each in pages) >= 2


def test_reload_and_back_change_nothing(app, tutor, client):
    attempt = start(client)
    post(client, f"{attempt}/choices", seq=1, option="1")
    before = count(app, Entry)

    pages = [client.get(f"{attempt}?answer=1").text for _ in range(2)]
    first, again = (re.sub(r'name="csrf_token" value="[^"]+"', "", page) for page in pages)

    assert (first, count(app, Entry)) == (again, before)


def test_the_same_form_sent_again_shows_the_same_result(app, tutor, client):
    attempt = start(client)
    first = post(client, f"{attempt}/choices", seq=1, option="2")

    again = post(client, f"{attempt}/choices", seq=1, option="2")

    assert first.location == again.location == f"{attempt}?answer=1"
    assert count(app, Choice) == 1


def test_a_second_tab_is_shown_where_the_attempt_is(app, tutor, client):
    attempt = start(client)
    post(client, f"{attempt}/choices", seq=1, option="1")

    late = post(client, f"{attempt}/choices", seq=1, option="2")

    assert late.status_code == 409
    assert "The first answer counts" in late.text
    assert re.search(r"You are at scenario \d of 8", late.text)
    assert f'href="{attempt}"' in late.text
    assert count(app, Choice) == 1


@pytest.mark.parametrize("fields", [{"seq": 1}, {"seq": 1, "option": ""}, {"option": "1"}, {}])
def test_a_form_without_a_choice_asks_for_one(app, tutor, client, fields):
    attempt = start(client)

    answer = post(client, f"{attempt}/choices", **fields)

    assert answer.status_code == 422
    assert "<title>Problem: " in answer.text
    assert "There is a problem" in answer.text
    assert count(app, Choice) == 0


@pytest.mark.parametrize("option", ["0", "9", "a", "-1", "1 ", "x" * 999])
def test_an_option_that_was_not_shown_is_no_choice(app, tutor, client, option):
    attempt = start(client)

    answer = post(client, f"{attempt}/choices", seq=1, option=option)

    assert answer.status_code in (409, 422)
    assert count(app, Choice) == 0


def test_a_score_sent_along_is_ignored(app, tutor, client):
    attempt = start(client)

    post(client, f"{attempt}/choices", seq=1, option="1", score=100, passed="true")

    assert count(app, Result) == 0


def test_another_tutors_attempt_is_not_found(app, tutor, client):
    attempt = start(client)
    with app.extensions["db"].change() as session:
        other = add_tutor(session, "Sam Okafor")
    sign_in_as(client, other)

    assert client.get(attempt).status_code == 404
    assert post(client, f"{attempt}/choices", seq=1, option="1").status_code == 404
    assert post(client, f"{attempt}/reopened", clause="CSP-4").status_code == 404


def test_it_goes_on_where_it_stopped_on_any_device(app, tutor, client):
    attempt = start(client)
    post(client, f"{attempt}/choices", seq=1, option="1")
    elsewhere = app.test_client()
    sign_in_as(elsewhere, tutor)

    assert elsewhere.get(f"{ATTEMPTS}?scope=full&cycle=1").location == attempt
    assert 'name="seq"' in elsewhere.get(attempt).text
    assert 'value="2"' in elsewhere.get(attempt).text


def test_before_it_starts_it_says_what_it_is(tutor, client):
    page = client.get(f"{ATTEMPTS}?scope=full&cycle=1").text

    assert "<h1>8 situations from online lessons</h1>" in page
    assert "no time limit" in page
    assert "80%" in page
    assert re.search(r"about \d+ minutes", page)


def test_a_short_check_says_so_and_keeps_what_its_address_carries(app, tutor, client):
    with app.extensions["db"].change() as session:
        pass_quiz(session, tutor)
    address = f"{ATTEMPTS}?cycle=2&scope=short&changed=CON-3&_scheme=x"

    page = client.get(address).text

    assert "<h1>A short check</h1>" in page
    action = unescape(re.search(r'action="(/policies[^"]+)"', page)[1])
    attempt = post(client, action).location
    asked = tried(app, attempt).drawn.asked
    assert len(asked) < 8
    assert "S12" in {each.scenario.id for each in asked}  # the one that tests CON-3


def test_with_a_section_unread_the_page_leads_there_and_the_form_is_refused(app, tutor, client):
    with app.extensions["db"].change() as session:
        publish_policy(session, renumbered("1.1"))
    newer = f"/policies/{POLICY}/1.1/attempts?scope=full&cycle=1"

    assert "Read the text first" in client.get(newer).text
    answer = post(client, newer)

    assert answer.status_code == 409
    assert "sections-not-opened" in answer.text


@pytest.mark.parametrize(
    "query",
    ["scope=all", "cycle=x", "cycle=2", "cycle=0", "cycle=99999999999999999999", "scope=short"],
)
def test_a_scope_or_cycle_that_is_not_ones_own_is_not_found(app, tutor, client, query):
    assert post(client, f"{ATTEMPTS}?{query}").status_code == 404
    assert count(app, Attempt) == 0


def test_what_nobody_reviewed_says_so(tutor, client):
    assert "Not reviewed" in client.get(start(client)).text


def test_a_failure_says_what_to_open_and_the_retry_follows_at_once(app, tutor, client):
    attempt = fail(app, tutor)
    page = client.get(attempt).text
    assert "Not passed yet" in page
    assert "A step that protects a child has to be right" in page
    assert "Try again" not in page

    while clause := re.search(r'name="clause" value="([A-Z]+-\d+)"', client.get(attempt).text):
        answer = post(client, f"{attempt}/reopened", clause=clause[1])
        assert answer.location.endswith(f"?attempt={attempt[10:]}#{clause[1]}")

    assert "Try again" in client.get(attempt).text
    assert start(client) != attempt


def test_a_text_whose_sentences_say_several_rules_each_is_opened_again_once(app, tutor, client):
    attempt = fail(app, tutor)
    with app.extensions["db"].change() as session:
        publish_policy(session, _each_section_one_sentence(renumbered("1.1")))

    opened = 0
    while clause := re.search(r'name="clause" value="([A-Z]+-\d+)"', client.get(attempt).text):
        post(client, f"{attempt}/reopened", clause=clause[1])
        opened += 1
        assert opened <= SECTIONS

    assert "Try again" in client.get(attempt).text


def _each_section_one_sentence(text):
    """Return the text with one clause a section, which has the ids of all that stood there."""
    front, *sections = text.split("\n## ")
    return "\n## ".join([front, *map(_one_sentence, sections)])


def _one_sentence(section):
    title, *_ = section.splitlines()
    first, *others = re.findall(r"\{#(.+)\}", section)
    also = f' also="{" ".join(others)}"' if others else ""
    words = [line for line in section.splitlines()[1:] if line and not line.startswith("{#")]
    return f"{title}\n\n{{#{first}{also}}}\n{' '.join(words)}\n"


@pytest.mark.parametrize("clause", ["XYZ-1", "", "CSP-4'", "CSP-999"])
def test_a_clause_that_does_not_exist_is_not_opened(app, tutor, client, clause):
    attempt = fail(app, tutor)

    assert post(client, f"{attempt}/reopened", clause=clause).status_code == 404


def test_the_third_failure_tells_the_hour_and_whom_to_ring(app, tutor, client):
    attempt = fail(app, tutor, times=3)
    page = client.get(attempt).text

    assert re.search(r"You can try again from \d+ \w{3} \d{4}, \d\d:\d\d (GMT|BST)", page)
    assert "Your learning manager knows" in page
    assert "Alex Penrose" in page
    assert post(client, f"{ATTEMPTS}?scope=full&cycle=1").status_code == 409


def test_an_earlier_attempt_points_to_the_latest(app, tutor, client):
    first = fail(app, tutor)
    with app.extensions["db"].change() as session:
        by, now = as_person(tutor), clock.now()
        reopen_all(session, first.rpartition("/")[2], by=by, now=now)
        start_quiz(session, tutor, now=now)

    assert "You have started another attempt since" in client.get(first).text


class TestOutsideTheDemonstration:
    """Only what the safeguarding lead approved is asked."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"demonstration": False})

    def test_nothing_is_asked_before_the_lead_approved_it(self, app, tutor, client):
        answer = post(client, f"{ATTEMPTS}?scope=full&cycle=1")

        assert answer.status_code == 409
        assert "quiz-not-approved" in answer.text
        assert count(app, Attempt) == 0
