"""Drawing and waiting: every escalation clause each time, and no endless guessing."""

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.quizzes.content import Form
from portal.quizzes.drawing import pack, unpack, words
from portal.quizzes.rules import CannotDraw, Item, Patience, Wish, choose, next_try
from portal.quizzes.steps import Asks, Kind
from tests.quizzes.samples import CODE, FULL, IDS, QUIZ, drawn

CLAUSES = sorted({clause for one in QUIZ.scenarios for clause in one.clauses})
SEEDS = range(400)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATIENCE = Patience(failures=3, wait=30 * MINUTE)


def covered(attempt):
    return frozenset().union(*(one.scenario.clauses for one in attempt.asked))


def items(**clauses):
    """Items by name: in capitals a walk, anything else a single choice."""
    return [
        Item(id=name, clauses=frozenset(tests.split()), walk=name.isupper(), critical=False)
        for name, tests in clauses.items()
    ]


def after(*failures, unlocks=(), to_reopen=()):
    """What may come next, the failures given in minutes before now."""
    return next_try(
        [NOW - minutes * MINUTE for minutes in failures],
        unlocks=[NOW - minutes * MINUTE for minutes in unlocks],
        to_reopen=to_reopen,
        patience=PATIENCE,
        now=NOW,
    )


def test_every_full_attempt_tests_every_escalation_and_reporting_clause():
    for seed in SEEDS:
        attempt = drawn(seed)
        assert set(QUIZ.must_cover) <= covered(attempt)
        assert len(set(attempt.ids)) == len(attempt.ids) == 8
        assert sum(one.scenario.form is Form.WALK for one in attempt.asked) == 2


def test_siblings_take_turns():
    use = Counter(one for seed in SEEDS for one in drawn(seed).ids)

    for clause in QUIZ.must_cover:
        turns = [use[one.id] for one in QUIZ.scenarios if clause in one.clauses]
        assert min(turns) * 5 >= max(turns)
    assert set(use) == IDS


@pytest.mark.long
def test_ten_thousand_draws_test_every_escalation_clause_and_use_siblings_evenly():
    use = Counter()
    for seed in range(10_000):
        attempt = drawn(seed)
        assert set(QUIZ.must_cover) <= covered(attempt)
        use.update(attempt.ids)

    for sets in siblings().values():
        counts = [use[each] for each in sets]
        assert max(counts) <= 1.3 * min(counts), dict(zip(sets, counts, strict=True))


def siblings():
    """Scenarios that stand for each other: as long, asked the same way, of the same clauses."""
    sets = defaultdict(list)
    for each in QUIZ.scenarios:
        alike = (each.form, each.steps[0].asks, each.clauses & set(QUIZ.must_cover))
        if alike[-1]:
            sets[alike].append(each.id)
    return sets


def test_the_same_seed_gives_the_same_attempt_and_another_seed_another():
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_the_order_in_which_scenarios_are_read_makes_no_difference():
    pool = items(a="x", b="x", c="x", d="x")
    wish = Wish(size=2, walks=0, must_cover=("x",))

    assert choose(pool, wish, rng=random.Random(5)) == choose(
        reversed(pool), wish, rng=random.Random(5)
    )


def test_all_that_fit_are_asked_for_in_one_scenario_of_an_attempt_at_most():
    asked = [sum(one.scenario.asks_all for one in drawn(seed).asked) for seed in SEEDS]

    assert set(asked) == {0, 1}


def test_an_attempt_has_a_thousand_words_on_the_right_way_at_most():
    for seed in SEEDS:
        assert sum(words(one.scenario, CODE.lengths) for one in drawn(seed).asked) <= 1000


def test_where_all_attempts_are_longer_the_shortest_of_many_is_drawn():
    pool = [
        Item(id=str(n), clauses=frozenset("x"), walk=False, critical=False, words=n)
        for n in range(90, 100)
    ]

    assert choose(pool, Wish(size=1, walks=0, must_cover="x", words=50), rng=random.Random(1)) == (
        "90",
    )


def test_things_to_put_in_order_are_never_shown_in_an_order_that_is_accepted():
    for seed in SEEDS:
        for one in drawn(seed).asked:
            step = one.scenario.steps[0]
            if step.asks is Asks.ORDER:
                assert step.kind_of(one.options(step)) is Kind.WRONG


def test_walks_come_at_any_place():
    first = Counter(drawn(seed).asked[0].scenario.form for seed in range(100))

    assert 10 < first[Form.WALK] < 50


def test_the_order_of_options_varies_and_is_kept():
    firsts = {drawn(seed).asked[0].orders[0] for seed in range(20)}

    assert len(firsts) > 4
    assert unpack(pack(drawn(7))) == drawn(7)


@given(st.integers(), st.sets(st.sampled_from(CLAUSES)))
def test_a_retry_asks_about_what_was_missed_by_scenarios_not_seen(seed, missed):
    seen = drawn(seed).ids
    attempt = drawn(seed + 1, replace(FULL, missed=missed, seen=seen))

    assert set(QUIZ.must_cover) <= covered(attempt)
    fresh = [one.scenario.clauses for one in attempt.asked if one.scenario.id not in seen]
    assert len(fresh) >= 6


