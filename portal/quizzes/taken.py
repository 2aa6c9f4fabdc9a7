"""Ids that scenarios and cards of other policies have: approvals and rulings go by them.

Two policies with one id would share a withdrawal, and a ruling on a card. So what is written is
held against the others. What is live already is not taken down.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import paths
from portal.db import rows
from portal.policies.queries import names
from portal.quizzes.content import Quiz
from portal.quizzes.editions import source_of
from portal.quizzes.loader import NOUNS, Fault, line_of, whole
from portal.quizzes.models import QuizVersion

Taken = Mapping[str, str]  # by which policy, for each id
PUBLISHED = sa.select(QuizVersion.id, QuizVersion.policy).where(
    QuizVersion.policy != sa.bindparam("policy")
)
_KNOWN: dict[str, frozenset[str]] = {}  # ids by edition: what was published never changes


def taken(session: Session, policy: str) -> Taken:
    """Return the ids of all other policies: in their files, and in all that was published."""
    found = taken_on_file(policy, among=names(session))
    for row in rows(session, PUBLISHED, policy=policy):
        if row.id not in _KNOWN:
            _KNOWN[row.id] = ids_in(source_of(session, row.policy, edition=row.id))[1]
        found |= dict.fromkeys(_KNOWN[row.id], row.policy)
    return found


def taken_on_file(
    policy: str, *, among: Collection[str] | None = None, files: Collection[Path] = ()
) -> dict[str, str]:
    """Return the ids of other policies, all or those named, in quizzes/ and in these files."""
    found: dict[str, str] = {}
    for path in (*sorted(paths.QUIZZES.glob("*.toml")), *files):
        said, ids = ids_in(whole(path))
        of = said or path.stem
        if of != policy and (among is None or of in among):
            found |= dict.fromkeys(ids, of)
    return found


def clashes(quiz: Quiz, source: bytes, *, name: str, others: Taken) -> Iterator[Fault]:
    """Yield each id of this quiz that another policy has, at its line."""
    items = {("scenarios", n): each.id for n, each in enumerate(quiz.scenarios)}
    items |= {("cards", n): each.id for n, each in enumerate(quiz.cards)}
    for (key, n), id_ in items.items():
        if id_ in others:
            line, place = line_of(source, (key, n, "id")), f"{NOUNS[key]} {id_}"
            reason = f"the policy {others[id_]} has this id already; choose another"
            yield Fault(file=name, line=line, place=place, reason=reason)


@lru_cache(maxsize=32)  # the same bytes at each look at the page
def ids_in(source: bytes) -> tuple[str, frozenset[str]]:
    """Return the policy and the ids of its scenarios and cards; nothing where it is unreadable."""
    try:
        data = tomllib.loads(source.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return "", frozenset()
    lists = (data.get(key) for key in ("scenarios", "cards"))
    items = (each for found in lists if isinstance(found, list) for each in found)
    ids = frozenset(str(each.get("id", "")) for each in items if isinstance(each, dict))
    return str(data.get("policy", "")), ids
