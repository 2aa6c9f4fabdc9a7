"""The register of waivers: for whom, who decided, why, until when; and what is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.access import Actor
from portal.clearance.models import Waiver, WaiverAnswer, WaiverEnd, WaiverRequest
from portal.clearance.second import answerers
from portal.db import rows
from portal.people.models import Person
from portal.people.reasons import of_end, reasons
from portal.people.scope import asked, scoped
from portal.policies.models import Policy

MOST = 500  # rows of one page
_tutor, _granter, _second, _ender = (aliased(Person) for _ in range(4))

WAIVERS = scoped(
    sa.select(
        Waiver.id,
        Waiver.person_id,
        _tutor.name.label("tutor"),
        Policy.title,
        Waiver.major,
        Waiver.starts_at,
        Waiver.ends_at,
        Waiver.recorded_at,
        Waiver.granted_by.label("granter_id"),
        _granter.name.label("granted_by"),
        WaiverAnswer.answered_by,
        _second.name.label("second"),
        WaiverEnd.ends_at.label("ended_at"),
        _ender.name.label("ended_by"),
    )
    .join(_tutor, _tutor.id == Waiver.person_id)
    .join(Policy, Policy.name == Waiver.policy)
    .outerjoin(_granter, _granter.id == Waiver.granted_by)
    .outerjoin(WaiverAnswer, WaiverAnswer.waiver_id == Waiver.id)
    .outerjoin(_second, _second.id == WaiverAnswer.answered_by)
    .outerjoin(WaiverEnd, WaiverEnd.waiver_id == Waiver.id)
    .outerjoin(_ender, _ender.id == WaiverEnd.recorded_by)
    .order_by(Waiver.recorded_at.desc())
    .limit(MOST),
    Waiver.person_id,
)
REQUESTS = scoped(
    sa.select(
        WaiverRequest.id,
        WaiverRequest.person_id,
        _tutor.name.label("tutor"),
        Policy.title,
        WaiverRequest.major,
        WaiverRequest.starts_at,
        WaiverRequest.ends_at,
        WaiverRequest.asked_at,
        WaiverRequest.asked_by,
        _granter.name.label("asker"),
    )
    .join(_tutor, _tutor.id == WaiverRequest.person_id)
    .join(Policy, Policy.name == WaiverRequest.policy)
    .outerjoin(_granter, _granter.id == WaiverRequest.asked_by)
    .outerjoin(WaiverAnswer, WaiverAnswer.request_id == WaiverRequest.id)
    .where(WaiverAnswer.request_id.is_(None))
    .order_by(WaiverRequest.asked_at),
    WaiverRequest.person_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line of the register; `why` is "" once the words are erased."""

    row: Any  # of WAIVERS
    why: str
    why_ended: str

    @property
    def unchecked(self) -> bool:
        """Whether it is a second one, and whoever asked for it granted it."""
        return bool(self.row.answered_by == self.row.granter_id)

    def runs(self, *, at: datetime) -> bool:
        """Whether it can still be ended."""
        return self.row.ended_at is None and at < self.row.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A second waiver that is asked for."""

    row: Any  # of REQUESTS
    why: str
    mine: bool  # the reader may answer it
    alone: bool  # there is nobody but whoever asked
    stuck: bool  # there is nobody at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All waivers of the tutors that a reader may see, and all requests that wait."""

    waivers: tuple[Kept, ...]
    requests: tuple[Waiting, ...]


def register(session: Session, *, seen_by: Actor, now: datetime) -> Register:
    """Return the register as this reader may see it, the newest waiver first."""
    told = asked(seen_by, now=now)
    granted = rows(session, WAIVERS.of(seen_by), **told)
    waiting = rows(session, REQUESTS.of(seen_by), **told)
    why = reasons(session, list(_keys(granted, waiting)))
    return Register(
        waivers=tuple(
            Kept(row=row, why=why.get(row.id, ""), why_ended=why.get(of_end(row.id), ""))
            for row in granted
        ),
        requests=tuple(
            _waiting(row, answerers(session, row, now=now), why=why.get(row.id, ""), by=seen_by)
            for row in waiting
        ),
    )


def _waiting(row: Any, answering: set[str], *, why: str, by: Actor) -> Waiting:
    return Waiting(
        row=row,
        why=why,
        mine=by.id in answering,
        alone=answering == {row.asked_by},
        stuck=not answering,
    )


def _keys(granted: Iterable[Any], waiting: Iterable[Any]) -> Iterable[str]:
    for row in granted:
        yield row.id
        yield of_end(row.id)
    for row in waiting:
        yield row.id
