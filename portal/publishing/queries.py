"""What could be adopted, what is, and which scenarios a person has answered for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal import paths
from portal.errors import NotFound
from portal.people.queries import missing_contacts, tags, teams
from portal.policies.checks import checks
from portal.policies.drafts import Written, drafts
from portal.policies.queries import names, published
from portal.policies.text import Document, parse
from portal.publishing.citing import find_quiz
from portal.quizzes.content import Card, Quiz, Scenario, digest
from portal.quizzes.queries import Approved, approved
from portal.quizzes.remarking import Question
from portal.quizzes.remarks import Withdrawn, withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """A version that lies in policies/ and may be adopted."""

    name: str
    document: Document
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A scenario or card, and who approved it word for word; None while nobody has."""

    item: Scenario | Card
    digest: str
    approved: Approved | None
    withdrawn: Withdrawn | None = None  # as wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that the publishing page shows."""

    waiting: tuple[OnFile, ...]
    adopted: tuple[Any, ...]  # rows of policies.queries.published
    drafts: tuple[Written, ...]
    checks: dict[str, Any]  # who checked what was written here
    scenarios: tuple[Reviewed, ...]
    quizzes: tuple[str, ...]  # names of policies
    missing: tuple[str, ...]

    @property
    def newest(self) -> tuple[Any, ...]:
        """The newest version of each policy that was not called off."""
        standing = [each for each in self.adopted if each.cancelled_at is None]
        newest = {each.policy: each for each in sorted(standing, key=lambda v: (v.major, v.minor))}
        return tuple(newest.values())

    @property
    def unreviewed(self) -> int:
        """How many scenarios nobody has approved yet."""
        return sum(not (each.approved or each.withdrawn) for each in self.scenarios)


def audiences(session: Session) -> list[tuple[str, str]]:
    """Return whom a policy can be for, as pages offer it: all, each team, each tag in use."""
    of_teams = [(f"team:{id_}", f"Team {team}") for id_, team in teams(session)]
    of_tags = [(f"tag:{tag}", f"Everybody tagged {tag}") for tag in tags(session)]
    return [("all:", "All tutors"), *of_teams, *of_tags]


def desk(session: Session) -> Desk:
    """Return what waits for a named person, and what has one."""
    adopted = tuple(published(session))
    known = {(each.policy, f"{each.major}.{each.minor}") for each in adopted}
    waiting = (each for each in on_file() if (each.name, each.document.version) not in known)
    return Desk(
        waiting=tuple(waiting),
        adopted=adopted,
        drafts=drafts(session),
        checks=checks(session),
        scenarios=reviewed(session),
        quizzes=tuple(each.policy for each in _live(session)),
        missing=missing_contacts(session),
    )


def on_file() -> Iterator[OnFile]:
    """Yield each version in policies/<name>/<version>.md; raises BadPolicy for a bad file."""
    for path in sorted(paths.POLICIES.glob("*/*.md")):
        text = path.read_text(encoding="utf-8")
        yield OnFile(name=path.parent.name, document=parse(text), text=text)


def find_on_file(name: str, version: str) -> OnFile | None:
    """Return this version from policies/, or None."""
    wanted = (each for each in on_file() if (each.name, each.document.version) == (name, version))
    return next(wanted, None)


def reviewed(session: Session) -> tuple[Reviewed, ...]:
    """Return every scenario and card of the live quizzes with its approval."""
    by_digest, wrong = approved(session), {each.digest: each for each in withdrawn(session)}
    return tuple(
        Reviewed(item=item, digest=words, approved=by_digest.get(words), withdrawn=wrong.get(words))
        for quiz in _live(session)
        for item in _items(quiz)
        for words in (digest(item),)
    )


def get_reviewed(session: Session, scenario: str) -> Reviewed:
    """Return one scenario or card with its approval; raises NotFound."""
    for each in reviewed(session):
        if each.item.id == scenario:
            return each
    raise NotFound


def question(session: Session, scenario: str, *, pass_percent: int) -> Question:
    """Return a scenario as it would be withdrawn as wrong; raises NotFound, for a card too."""
    found = get_reviewed(session, scenario)
    for quiz in _live(session):
        if found.item in quiz.scenarios:
            return Question(
                scenario=scenario,
                digest=found.digest,
                must_cover=quiz.must_cover,
                pass_percent=pass_percent,
            )
    raise NotFound


def _live(session: Session) -> Iterator[Quiz]:
    known = {each.name for each in on_file()} | set(names(session))
    found = (find_quiz(session, name) for name in sorted(known))
    return (quiz for quiz in found if quiz)


def _items(quiz: Quiz) -> tuple[Scenario | Card, ...]:
    return (*quiz.scenarios, *quiz.cards)
