"""What the company decided about open questions, as a section that it adds to its code."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from portal.policies.manuscript import Manuscript, Part, Passage
from portal.publishing.citing import find_quiz
from portal.quizzes.rulings import Open, cards

TITLE = "What we decided"


def ruled(session: Session, policy: str) -> tuple[Open, ...]:
    """Return the cards of a policy about which the company has decided."""
    quiz = find_quiz(session, policy)
    known = cards(session, quiz, unreviewed=True) if quiz else ()
    return tuple(each for each in known if each.ruled)


def with_rulings(manuscript: Manuscript, found: Iterable[Open]) -> Manuscript:
    """Return the manuscript with each ruling in a section of the organisation's own.

    One that stands there already is put in its newest words and keeps its id.
    """
    old = next((part for part in manuscript.parts if _is_ours(part)), None)
    passages = list(old.passages) if old else []
    for each in found:
        place = next((n for n, one in enumerate(passages) if _is_about(one, each)), len(passages))
        ids = passages[place].ids if place < len(passages) else ()
        passages[place : place + 1] = [Passage(text=_words(each)).named(ids)]
    new = Part(title=TITLE, addition=True, passages=tuple(passages))
    others = tuple(part for part in manuscript.parts if part is not old)
    return manuscript.model_copy(update={"parts": (*others, new)}).sorted


def _is_ours(part: Part) -> bool:
    return part.addition and part.title == TITLE


def _is_about(passage: Passage, one: Open) -> bool:
    return passage.text.startswith(f"{one.card.title}: ")


def _words(one: Open) -> str:
    words = one.ruled.words if one.ruled else ""
    return f"{one.card.title}: {' '.join(words.split())}"
