"""Hold the attempt behind a signature against what was signed for.

The frozen copy and the choices are marked again; so is what was left when a question was withdrawn.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from portal.acknowledgements.record import Record
from portal.quizzes.marking import BadChoice, Marked, mark, replay
from portal.quizzes.queries import Outcome, Try
from portal.quizzes.remarking import remark_faults

Pair = tuple[str, Any, Any]  # a field, what stands in it, and what should
Wrong = tuple[str, str, str]  # a table, a field, and what is wrong with it


def trial_faults(row: Any, tried: Try | None, record: Record | None) -> Iterator[Wrong]:
    """Yield what does not fit of the attempt that the acknowledgement in `row` rests on."""
    if tried is None or tried.outcome is None:
        yield "attempts", "id", "is missing, open or cannot be read"
        return
    marked = _marked(tried)
    if marked is None:
        yield "choices", "option", "does not fit the attempt that was drawn"
        return
    checks: tuple[tuple[str, Iterable[Pair]], ...] = (
        ("results", _result_pairs(tried.outcome, marked, record)),
        ("remarked_results", _remark_pairs(tried, record)),
        ("attempts", _attempt_pairs(row, tried, record)),
        ("choices", _choice_pairs(tried, record)),
    )
    for table, pairs in checks:
        wrong = (name for name, column, said in pairs if column != said)
        yield from ((table, name, "is not what was signed for") for name in wrong)
    for name in remark_faults(tried):
        yield "remarked_results", name, "is not what the rest comes to"


def _result_pairs(outcome: Outcome, marked: Marked, record: Record | None) -> tuple[Pair, ...]:
    """Hold the result, which stays as it was, against the choices and the record."""
    needed = record.attempt.pass_mark if record else 0
    closed_at = record.attempt.closed_at if record else outcome.closed_at
    passed = not marked.critical_missed and marked.score >= needed
    if record and record.attempt.remarked:  # the mark to pass is that of what was left
        passed = False
    return (
        ("score", outcome.score, marked.score),
        ("out_of", outcome.out_of, marked.out_of),
        ("missed", outcome.missed, marked.missed_clauses),
        ("passed", outcome.passed, passed),
        ("closed_at", outcome.closed_at, closed_at),
    )


def _remark_pairs(tried: Try, record: Record | None) -> Iterator[Pair]:
    """Hold what marking again came to against the record that rests on it."""
    said = record.attempt.remarked if record else None
    if record is None or said is None:
        return
    became = [each for each in tried.remarks if each.passed]
    yield "passed", bool(became), True
    for each in became[:1]:
        yield "marked_at", each.marked_at, said.marked_at
        yield "score", each.score, record.attempt.score
        yield "out_of", each.out_of, record.attempt.out_of


def _attempt_pairs(row: Any, tried: Try, record: Record | None) -> tuple[Pair, ...]:
    told = record.attempt if record else tried
    return (
        ("policy", tried.course.policy, row.policy),
        ("major", tried.course.major, row.major),
        ("cycle", tried.course.cycle, row.cycle),
        ("quiz_digest", tried.quiz_digest, told.quiz_digest),
        ("opened_at", tried.opened_at, told.opened_at),
    )


def _marked(tried: Try) -> Marked | None:
    try:
        # The mark to pass was that of its day, and stands in the record.
        return mark(tried.drawn, tried.choices, pass_percent=0)
    except BadChoice:
        return None


def _choice_pairs(tried: Try, record: Record | None) -> Iterator[Pair]:
    if record:
        steps = (step for scenario in record.attempt.scenarios for step in scenario.steps)
        recorded = [tuple(step.options[n] for n in step.taken) for step in steps]
        answers = replay(tried.drawn, tried.choices).answers
        chosen = [tuple(option.text for option in each.taken) for each in answers]
        yield "option", chosen, recorded
