"""Which quiz is live: the newest published for a major or, where none was, the file in quizzes/.

A file is read again when it was changed. A bad one takes nothing down: the copy of the last good
one goes on, and the log and the page of the quiz say what is wrong.
"""

import logging
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

from portal import paths
from portal.errors import NotFound, Refusal
from portal.policies.text import parse
from portal.quizzes.content import Quiz
from portal.quizzes.editions import Edition, editions, source_of
from portal.quizzes.loader import BadQuiz, Fault, read, whole
from portal.quizzes.spare import keep_spare

log = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9-]{1,60}")  # of a policy: it comes from an address and names files here
NEWEST = 9999  # whatever a text says: majors have four digits at most


class NoQuiz(Refusal):
    """There are no scenarios for this policy, or their file cannot be used."""

    code: ClassVar[str] = "no-quiz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A quiz that can be asked, its bytes, and as what it was published; None: it is the file.

    `faults` are those of the file that is there now, for which an earlier one stands in.
    """

    quiz: Quiz
    source: bytes
    words: int  # of all its scenarios: counting them takes longer than a page may
    edition: Edition | None = None
    faults: tuple[Fault, ...] = ()


def live_quiz(session: Session, policy: str, *, major: int = NEWEST) -> Quiz:
    """Return the quiz that tutors are asked; raises as `live` does."""
    return live(session, policy, major=major).quiz


def usual_words(session: Session, policy: str, *, major: int, size: int) -> int:
    """Return how many words an attempt of so many scenarios has on average; raises NoQuiz."""
    found = live(session, policy, major=major)
    return found.words * size // len(found.quiz.scenarios)


def live(session: Session, policy: str, *, major: int = NEWEST) -> Live:
    """Return what is live for this major, or for the newest: of the highest major up to it.

    Where there is none for a new major yet, that of the one before goes on. Raises NotFound for
    what can be no policy's name, and NoQuiz.
    """
    edition = next((each for each in editions(session, policy) if each.major <= major), None)
    if edition and edition.major == major:
        return _published(session, edition)
    try:
        file = on_file(policy, spares=session.info.get("quizzes"))
    except NoQuiz:
        if edition is None:
            raise
        return _published(session, edition)
    older = edition is None or edition.major < file.quiz.major <= major
    return file if older or edition is None else _published(session, edition)


def quiz_on_file(policy: str) -> Quiz:
    """Return the quiz in quizzes/; raises NotFound and NoQuiz as `live` does."""
    return on_file(policy).quiz


_READ: dict[str, Live] = {}  # editions by id, and of each file what was read last without a fault


def _published(session: Session, edition: Edition) -> Live:
    if edition.id not in _READ:
        source = source_of(session, edition.policy, edition=edition.id)
        # Its clauses were checked when it was published: a later text does not take it down.
        quiz = read(source, name=f"{edition.policy}.toml", clauses=None)
        _READ[edition.id] = _counted(quiz, source, edition)
    return _READ[edition.id]


def on_file(policy: str, *, spares: Path | None = None) -> Live:
    """Return what lies in quizzes/, or what was there before it had a fault; raises as `live` does.

    `spares` is the folder for a copy of the last good one, None where nothing is kept.
    """
    path = _path(policy)
    texts = sorted((paths.POLICIES / policy).glob("*.md"))
    try:
        stamp = tuple((file, file.stat().st_mtime_ns) for file in (path, *texts))
        found = _read(path, stamp=stamp)
    except FileNotFoundError as error:
        raise NoQuiz("This policy has no scenarios yet. Ask HR when they will come.") from error
    except BadQuiz as error:
        log.exception("the quiz of %s cannot be used: the one before goes on, if any", policy)
        return replace(_before(path, spares, error), faults=error.faults)
    if _READ.get(str(path)) is not found:
        _READ[str(path)] = found
        if spares:
            keep_spare(spares / path.name, found.source)
    return found


def _before(path: Path, spares: Path | None, error: BadQuiz) -> Live:
    """Return the last good one: the copy first, which is the same in every worker."""
    try:
        if spares:
            spare = spares / path.name
            return _copy(spare, spare.stat().st_mtime_ns)
    except (OSError, BadQuiz):
        log.exception("no copy of %s can be used either", path.name)
    if str(path) not in _READ:
        raise NoQuiz("The scenarios cannot be shown just now. Ask HR to look.") from error
    return _READ[str(path)]


@lru_cache(maxsize=16)
def _copy(spare: Path, _changed: int) -> Live:
    source = whole(spare)
    # Its clauses were checked when it was read first: a later text does not take it down.
    return _counted(read(source, name=spare.name, clauses=None), source)


def _path(policy: str) -> Path:
    if not NAME.fullmatch(policy):
        raise NotFound
    return paths.QUIZZES / f"{policy}.toml"


@lru_cache(maxsize=16)
def _read(path: Path, *, stamp: tuple[tuple[Path, int], ...]) -> Live:
    """Return the quiz as it was when the files had these times; all texts lend it their clauses."""
    texts = [file.read_text(encoding="utf-8") for file, _ in stamp if file != path]
    clauses = {clause for text in texts for clause in parse(text).clauses}
    source = whole(path)
    return _counted(read(source, name=path.name, clauses=clauses), source)


def _counted(quiz: Quiz, source: bytes, edition: Edition | None = None) -> Live:
    words = sum(each.words for each in quiz.scenarios)
    return Live(quiz=quiz, source=source, words=words, edition=edition)
