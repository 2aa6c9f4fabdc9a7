"""The quiz that ships: what it covers, how it reads, and what it must never teach."""

import re

import pytest

from portal.quizzes.content import Quiz, digest
from portal.quizzes.steps import Asks, Kind
from tests.quizzes.samples import CODE, QUIZ

SCENARIOS = {one.id: one for one in QUIZ.scenarios}
STEPS = [(one.id, step) for one in QUIZ.scenarios for step in one.steps]
ONE = [(name, step) for name, step in STEPS if step.asks is Asks.ONE]
CHOSEN = [(name, step) for name, step in STEPS if step.asks is not Asks.ORDER]
OPTIONS = [(name, option) for name, step in CHOSEN for option in step.options]
ESCALATION = {"GEO-6", "CSP-4", "CSP-5", "CSP-6", "CSP-7", "CSP-9", "CSP-10"}
RULINGS = [f"S{n:02}" for n in (4, 6, 8, 9, 21, 22, 27, 28, 29, 33, 36, 38, 39, 40)]
SAFE = re.compile(
    r"ring 999|end(s|ed|ing)? the lesson|turn(s|ed|ing)? the video off|video off", re.IGNORECASE
)


def words_of(item):
    """Everything that people read in this piece of the quiz."""
    texts = re.findall(
        r'"(?:text|title|situation|question|outcome|why|advice|ruling)":"([^"]*)"', item
    )
    return " ".join(texts)


def test_every_escalation_clause_is_tested_by_two_siblings_at_least():
    assert set(QUIZ.must_cover) == ESCALATION
    for clause in ESCALATION:
        assert sum(clause in one.clauses for one in QUIZ.scenarios) >= 2


def test_every_clause_that_can_be_tested_is_tested_or_shown():
    tested = {clause for one in QUIZ.scenarios for clause in one.clauses}
    shown = {clause for card in QUIZ.cards for clause in card.clauses}

    assert set(CODE.clauses) - tested - shown == {"PRE-1", "CSP-0"}


def test_the_dress_walk_lives_through_every_step():
    way = [(step.id, step.clauses[0]) for step in SCENARIOS["W01"].right_way]

    assert way == [("ask", "CSP-4"), ("phone", "CSP-5"), ("audio", "CSP-6"), ("report", "CSP-7")]
    assert all(step.critical for step in SCENARIOS["W01"].right_way)


def test_the_harm_walk_lives_through_call_and_report():
    way = [step.clauses[-1] for step in SCENARIOS["W02"].right_way]

    assert way == ["CSP-9", "CSP-9", "CSP-10"]
    assert all(step.critical for step in SCENARIOS["W02"].right_way)


def test_what_is_safer_than_the_code_asks_is_never_wrong():
    safe = [(name, option) for name, option in OPTIONS if SAFE.search(option.text)]

    assert len(safe) > 15
    assert all(option.right for _, option in safe), safe


def test_each_safer_option_is_accepted_with_a_note():
    notes = ("You may", "In danger you may always", "Moving")

    for name, step in STEPS:
        safer = [answer for answer in step.every_answer() if step.kind_of(answer) is Kind.SAFER]
        assert all(step.upshot_of(answer).why.startswith(notes) for answer in safer), name


def test_a_harm_report_is_as_urgent_as_a_dress_report():
    for name, step in STEPS:
        if "CSP-10" in step.clauses:
            assert step.critical, name
        if step.clauses == ("CSP-10",) and step.asks is Asks.ONE:
            assert "straight away" in step.best.text, name


def test_nobody_is_taught_that_a_guardian_may_not_be_called():
    for name, option in OPTIONS:
        if "guardian" in option.text or "grand" in option.text:
            assert option.right or "fetch" in option.text or "Leave it" in option.text, name


def test_rulings_and_emergencies_are_cards_and_never_scored():
    assert sorted(card.id for card in QUIZ.cards) == RULINGS
    assert not set(RULINGS) & set(SCENARIOS)
    assert all("999" in card.advice for card in QUIZ.cards if card.id in {"S28", "S29"})


@pytest.mark.parametrize("item", [*QUIZ.scenarios, *QUIZ.cards], ids=lambda one: one.id)
def test_it_is_plain_english_in_short_sentences(item):
    text = words_of(item.model_dump_json())

    assert "!" not in text
    assert max(len(one.split()) for one in re.split(r"(?<=[.?])\s", text)) <= 40
    assert not re.search(r"\b(user|staff|not unless|not except)\b", text)


def test_the_right_option_does_not_give_itself_away_by_its_length():
    longest = [max(step.options, key=lambda one: len(one.text)) for _, step in ONE]
    best = sum(option.kind is Kind.RIGHT for option in longest)

    assert best <= len(ONE) / 2


def test_the_right_option_does_not_give_itself_away_by_its_letter():
    letters = [step.best.id for _, step in ONE]

    assert max(map(letters.count, "abcd")) <= len(ONE) * 0.4


def test_a_digest_changes_with_any_word_and_with_nothing_else():
    scenario = SCENARIOS["S14"]

    assert digest(scenario) == digest(scenario.model_copy())
    assert digest(scenario) != digest(scenario.model_copy(update={"title": "Other"}))


def test_an_approval_survives_a_new_field_that_nobody_uses():
    class Later(Quiz):
        remark: str = ""

    later = Later.model_validate(QUIZ.model_dump(exclude_defaults=True))

    assert digest(later) == digest(QUIZ)
