"""One policy as its page shows it: every version and what became of it, and for whom it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.people.mails import name_of
from portal.people.queries import teams
from portal.policies.checks import checks
from portal.policies.losing import Lost, lost
from portal.policies.queries import Facts, facts, newest, published
from portal.policies.rules import is_settled
from portal.policies.text import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A version, and whether it can still be called off."""

    version: Any  # a row of policies.queries.published
    label: str
    announced: bool
    current: bool  # the highest of those in effect
    written_by: tuple[str, ...]  # names; none for a file
    checked_by: str  # "" where nobody checked it

    @property
    def called_off(self) -> bool:
        """Whether it will not come."""
        return self.version.cancelled_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A policy, its versions (the newest first), and the audience it has now."""

    name: str
    title: str
    rows: tuple[Row, ...]
    audience: tuple[tuple[str, str], ...]
    audience_words: tuple[str, ...]
    enforced_from: datetime | None
    settled: bool  # no later day is set any more
    review: date | None
    lost: tuple[Lost, ...]  # what a draft begun from the newest version does not keep


def get_whole(session: Session, name: str, *, now: datetime) -> Whole:
    """Return a policy that was adopted; raises NotFound."""
    known = next((each for each in facts(session) if each.policy == name), None)
    if known is None:
        raise NotFound
    keys = tuple((each.kind, each.value) for each in known.audiences if each.period.covers(now))
    named, latest = dict(teams(session)), newest(session, name)
    last = max(known.enforcements, key=lambda each: each.recorded_at, default=None)
    return Whole(
        name=name,
        title=latest.title if latest else known.title,
        rows=tuple(_rows(session, known, now=now)),
        audience=keys,
        audience_words=tuple(audience_words(kind, value, named) for kind, value in keys),
        enforced_from=last.enforced_from if last else None,
        settled=is_settled(known.enforcements, at=now),
        review=date.fromisoformat(latest.review_on) if latest else None,
        lost=lost(parse(latest.text)) if latest else (),
    )


def _rows(session: Session, known: Facts, *, now: datetime) -> list[Row]:
    own = [each for each in published(session) if each.policy == known.policy]
    standing = [each for each in own if each.cancelled_at is None]
    begun = [(each.major, each.minor) for each in standing if each.effective_at <= now]
    checked = checks(session)
    return [
        Row(
            version=each,
            label=f"{each.major}.{each.minor}",
            announced=each in standing and each.effective_at > now,
            current=each in standing and (each.major, each.minor) == max(begun, default=None),
            written_by=_authors(session, checked.get(each.id)),
            # Whoever adopts a file is its second person: its author is the first.
            checked_by=checked[each.id].checked_by_name
            if each.id in checked
            else each.published_by_name,
        )
        for each in own
    ]


def _authors(session: Session, check: Any) -> tuple[str, ...]:
    """Return who wrote a version here, by name; whoever was erased has none."""
    found = (name_of(session, each) for each in check.written_by.split()) if check else ()
    return tuple(name for name in found if name)


def audience_words(kind: str, value: str, named: dict[str, str]) -> str:
    """Say whom a policy is for; `named` are the teams by id."""
    if kind == "all":
        return "all tutors"
    return f"team {named.get(value, value)}" if kind == "team" else f"everybody tagged {value}"
