"""When the seal ends: said to administrators in good time, and loudly when it has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Role
from portal.acknowledgements.keys import SealUnfit
from portal.acknowledgements.seals import seal_in_use
from portal.config import Settings
from portal.outbox.actions import queue
from portal.people.directory import in_role

AHEAD = (7, 30, 60)  # days before the end, the nearest first
MAIL = "seal-ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What is wrong with the seal, or will be soon; `stopped` when nothing can be signed.

    `mark` names the stage, so that each is told once; one that stops signing is told every day.
    """

    sentence: str
    stopped: bool
    mark: str


def alarm(settings: Settings, *, now: datetime) -> Alarm | None:
    """Return what administrators must know of the seal now, nothing when all is well."""
    try:
        seal = seal_in_use(settings)
        seal.require_valid(now)
    except SealUnfit as fault:
        sentence = f"Nobody can sign: {fault}."
        return Alarm(sentence=sentence, stopped=True, mark="stopped")
    ends = seal.leaf.not_valid_after_utc
    stage = next((days for days in AHEAD if ends - now <= timedelta(days=days)), None)
    if stage is None:
        return None
    day, left = clock.day_in_words(ends, settings.zone), (ends - now).days
    sentence = f"The seal ends on {day}, in {left} days. After that nobody can sign."
    return Alarm(sentence=sentence, stopped=False, mark=f"{seal.fingerprint[:16]} {stage}")


def queue_alarm(session: Session, day: str, now: datetime) -> None:
    """Queue word to every administrator: at each stage once, and every day once it has ended."""
    found = alarm(cast(Settings, current_app.extensions["settings"]), now=now)
    if found is None:
        return
    mark = f"{found.mark} {day}" if found.stopped else found.mark
    for person in in_role(session, Role.ADMINISTRATOR, now=now):
        key = f"{MAIL} {mark} {person.id}"
        queue(session, MAIL, key=key, payload={"person": person.id}, now=now)
