"""Which scenarios rest on which clauses: what a new text may not take from under them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.policies.text import Document
from portal.quizzes.content import Card, Quiz, Scenario
from portal.quizzes.shelf import NoQuiz, live_quiz


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A clause, and the scenarios and cards that cite it."""

    clause: str
    by: tuple[str, ...]


def find_quiz(session: Session, policy: str) -> Quiz | None:
    """Return the scenarios of a policy, None while there are none that could be used."""
    try:
        return live_quiz(session, policy)
    except (NoQuiz, NotFound):
        return None


def cited(quiz: Quiz | None) -> dict[str, tuple[str, ...]]:
    """Return every clause that is cited, in the order of the file, and by what."""
    found: dict[str, list[str]] = defaultdict(list)
    items: tuple[Scenario | Card, ...] = (*quiz.scenarios, *quiz.cards) if quiz else ()
    for item in items:
        for clause in dict.fromkeys(_clauses(item)):
            found[clause].append(item.id)
    return {clause: tuple(by) for clause, by in sorted(found.items(), key=_in_order)}


def citers(citing: Mapping[str, tuple[str, ...]], ids: Collection[str]) -> tuple[str, ...]:
    """Return what cites any of these ids, each once."""
    return tuple(dict.fromkeys(by for id_ in ids for by in citing.get(id_, ())))


def gone(quiz: Quiz | None, document: Document) -> tuple[Cited, ...]:
    """Return what is cited and does not stand in this text."""
    return _among(quiz, cited(quiz).keys() - document.clauses.keys())


def touched(quiz: Quiz | None, clauses: Collection[str]) -> tuple[Cited, ...]:
    """Return which of these clauses are cited, and by what."""
    return _among(quiz, cited(quiz).keys() & set(clauses))


def untested(quiz: Quiz | None, document: Document) -> tuple[str, ...]:
    """Return the clauses of the code that no scenario tests; additions need none."""
    tested = {clause for each in quiz.scenarios for clause in each.clauses} if quiz else set()
    own = (each for each in document.sections if not each.addition)
    return tuple(one.label for each in own for one in each.clauses if tested.isdisjoint(one.ids))


def _among(quiz: Quiz | None, clauses: Collection[str]) -> tuple[Cited, ...]:
    known = cited(quiz)
    return tuple(Cited(clause=each, by=known[each]) for each in known if each in clauses)


def _clauses(item: Scenario | Card) -> Iterator[str]:
    yield from item.clauses
    for step in getattr(item, "steps", ()):
        yield from step.clauses
        for option in step.options:
            yield from option.clauses


def _in_order(pair: tuple[str, list[str]]) -> tuple[str, int]:
    prefix, _, number = pair[0].partition("-")
    return prefix, int(number)
