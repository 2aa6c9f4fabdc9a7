"""Mails about a tutor's standing: to those who answer for it, and to the tutor where HR says so."""

from datetime import datetime
from typing import Any, cast

from flask import current_app

from portal import clock, db
from portal.clearance.granting import ASKED, DECLINED, ENDED, GRANTED
from portal.clearance.suspending import (
    REINSTATED,
    RELEASED,
    SUSPENDED,
    TELL_OVER,
    TELL_TUTOR,
    asked_of,
    whom_to_ask,
)
from portal.config import Settings
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.directory import unended
from portal.people.engagements import (
    CAME_BACK,
    LEAVES,
    LEFT,
    MOVED,
    RETURNED,
    STANDING,
    STAYS,
    keepers,
    last_day_of,
    leaves_at,
)
from portal.people.mails import name_of, recipient
from portal.people.models import Kind

VEILED = (SUSPENDED, REINSTATED, RELEASED)  # what only HR and the safeguarding lead may know
SAID = {
    SUSPENDED: "was suspended",
    REINSTATED: "was reinstated",
    RELEASED: "was told of the suspension",
    GRANTED: "was given a waiver",
    ASKED: "needs HR’s answer about a second waiver",
    DECLINED: "gets no second waiver",
    ENDED: "has a waiver no longer",
    LEFT: "has left",
    LEAVES: "has a last day",
    MOVED: "has another last day",
    STAYS: "stays",
    CAME_BACK: "has come back",
}


def send_standing(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody what was decided about a tutor; why, the page says."""
    settings, what = _settings(), payload["what"]
    with db.reader() as session:
        reader = recipient(session, payload["to"], now=now)
        if what in VEILED and reader.id not in keepers(session, now=now):
            raise NeverSend("not sent: this person may not know of it any more")
        tutor = name_of(session, payload["person"])
        ends = leaves_at(session, payload["person"], now=now)
        engaged = bool(unended(session, payload["person"], kind=Kind.ENGAGEMENT))
    moment = datetime.fromisoformat(payload["at"])
    words = {
        "name": reader.name,
        "tutor": tutor,
        "what": what,
        "said": SAID[what],
        "veiled": what in VEILED,
        "by": payload["by"],
        "at": clock.in_words(moment, settings.zone),
        "last_day": clock.day_in_words(last_day_of(ends), settings.zone) if ends else "",
        "engaged": engaged,
        "tutor_link": f"{settings.public_url}/tutors/{payload['person']}",
        "register_link": f"{settings.public_url}/waivers",
        "tutors_link": f"{settings.public_url}/tutors",
    }
    mail = compose(STANDING, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_tutor(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor of their suspension, while it runs, and whom to ask."""
    settings = _settings()
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
        ask = whom_to_ask(session, tutor.id)
    if ask is None:
        raise NeverSend("not sent: it does not hold any more")
    words = {"name": tutor.name, "ask": ask, "organisation": settings.organisation}
    mail = compose(TELL_TUTOR, to=tutor.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_over(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor who knew of their suspension that it is over, unless another one runs."""
    settings = _settings()
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
        ask = asked_of(session, payload["period"])
        again = unended(session, tutor.id, kind=Kind.SUSPENSION)
    if ask is None or again:
        raise NeverSend("not sent: it does not hold any more")
    words = {"name": tutor.name, "ask": ask, "organisation": settings.organisation}
    words["link"] = f"{settings.public_url}/"
    mail = compose(TELL_OVER, to=tutor.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def welcome_back(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor who returned what comes before the first lesson."""
    settings = _settings()
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
    words = {
        "name": tutor.name,
        "organisation": settings.organisation,
        "link": f"{settings.public_url}/",
        "reset": f"{settings.public_url}/reset",
    }
    mail = compose(RETURNED, to=tutor.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


HANDLERS: dict[str, Handler] = {
    STANDING: send_standing,
    TELL_TUTOR: tell_tutor,
    TELL_OVER: tell_over,
    RETURNED: welcome_back,
}


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