def test_a_retry_takes_a_sibling_of_the_missed_clause():
    for seed in SEEDS:
        attempt = drawn(seed, replace(FULL, missed=("CSP-6", "TEC-1"), seen=("W01", "S16")))
        assert {"S42", "S50"} & set(attempt.ids)
        assert "S31" in attempt.ids


def test_a_retry_prefers_what_is_critical():
    def critical(wish):
        attempts = (drawn(seed, wish) for seed in range(50))
        return sum(one.scenario.critical for attempt in attempts for one in attempt.asked)

    assert critical(replace(FULL, missed=("CSP-7",))) > 1.2 * critical(FULL)


def test_only_eligible_scenarios_are_drawn():
    eligible = IDS - {"S01", "W02"}

    for seed in range(100):
        attempt = drawn(seed, eligible=eligible)
        assert set(attempt.ids) <= eligible


def test_too_little_to_draw_from_is_said_in_words():
    with pytest.raises(CannotDraw, match="tests CSP-6"):
        drawn(0, eligible=IDS - {"S16", "S42", "S50", "W01"})
    with pytest.raises(CannotDraw, match="needs 2 walks and 6 other scenarios; 1 and 36 may be"):
        drawn(0, eligible={one for one in IDS if one < "W02"})


def test_a_clause_that_only_a_walk_tests_takes_the_place_of_a_walk():
    pool = items(A="x", e="y", f="z", **{f"B{n}": "y" for n in range(99)})
    wish = Wish(size=3, walks=1, must_cover=("x", "y", "z"))

    for seed in range(20):
        assert set(choose(pool, wish, rng=random.Random(seed))) == {"A", "e", "f"}


def test_a_draw_that_runs_out_of_places_is_drawn_again():
    pool = items(a="x y", b="x", c="y", d="x", e="y")
    wish = Wish(size=1, walks=0, must_cover=("x", "y"))

    for seed in range(50):
        assert choose(pool, wish, rng=random.Random(seed)) == ("a",)


def test_clauses_that_do_not_fit_into_one_attempt_are_refused():
    pool = items(a="x", b="y", c="z")

    with pytest.raises(CannotDraw, match="do not fit"):
        choose(pool, Wish(size=2, walks=0, must_cover=("x", "y", "z")), rng=random.Random(0))


SHORT = Wish(size=None, walks=2, must_cover=QUIZ.critical)


def test_a_short_check_tests_each_critical_clause_and_asks_no_more_than_that():
    for seed in SEEDS:
        attempt = drawn(seed, SHORT)
        assert covered(attempt) >= QUIZ.critical >= set(QUIZ.must_cover)
        assert len(attempt.ids) <= 8
        assert all(one.scenario.form is Form.SINGLE for one in attempt.asked)


def test_a_short_check_tests_what_changed_as_well():
    for seed in SEEDS:
        attempt = drawn(seed, replace(SHORT, must_cover=QUIZ.critical | {"CON-3", "GEO-1"}))
        assert {"S12", "S03"} <= set(attempt.ids)


def test_what_only_a_walk_tests_is_asked_by_a_walk_in_a_short_check_too():
    pool = items(A="x", b="y", C="y")

    assert set(choose(pool, replace(SHORT, must_cover=("x", "y")), rng=random.Random(3))) == {
        "A",
        "b",
    }


def test_a_short_check_that_was_failed_is_drawn_anew():
    first = drawn(1, SHORT)

    again = drawn(2, replace(SHORT, missed=("CSP-9",), seen=first.ids))

    assert covered(again) >= QUIZ.critical
    asked = {each.scenario.id for each in again.asked if "CSP-9" in each.scenario.clauses}
    assert not asked & set(first.ids)


def test_the_first_attempt_may_start_at_once():
    assert after().may_start


def test_a_retry_waits_only_for_the_missed_clauses_to_be_opened_again():
    assert after(1, to_reopen=("CSP-7",)).reopen == ("CSP-7",)
    assert not after(1, to_reopen=("CSP-7",)).may_start
    assert after(1).may_start
    assert after(5, 1).may_start


@pytest.mark.parametrize(("ago", "may_start"), [(0, False), (29, False), (30, True), (31, True)])
def test_from_the_third_failure_on_there_is_half_an_hour_to_wait(ago, may_start):
    assert after(300, 200, ago).may_start is may_start
    assert after(400, 300, 200, ago).may_start is may_start


def test_a_wait_says_until_when():
    assert after(300, 200, 10).until == NOW + 20 * MINUTE
    assert after(10, 300, 200).until == NOW + 20 * MINUTE


def test_an_unlock_lifts_the_wait_but_not_the_next_one():
    assert after(300, 200, 10, unlocks=(5,)).may_start
    assert not after(300, 200, 10, unlocks=(15,)).may_start


def test_an_unlock_does_not_open_the_clauses():
    assert not after(300, 200, 10, unlocks=(5,), to_reopen=("CSP-7",)).may_start
