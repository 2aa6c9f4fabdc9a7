"""Gather what the rules need to know, one question to each room, and ask them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db
from portal.access import Actor, Role
from portal.acknowledgements.queries import held_by
from portal.acknowledgements.ready import acknowledged
from portal.clearance.models import Release, Waiver, WaiverEnd
from portal.clearance.replay import known_at as as_known
from portal.clearance.rules import (
    Decision,
    Pass,
    Standing,
    Waived,
    decide,
    released,
    veiled,
)
from portal.clock import LONDON
from portal.people.models import Kind
from portal.people.queries import dated_of, ends_of
from portal.people.rules import End, Period
from portal.policies.queries import Aim, Facts, facts
from portal.policies.rules import Requirement
from portal.quizzes.queries import passes

WAIVERS = (
    sa.select(
        Waiver.person_id,
        Waiver.policy,
        Waiver.major,
        Waiver.cycle,
        Waiver.starts_at,
        Waiver.ends_at,
        Waiver.recorded_at,
        WaiverEnd.ends_at.label("ended_at"),
        WaiverEnd.recorded_at.label("end_recorded_at"),
    )
    .outerjoin(WaiverEnd, WaiverEnd.waiver_id == Waiver.id)
    .where(Waiver.person_id.in_(sa.bindparam("people", expanding=True)))
)


RELEASES = sa.select(Release.period_id, Release.released_at).where(
    Release.period_id.in_(sa.bindparam("periods", expanding=True))
)


def may_know(reader: Actor, *, of: str) -> bool:
    """Whether this reader may know of the suspensions of a tutor, who is somebody else.

    The rules veil them from everyone else.
    """
    return reader.id != of and reader.has(Role.HR, Role.SAFEGUARDING_LEAD)


def answer(known: Standing, *, of: str, at: datetime, seen_by: Actor) -> Decision:
    """Return the rules' answer about a tutor, veiled for whoever may not know of suspensions.

    To the tutor it tells those that HR released.
    """
    if may_know(seen_by, of=of):
        return decide(known, at=at)
    return released(known, at=at) if seen_by.id == of else veiled(known, at=at)


def standing(session: Session, person_id: str, *, known_at: datetime | None = None) -> Standing:
    """Return all that is known of one tutor, or was known at an earlier moment."""
    known = standings(session, [person_id])[person_id]
    return as_known(known, known_at) if known_at else known


def standings(
    session: Session, people: Collection[str], *, supposed: Collection[Facts] | None = None
) -> dict[str, Standing]:
    """Return all that is known of these tutors: one question to each room, however many.

    `supposed` are policies as they might be, in place of those that are: what would then be so?
    """
    periods = _grouped(dated_of(session, people))
    signed = _grouped(held_by(session, people))
    passed = _grouped(passes(session, *people))
    waived = _grouped(db.rows(session, WAIVERS, people=list(people)))
    told = _releases(session, periods)
    ends = ends_of(session, [row for of_one in periods.values() for row in of_one])
    zone = session.info.get("zone", LONDON)
    policies = facts(session, zone=zone) if supposed is None else supposed
    return {
        person: Standing(
            engagements=_periods(periods[person], Kind.ENGAGEMENT, ends=ends),
            enabled_in=_periods(periods[person], Kind.ENABLED),
            suspensions=_periods(periods[person], Kind.SUSPENSION),
            releases=tuple(told[row.id] for row in periods[person] if row.id in told),
            waivers=tuple(_waived(row) for row in waived[person]),
            requirements=tuple(_requirement(each, periods[person]) for each in policies),
            acknowledgements=tuple(acknowledged(row) for row in signed[person]),
            passes=tuple(_pass(row) for row in passed[person]),
        )
        for person in people
    }


def _releases(session: Session, periods: dict[str, list[Any]]) -> dict[str, Period]:
    """Return what HR released, by period; nothing is asked while nobody is suspended."""
    rows = (row for of_one in periods.values() for row in of_one)
    suspensions = [row.id for row in rows if row.kind == Kind.SUSPENSION]
    found = db.rows(session, RELEASES, periods=suspensions) if suspensions else ()
    return {
        row.period_id: Period(
            id=row.period_id, starts_at=row.released_at, recorded_at=row.released_at
        )
        for row in found
    }


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    by_person: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    return by_person


def _periods(
    rows: Iterable[Any],
    kind: Kind,
    value: str = "",
    *,
    ends: Mapping[str, tuple[End, ...]] = MappingProxyType({}),
) -> tuple[Period, ...]:
    own = (row for row in rows if row.kind == kind and row.value == value)
    return tuple(_period(row, ends=ends.get(row.id, ())) for row in own)


def _period(row: Any, *, ends: tuple[End, ...]) -> Period:
    return Period(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        recorded_at=row.recorded_at,
        end_recorded_at=row.end_recorded_at,
        corrected=ends[:-1],
    )


def _requirement(policy: Facts, periods: Iterable[Any]) -> Requirement:
    return Requirement(
        policy=policy.policy,
        title=policy.title,
        versions=policy.versions,
        applies=tuple(way for aim in policy.audiences for way in _ways(aim, periods)),
        enforcements=policy.enforcements,
    )


def _ways(aim: Aim, periods: Iterable[Any]) -> Iterable[tuple[Period, ...]]:
    """Return each way in which this audience takes the tutor in."""
    if aim.kind == "all":
        return [(aim.period,)]
    members = _periods(periods, Kind(aim.kind), aim.value)
    return [(aim.period, membership) for membership in members]


def _pass(row: Any) -> Pass:
    return Pass(policy=row.policy, major=row.major, cycle=row.cycle, passed_at=row.passed_at)


def _waived(row: Any) -> Waived:
    return Waived(
        policy=row.policy,
        major=row.major,
        cycle=row.cycle,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        recorded_at=row.recorded_at,
        ended_at=row.ended_at,
        end_recorded_at=row.end_recorded_at,
    )


def engagements(known: Standing, *, at: datetime) -> frozenset[str]:
    """Return the ids of the engagements that run then: what was signed in others counts no more."""
    return frozenset(each.id for each in known.engagements if each.covers(at))
