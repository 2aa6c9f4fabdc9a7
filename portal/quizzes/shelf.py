"""The quizzes that lie in quizzes/: one file a policy, read again when it was changed."""

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from portal import paths
from portal.errors import NotFound, Refusal
from portal.policies.text import parse
from portal.quizzes.content import Quiz
from portal.quizzes.loader import BadQuiz, load

log = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9-]{1,60}")  # of a policy: it comes from an address and names files here


class NoQuiz(Refusal):
    """There are no scenarios for this policy, or their file cannot be used."""

    code: ClassVar[str] = "no-quiz"


def live_quiz(policy: str) -> Quiz:
    """Return the quiz of this policy; raises NotFound for what can be no policy's name, and NoQuiz.

    What is wrong with the file is logged.
    """
    return _live(policy).quiz


def usual_words(policy: str, *, size: int) -> int:
    """Return how many words an attempt of so many scenarios has on average; raises NoQuiz."""
    live = _live(policy)
    return live.words * size // len(live.quiz.scenarios)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    quiz: Quiz
    words: int  # of all its scenarios: counting them takes longer than a page may


def _live(policy: str) -> _Live:
    if not NAME.fullmatch(policy):
        raise NotFound
    path = paths.QUIZZES / f"{policy}.toml"
    texts = sorted((paths.POLICIES / policy).glob("*.md"))
    try:
        return _read(path, stamp=tuple((file, file.stat().st_mtime_ns) for file in (path, *texts)))
    except FileNotFoundError as error:
        raise NoQuiz("This policy has no scenarios yet. Ask HR when they will come.") from error
    except BadQuiz as error:
        log.exception("the quiz of %s cannot be used", policy)
        raise NoQuiz("The scenarios cannot be shown just now. Ask HR to look.") from error


@lru_cache(maxsize=16)
def _read(path: Path, *, stamp: tuple[tuple[Path, int], ...]) -> _Live:
    """Return the quiz as it was when the files had these times; all texts lend it their clauses."""
    texts = [file.read_text(encoding="utf-8") for file, _ in stamp if file != path]
    quiz = load(path, clauses={clause for text in texts for clause in parse(text).clauses})
    return _Live(quiz=quiz, words=sum(each.words for each in quiz.scenarios))
