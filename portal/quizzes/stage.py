"""What a page shows of an attempt: the step to answer, what a choice led to, or how it ended.

Nothing here knows the key of a step before it is answered.
"""

from collections.abc import Collection
from dataclasses import dataclass

from portal.policies.running import in_full
from portal.policies.text import Clause, Document
from portal.quizzes.marking import Answered, Position, Replay, Shown, feedback, replay, shown
from portal.quizzes.queries import Try
from portal.quizzes.steps import Asks, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted(Clause):
    """A clause in the policy's own words, and where it stands."""

    title: str  # of the section


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A choice and what came of it."""

    title: str
    chosen: tuple[str, ...]
    asks: Asks
    kind: Kind
    outcome: str
    why: str
    clauses: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where an attempt is: `asked` is the step on this page, `lived` the choice looked back at."""

    place: Position
    seq: int  # of the step to answer
    reviewed: bool
    asked: Shown | None
    lived: Lived | None
    following: int  # the scenario to go on to, 0 when there is none

    @property
    def title(self) -> str:
        """What the scenario is called."""
        return self.place.asked.scenario.title


def stage(
    tried: Try, *, answer: int | None, document: Document, approved: Collection[str]
) -> Stage | None:
    """Return the step to answer or, for `answer`, what that choice led to; None after the last."""
    walked = replay(tried.drawn, tried.choices)
    if answer and 1 <= answer <= len(walked.answers):
        return _looking_back(walked, answer, document=document, approved=approved)
    if walked.next is None:
        return None
    return Stage(
        place=walked.next,
        reviewed=walked.next.asked.digest in approved,
        seq=len(walked.answers) + 1,
        asked=shown(walked.next),
        lived=None,
        following=0,
    )


def lived(tried: Try, *, document: Document) -> tuple[Lived, ...]:
    """Return every choice of the attempt so far, with what came of it."""
    answers = replay(tried.drawn, tried.choices).answers
    return tuple(_lived(each, document) for each in answers)


def quoted(clauses: Collection[str], *, document: Document) -> tuple[Quoted, ...]:
    """Return these clauses in the words of the text, in its order; ids it lacks are left out.

    One that shares its sentence with another brings the whole of it.
    """
    titles = {section.number: section.title for section in document.sections}
    said = in_full(document.ordered, set(clauses))
    return tuple(
        Quoted(ids=each.ids, text=said[each.id], section=each.section, title=titles[each.section])
        for each in document.ordered
        if each.id in said
    )


def words_left(tried: Try) -> int:
    """Return how many words there are still to read in this attempt."""
    here = replay(tried.drawn, tried.choices).next
    done = here.number - 1 if here else len(tried.drawn.asked)
    return sum(one.scenario.words for one in tried.drawn.asked[done:])


def _looking_back(
    walked: Replay, answer: int, *, document: Document, approved: Collection[str]
) -> Stage:
    """Show a choice; a walk leads on at once, anything else waits for Continue."""
    here, then = walked.answers[answer - 1], walked.next
    newest = answer == len(walked.answers)
    leads_on = newest and then is not None and then.number == here.place.number
    return Stage(
        place=here.place,
        reviewed=here.place.asked.digest in approved,
        seq=len(walked.answers) + 1,
        asked=shown(then) if then and leads_on else None,
        lived=_lived(here, document),
        following=then.number if then else 0,
    )


def _lived(answer: Answered, document: Document) -> Lived:
    told = feedback(answer)
    return Lived(
        title=answer.place.asked.scenario.title,
        chosen=tuple(option.text for option in answer.taken),
        asks=answer.place.step.asks,
        kind=told.kind,
        outcome=told.outcome,
        why=told.why,
        clauses=quoted(told.clauses, document=document),
    )
