"""Erase what is personal about one person, or behind one acknowledgement, under a named rule."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.archive.holds import held_since
from portal.archive.rules import Rule, hindrance
from portal.errors import NotFound, Refusal
from portal.ledger.erasing import Written, erase, written_about
from portal.outbox import actions as outbox
from portal.people.actions import forget
from portal.people.directory import runs_now
from portal.people.models import Kind
from portal.people.queries import dated


class NotErased(Refusal):
    """The rule does not allow it now; nothing was erased."""

    code = "not-erased"


def erase_person(
    session: Session, person_id: str, *, rule: Rule, by: Actor, now: datetime
) -> dict[str, int]:
    """Erase what the ledger, the records and the account say of somebody; return how many rows.

    Rows of evidence stay, with ids, dates and digests. Raises NotErased.
    """
    _require_allowed(session, person_id, rule=rule, now=now)
    outbox.forget(session, forget(session, person_id))
    told: dict[str, Any] = {"rule": rule.code, "subject": person_id, "by": by, "now": now}
    return erase(session, written_about(session, person_id), **told)


def erase_acknowledgement(
    session: Session, person_id: str, serial: str, *, rule: Rule, by: Actor, now: datetime
) -> dict[str, int]:
    """Erase record, PDF and what the ledger says of one acknowledgement; return how many rows.

    Raises NotFound and NotErased.
    """
    _require_allowed(session, person_id, serial, rule=rule, now=now)
    entries = list(_of_serial(written_about(session, person_id), serial))
    if not entries:
        raise NotFound("There is nothing of this acknowledgement to erase.")
    told: dict[str, Any] = {"rule": rule.code, "subject": person_id, "by": by, "now": now}
    return erase(session, entries, **told)


def _of_serial(entries: Iterable[Written], serial: str) -> Iterable[Written]:
    return (each for each in entries if each.facts.get("serial") == serial)


def _require_allowed(
    session: Session, person_id: str, serial: str = "", *, rule: Rule, now: datetime
) -> None:
    periods = dated(session, person_id)
    running = {each.kind for each in periods if runs_now(each, now=now)}
    ends = [each.ends_at for each in periods if each.kind == Kind.ENGAGEMENT and each.ends_at]
    why = hindrance(
        rule,
        engaged=Kind.ENGAGEMENT in running,
        enabled=Kind.ENABLED in running,
        ended_at=max(ends, default=None),
        held_since=held_since(session, person_id, serial=serial),
        now=now,
    )
    if why:
        raise NotErased(why, subject=person_id, rule=rule.code)
