"""What the pages of a quiz show: what is live, what is being written, and what keeps it back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.policies.drafts import drafts
from portal.policies.manuscript import compose
from portal.policies.queries import published, texts
from portal.policies.text import Document, parse
from portal.publishing.queries import Reviewed, on_file
from portal.quizzes.authoring import Draft, check, draft_of, obstacles
from portal.quizzes.checking import Review
from portal.quizzes.content import Card, Quiz, Scenario, digest
from portal.quizzes.course import Terms
from portal.quizzes.editions import Edition, editions
from portal.quizzes.loader import Fault
from portal.quizzes.queries import approved
from portal.quizzes.remarks import withdrawn
from portal.quizzes.shelf import Live, NoQuiz, live

MAJOR = re.compile(rb"^major\s*=\s*(\d{1,4})\s*(?:#.*)?$", re.MULTILINE)
AROUND = 2  # lines to show before and after a faulty one


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A fault and the lines around it, each with its number."""

    fault: Fault
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is being written, how it stands, and the text it is about."""

    draft: Draft
    quiz: Quiz | None
    spots: tuple[Spot, ...]
    items: tuple[Reviewed, ...]
    obstacles: tuple[str, ...]
    coverage: dict[str, tuple[str, ...]]  # which scenarios test each clause of the text
    document: Document
    label: str  # of the text where it was adopted, "" where it only lies on file

    @property
    def text(self) -> str:
        """The bytes as text, for the box to write in."""
        return self.draft.source.decode(errors="replace")

    @property
    def waiting(self) -> tuple[Reviewed, ...]:
        """Scenarios that nobody approved word for word."""
        return tuple(
            each
            for each in self.items
            if isinstance(each.item, Scenario) and not each.approved and not each.withdrawn
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizDesk:
    """All that the page of one quiz shows."""

    policy: str
    live: Live | None
    editions: tuple[Edition, ...]
    written: Written


def quiz_desk(session: Session, policy: str, *, terms: Terms) -> QuizDesk:
    """Return what there is of a quiz; raises NotFound for a policy without any text."""
    text_for(session, policy, major=None)
    try:
        found = live(session, policy)
    except NoQuiz:
        found = None
    return QuizDesk(
        policy=policy,
        live=found,
        editions=editions(session, policy),
        written=written(session, policy, draft_of(session, policy), terms=terms),
    )


def written(session: Session, policy: str, draft: Draft, *, terms: Terms) -> Written:
    """Return how these bytes stand; raises NotFound for a policy without any text."""
    document = text_of(session, policy, draft.source)
    checked = check(session, draft.source, policy=policy, text=document)
    told = obstacles(session, checked.quiz, text=document, terms=terms) if checked.quiz else ()
    return Written(
        draft=draft,
        quiz=checked.quiz,
        spots=tuple(spots(draft.source, checked.faults)),
        items=tuple(_items(session, checked.quiz)) if checked.quiz else (),
        obstacles=told,
        coverage=Review(quiz=checked.quiz, lengths=document.lengths, terms=terms).coverage
        if checked.quiz
        else {},
        document=document,
        label=document.version if _is_adopted(session, policy, document) else "",
    )


def text_of(session: Session, policy: str, source: bytes) -> Document:
    """Return the text that this quiz file is about: of its major, or else the newest."""
    found = MAJOR.search(source)
    return text_for(session, policy, major=int(found[1]) if found else None)


def text_for(session: Session, policy: str, *, major: int | None) -> Document:
    """Return the newest text of a major, adopted or on file; else the newest of all.

    Of a policy that is still to be, the draft: without scenarios it could not be published.
    Raises NotFound for a policy without any text.
    """
    documents = [parse(text) for text in texts(session, policy)]
    documents += [each.document for each in on_file() if each.name == policy]
    documents = documents or list(_still_drafts(session, policy))
    if not documents:
        raise NotFound
    wanted = [each for each in documents if each.major == major] or documents
    return max(wanted, key=lambda each: (each.major, each.minor))


def _still_drafts(session: Session, policy: str) -> Iterator[Document]:
    """Yield what a first version would say, whatever is still to be said about it."""
    for draft in drafts(session):
        own = draft.manuscript
        parts = tuple(each for each in own.parts if each.passages)
        if draft.policy == policy and parts:
            front = {"title": policy, "summary": policy, "owner": policy, "review": date.max}
            made = own.model_copy(update={**front, "parts": parts})
            yield parse(compose(made, version="1.0", effective=date.min))


def spots(source: bytes, faults: tuple[Fault, ...]) -> Iterator[Spot]:
    """Yield each fault with the lines around it."""
    lines = source.decode(errors="replace").split("\n")
    for fault in faults:
        first = max(1, fault.line - AROUND)
        shown = enumerate(lines[first - 1 : fault.line + AROUND], start=first)
        yield Spot(fault=fault, lines=tuple(shown))


def _is_adopted(session: Session, policy: str, document: Document) -> bool:
    known = {(each.policy, f"{each.major}.{each.minor}") for each in published(session)}
    return (policy, document.version) in known


def _items(session: Session, quiz: Quiz) -> Iterator[Reviewed]:
    known, wrong = approved(session), {each.digest: each for each in withdrawn(session)}
    everything: tuple[Scenario | Card, ...] = (*quiz.scenarios, *quiz.cards)
    for item in everything:
        told = digest(item)
        yield Reviewed(item=item, digest=told, approved=known.get(told), withdrawn=wrong.get(told))
