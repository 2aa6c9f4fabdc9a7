"""What a signature rests on: may this tutor sign this version now.

Asked when the form opens, before anything is printed, and again in the transaction that stores the
signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.queries import held
from portal.acknowledgements.refusals import AlreadySigned, MayNotSign, NotYet, TextChanged
from portal.acknowledgements.rules import Acknowledged, cycle, opens_at
from portal.config import Settings
from portal.people.models import Kind
from portal.people.queries import dated
from portal.policies.actions import PolicyChanged, label_of, require_newest
from portal.policies.models import Version
from portal.policies.queries import get_version, newest, sections_opened
from portal.policies.text import parse
from portal.quizzes.passing import Pass, bound_pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a signature made now would rest on."""

    version: Version
    engagement_id: str
    cycle: int
    acknowledgements: tuple[Acknowledged, ...]
    opened: dict[int, datetime]
    attempt: Pass

    @property
    def label(self) -> str:
        """The version as people write it: "2.1"."""
        return label_of(self.version)


def ready(
    session: Session, name: str, label: str, *, by: Actor, settings: Settings, now: datetime
) -> Ready:
    """Return what a signature of this version would rest on now.

    Raises, in the order to put things right: NotFound, MayNotSign, AlreadySigned, TextChanged,
    NotYet.
    """
    version, engagement_id, rows = asked_for(
        session, name, label, by=by, settings=settings, now=now
    )
    signed = tuple(map(acknowledged, rows))
    this_cycle = cycle(signed, policy=name, major=version.major)
    return Ready(
        version=version,
        engagement_id=engagement_id,
        cycle=this_cycle,
        acknowledgements=signed,
        opened=_opened(session, version, by=by),
        attempt=_passed(session, version, cycle=this_cycle, by=by),
    )


def asked_for(
    session: Session, name: str, label: str, *, by: Actor, settings: Settings, now: datetime
) -> tuple[Version, str, list[Any]]:
    """Return version, engagement and earlier signatures where a signature of it is asked for now.

    Whether everything before it is done is `ready`'s to say; raises the same but NotYet.
    """
    version = get_version(session, name, label)
    engagement_id = _engagement(dated(session, by.id), now=now)
    rows = held(session, by.id)
    _require_due(rows, version, engagement_id, days=settings.renewal_opens_days, now=now)
    _require_newest(session, version)
    return version, engagement_id, rows


def acknowledged(row: Any) -> Acknowledged:
    """Return one signature held as the rules know it."""
    return Acknowledged(
        id=row.id,
        policy=row.policy,
        major=row.major,
        minor=row.minor,
        cycle=row.cycle,
        engagement_id=row.engagement_id,
        signed_at=row.signed_at,
        expires_at=row.expires_at,
        anniversary_at=row.anniversary_at,
        revoked_at=row.revoked_at,
        revocation_recorded_at=row.revocation_recorded_at,
    )


def _engagement(periods: Iterable[Any], *, now: datetime) -> str:
    running = [
        each
        for each in periods
        if each.starts_at <= now and (each.ends_at is None or now < each.ends_at)
    ]
    engaged = [each.id for each in running if each.kind == Kind.ENGAGEMENT]
    if not engaged or not any(each.kind == Kind.ENABLED for each in running):
        raise MayNotSign("You are not engaged as a tutor now, so there is nothing to sign.")
    return str(engaged[-1])


def _require_due(
    rows: Iterable[Any], version: Version, engagement_id: str, *, days: int, now: datetime
) -> None:
    """Raise AlreadySigned while a signature of this major counts and its renewal is not open."""
    wanted = (version.policy, version.major, engagement_id)
    for row in rows:
        own = (row.policy, row.major, row.engagement_id) == wanted
        stands = row.revoked_at is None and row.cancelled_at is None and now < row.expires_at
        if own and stands and now < opens_at(row.anniversary_at, days=days):
            raise AlreadySigned(row.serial)


def _require_newest(session: Session, version: Version) -> None:
    try:
        require_newest(session, version)
    except PolicyChanged as changed:
        raise text_changed(session, version) from changed


def text_changed(session: Session, version: Version) -> TextChanged:
    """Return the refusal that leads from this version to the one to read and sign."""
    latest = newest(session, version.policy)
    refusal = TextChanged(
        "Nothing was signed: the text has changed.",
        policy=version.policy,
        version=label_of(version),
        newest=label_of(latest) if latest else "",
    )
    refusal.shown = {"policy": version.policy, "version": version, "latest": latest}
    return refusal


def _opened(session: Session, version: Version, *, by: Actor) -> dict[int, datetime]:
    opened = sections_opened(session, by.id, version_id=version.id)
    missing = [each for each in parse(version.text).sections if each.number not in opened]
    if missing:
        refusal = _not_yet(version, sections=[each.number for each in missing])
        refusal.shown |= {"section": missing[0]}
        raise refusal
    return opened


def _passed(session: Session, version: Version, *, cycle: int, by: Actor) -> Pass:
    passed = bound_pass(session, by.id, policy=version.policy, major=version.major, cycle=cycle)
    if passed is None:
        raise _not_yet(version, cycle=cycle)
    return passed


def _not_yet(version: Version, **facts: Any) -> NotYet:
    label = label_of(version)
    refusal = NotYet("Signing comes last", policy=version.policy, version=label, **facts)
    refusal.shown = {"policy": version.policy, "label": label, "section": None}
    return refusal
