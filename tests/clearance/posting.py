"""The mails that wait are sent: each one true when it goes, and nobody who needs one left out."""

import json
from datetime import datetime

import sqlalchemy as sa

from portal.outbox.models import Outgoing
from portal.outbox.worker import begin_day, send_all
from tests.clearance.naive import happened, own_signatures, reasons, running
from tests.clearance.worlds import TICK, World

WAITING = sa.select(Outgoing.id).where(Outgoing.done_at.is_(None))


def send(world: World) -> None:
    """Let the worker begin the day and send what waits."""
    world.now += TICK
    with world.app.app_context():
        begin_day(set(), now=world.now)
        before = _rows(world)
        send_all(now=world.now)
    after = _rows(world)
    waiting = [row for row in after.values() if not row.done_at and row.due_at <= world.now]
    assert not waiting, "something could not be sent"
    sent = [row for id_, row in after.items() if id_ not in before or not before[id_].done_at]
    went = [row for row in sent if not row.failure]
    for row in went:
        _require_true(world, row.kind, json.loads(row.payload))
    for row in went:
        if row.kind == "version-news":
            _require_all_told(world, json.loads(row.payload), went)
    world.settle_mails()


def _rows(world: World):
    with world.db.reader() as session:
        return {row.id: row for row in session.execute(sa.select(Outgoing.__table__)).all()}


def _require_true(world: World, kind: str, payload: dict) -> None:
    """Fail for a mail that says what is not so."""
    now, tutors = world.now, {each.id: each for each in world.tutors}
    if kind == "version-notice":
        assert payload["version"] == world.newest().label
        assert payload["person"] in _to_tell(world, payload["version"])
    if kind == "version-called-off":
        off = [each.label for each in world.versions if happened(each.cancelled_at, now)]
        assert payload["version"] in off
        assert running(world.notes[payload["person"]].engagements, now)
    if kind == "suspension-released":
        assert running(world.notes[payload["person"]].suspensions, now)
    if kind == "suspension-over":
        assert not running(world.notes[payload["person"]].suspensions, now)
    if kind == "reminder":
        lapse = datetime.fromisoformat(payload["deadline"])
        noted = world.noted(tutors[payload["person"]])
        assert reasons(noted, lapse) - reasons(noted, lapse - TICK)
        assert lapse > now


def _to_tell(world: World, label: str) -> set[str]:
    """Who works here and holds a signature of a version before this one."""
    number = tuple(map(int, label.split(".")))
    found = set()
    for tutor in world.tutors:
        known = world.noted(tutor)
        here = running(known.engagements, world.now) and running(known.enabled_in, world.now)
        signed = own_signatures(known, known.requirements[0], world.now)
        held = [each for each in signed if not happened(each.revoked_at, world.now)]
        last = max(held, key=lambda each: each.signed_at, default=None)
        if here and last and last.number < number:
            found.add(tutor.id)
    return found


def _require_all_told(world: World, news: dict, went: list) -> None:
    told = [
        json.loads(row.payload)["person"]
        for row in went
        if row.kind == "version-notice" and json.loads(row.payload)["version"] == news["version"]
    ]
    newest = news["version"] == world.newest().label
    assert sorted(told) == sorted(_to_tell(world, news["version"]) if newest else ())
