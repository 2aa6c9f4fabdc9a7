"""The start page of each person, and the escalation card."""

from functools import partial

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow, allow_signed_in
from portal.acknowledgements.queries import held
from portal.clearance.queries import engagements, standing
from portal.config import Settings
from portal.onboarding import invitations, tasks
from portal.onboarding.procedures import PROCEDURES
from portal.onboarding.queries import Way, way
from portal.people.queries import to_ring
from portal.policies.queries import facts
from portal.quizzes.way import tries_of

bp = Blueprint("onboarding", __name__)
invitations.open_on(bp)
STARTS = (  # role, where that person starts; the first that fits
    (Role.MANAGER, "tracking.tutors"),
    (Role.HR, "archive.acknowledgements"),
    (Role.SAFEGUARDING_LEAD, "publishing.index"),
    (Role.AUTHOR, "publishing.index"),
    (Role.ADMINISTRATOR, "publishing.index"),
)


@bp.get("/")
@allow_signed_in
def home() -> ResponseReturnValue:
    """Show a tutor the way to teaching; take everybody else to where they work."""
    if not actor().has(Role.TUTOR):
        start = next((page for role, page in STARTS if actor().has(role)), ".card")
        return redirect(url_for(start))
    found = _way()
    return render_template("onboarding/home.html", **_words(found))


@bp.get("/next-step")
@allow(Role.TUTOR)
def next_step() -> ResponseReturnValue:
    """Take a tutor to what comes next."""
    found = _way()
    stopped = not found.legs or found.stopped
    return redirect(url_for(".home") if stopped else tasks.go(found).href)


@bp.get("/history")
@allow(Role.TUTOR)
def history() -> ResponseReturnValue:
    """Show a tutor all they ever signed, and all they worked through."""
    me, now = actor().id, clock.now()
    with db.reader() as session:
        signed, tries = held(session, me), tries_of(session, me)
        titles = {each.policy: each.title for each in facts(session)}
        running = engagements(standing(session, me), at=now)
    words = {"signed": signed[::-1], "tries": tries, "titles": titles, "now": now}
    words["engagements"] = running
    return render_template("onboarding/history.html", **words)


@bp.get("/now")
@allow_signed_in
def card() -> ResponseReturnValue:
    """Show what to do when something happens, and whom to ring."""
    with db.reader() as session:
        people = to_ring(session, actor().id, now=clock.now())
    return render_template("onboarding/card.html", procedures=PROCEDURES, contacts=people)


def _way() -> Way:
    settings: Settings = current_app.extensions["settings"]
    with db.reader() as session:
        return way(session, actor().id, seen_by=actor(), settings=settings, now=clock.now())


def _words(found: Way) -> dict[str, object]:
    when = partial(clock.in_words, zone=current_app.extensions["settings"].zone)
    return {
        "way": found,
        "go": tasks.go(found),
        "steps": tasks.steps_in_words(found.steps),
        "details": tasks.details(found),
        "lists": [(leg, tasks.lines(leg, way=found, when=when)) for leg in found.legs],
        "teaching": tasks.teaching(found, when=when),
        "first_name": actor().name.split()[0],
    }
