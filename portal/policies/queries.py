"""Read the documents: which versions there are, for whom, and which sections somebody opened."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import clock
from portal.db import column, rows
from portal.errors import NotFound
from portal.people.models import Dated, Kind
from portal.people.rules import Period
from portal.policies import rules
from portal.policies.models import (
    Audience,
    AudienceEnd,
    Cancellation,
    Enforcement,
    Policy,
    ReadAgain,
    Reading,
    Version,
)

LABEL = re.compile(r"[1-9]\d{0,3}\.(0|[1-9]\d{0,3})", re.ASCII)

NEWEST = (
    sa.select(Version)
    .outerjoin(Cancellation, Cancellation.version_id == Version.id)
    .where(Version.policy == sa.bindparam("policy"), Cancellation.version_id.is_(None))
    .order_by(Version.major.desc(), Version.minor.desc())
    .limit(1)
)
ONE = sa.select(Version).where(
    Version.policy == sa.bindparam("policy"),
    Version.major == sa.bindparam("major"),
    Version.minor == sa.bindparam("minor"),
)
VERSIONS = (
    sa.select(
        Policy.name,
        Policy.title,
        Version.id,
        Version.major,
        Version.minor,
        Version.published_at,
        Version.effective_at,
        Version.grace_ends_at,
        Cancellation.cancelled_at,
    )
    .join(Version, Version.policy == Policy.name)
    .outerjoin(Cancellation, Cancellation.version_id == Version.id)
    .order_by(Policy.name, Version.major, Version.minor)
)
AUDIENCES = (
    sa.select(
        Audience.id,
        Audience.policy,
        Audience.kind,
        Audience.value,
        Audience.starts_at,
        Audience.recorded_at,
        AudienceEnd.ends_at,
        AudienceEnd.recorded_at.label("end_recorded_at"),
    )
    .outerjoin(AudienceEnd, AudienceEnd.audience_id == Audience.id)
    .order_by(Audience.starts_at)
)
ENFORCEMENTS = sa.select(
    Enforcement.policy, Enforcement.enforced_from, Enforcement.recorded_at
).order_by(Enforcement.recorded_at)
PUBLISHED = (
    sa.select(
        Version.id,
        Version.policy,
        Version.major,
        Version.minor,
        Version.title,
        Version.effective_at,
        Version.published_at,
        Version.published_by,
        Version.published_by_name,
        Cancellation.cancelled_at,
    )
    .outerjoin(Cancellation, Cancellation.version_id == Version.id)
    .order_by(Version.published_at.desc())
)
TEXTS = sa.select(Version.text).where(Version.policy == sa.bindparam("policy"))
CANCELLED = sa.select(Cancellation.cancelled_at).where(
    Cancellation.version_id == sa.bindparam("version")
)
_BEGUN = (
    sa.select(sa.func.max(Dated.starts_at))
    .where(Dated.person_id == sa.bindparam("person"), Dated.kind == Kind.ENGAGEMENT)
    .scalar_subquery()
)


def _opened(table: Any) -> Any:
    """Return what somebody opened of a version since their engagement began: before is before."""
    return sa.select(table.section, table.opened_at).where(
        table.person_id == sa.bindparam("person"),
        table.version_id == sa.bindparam("version"),
        table.opened_at >= sa.func.coalesce(_BEGUN, table.opened_at),
    )


_EVER = sa.union_all(_opened(Reading), _opened(ReadAgain)).subquery()
OPENED = sa.select(_EVER.c.section, _EVER.c.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Whom a policy is for, and while when: kind `all`, `team` or `tag`, `value` which one."""

    kind: str
    value: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of one policy but its texts, cancelled and ended things too."""

    policy: str
    title: str
    versions: tuple[rules.Version, ...]
    audiences: tuple[Aim, ...]
    enforcements: tuple[rules.Enforcement, ...]


def names(session: Session) -> list[str]:
    """Return the name of every policy that was ever adopted."""
    return list(session.scalars(sa.select(Policy.name).order_by(Policy.name)))


def newest(session: Session, name: str) -> Version | None:
    """Return the newest published version, announced or effective, that was not cancelled."""
    return session.scalar(NEWEST, {"policy": name})


def get_version(session: Session, name: str, label: str) -> Version:
    """Return this version ("1.0") of a policy, cancelled or not; raises NotFound."""
    if not LABEL.fullmatch(label):
        raise NotFound
    major, minor = map(int, label.split("."))
    found = session.scalar(ONE, {"policy": name, "major": major, "minor": minor})
    if found is None:
        raise NotFound
    return found


def cancelled_at(session: Session, version_id: str) -> datetime | None:
    """Return when a version was called off, or None."""
    return next(iter(column(session, CANCELLED, version=version_id)), None)


def published(session: Session) -> list[Any]:
    """Return every version by number, title, times and who adopted it; the newest first."""
    return list(session.execute(PUBLISHED))


def texts(session: Session, name: str) -> list[str]:
    """Return the text of every version of a policy, called off or not."""
    return list(column(session, TEXTS, policy=name))


def facts(session: Session, *, zone: str = clock.LONDON) -> tuple[Facts, ...]:
    """Return what is known of every policy; `zone` says when the day of an enforcement began."""
    titles: dict[str, str] = {}
    versions: dict[str, list[rules.Version]] = defaultdict(list)
    for row in rows(session, VERSIONS):
        titles[row.name] = row.title
        versions[row.name].append(_version(row))
    audiences = defaultdict(list)
    for audience in rows(session, AUDIENCES):
        audiences[audience.policy].append(_aim(audience))
    enforcements = defaultdict(list)
    for said in rows(session, ENFORCEMENTS):
        enforcements[said.policy].append(_enforcement(said, zone))
    return tuple(
        Facts(
            policy=name,
            title=title,
            versions=tuple(versions[name]),
            audiences=tuple(audiences[name]),
            enforcements=tuple(enforcements[name]),
        )
        for name, title in titles.items()
    )


def sections_opened(session: Session, person_id: str, *, version_id: str) -> dict[int, datetime]:
    """Return which sections of a version this person has opened, and when first.

    Whoever returned begins anew: only what was opened in the newest engagement counts.
    """
    found = rows(session, OPENED, person=person_id, version=version_id)
    return {row.section: row.opened_at for row in found}


def _version(row: Any) -> rules.Version:
    return rules.Version(
        id=row.id,
        major=row.major,
        minor=row.minor,
        published_at=row.published_at,
        effective_at=row.effective_at,
        grace_ends_at=row.grace_ends_at,
        cancelled_at=row.cancelled_at,
    )


def _aim(row: Any) -> Aim:
    period = Period(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        recorded_at=row.recorded_at,
        end_recorded_at=row.end_recorded_at,
    )
    return Aim(kind=row.kind, value=row.value, period=period)


def _enforcement(row: Any, zone: str) -> rules.Enforcement:
    return rules.Enforcement(
        enforced_from=row.enforced_from,
        spares_before=clock.start_of_day(row.recorded_at, zone),
        recorded_at=row.recorded_at,
    )
