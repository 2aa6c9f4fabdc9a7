"""Whom a policy is for: dated, so that it can be told who was bound when."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.policies.models import Audience, AudienceEnd
from portal.policies.queries import Aim, facts, names

Key = tuple[str, str]  # the kind (all, team, tag), and which


class NoAudience(Refusal):
    """A policy is for somebody."""

    code: ClassVar[str] = "no-audience"
    status: ClassVar[int] = 422


def set_audience(
    session: Session, name: str, audiences: Collection[Key], *, by: Actor, now: datetime
) -> None:
    """Say whom a policy is for from now on: pairs of kind (all, team, tag) and which.

    What stays is not begun anew. Raises NotFound, and NoAudience for nobody.
    """
    if name not in names(session):
        raise NotFound
    if not audiences:
        raise NoAudience("Choose whom the policy is for. Nothing was changed.", subject=name)
    running = {(each.kind, each.value): each.period for each in aims(session, name, now=now)}
    for key in sorted(running.keys() - set(audiences)):
        row = {"audience_id": running[key].id, "ends_at": now, "recorded_at": now}
        keep(session, AudienceEnd, {**row, "recorded_by": by.id})
    for key in sorted(set(audiences) - running.keys()):
        aim(session, name, key, by=by, now=now)
    told = {"policy": name, "audience": sorted(map(list, audiences))}
    note(session, "policy.audience", by=by, subject=name, now=now, **told)


def aim(session: Session, name: str, audience: Key, *, by: Actor, now: datetime) -> None:
    """Begin an audience; whoever calls tells the ledger why."""
    kind, value = audience
    row = {"id": new_id(), "policy": name, "kind": kind, "value": value, "starts_at": now}
    keep(session, Audience, {**row, "recorded_at": now, "recorded_by": by.id})


def aims(session: Session, name: str, *, now: datetime) -> list[Aim]:
    """Return the audiences of a policy that run now."""
    known = next((each for each in facts(session) if each.policy == name), None)
    return [each for each in (known.audiences if known else ()) if each.period.covers(now)]
