"""Pages of the learning manager's desk."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.clearance.due import State
from portal.people.queries import get_person
from portal.policies.actions import label_of
from portal.policies.models import Version
from portal.policies.text import parse
from portal.quizzes.actions import unlock as lift
from portal.quizzes.queries import get_attempt
from portal.quizzes.way import way
from portal.tracking import measures, waiver_pages
from portal.tracking.forms import WORDS, CourseForm, UnlockForm, WantedForm
from portal.tracking.queries import Wanted, board, page_of
from portal.tracking.understanding import courses, get_course, scenario_of, understanding

bp = Blueprint("tracking", __name__)
measures.open_on(bp)
waiver_pages.open_on(bp)
READERS = (Role.MANAGER, Role.HR, Role.SAFEGUARDING_LEAD)


@bp.get("/tutors")
@allow(*READERS)
def tutors() -> ResponseReturnValue:
    """Show what needs the reader now, then their tutors."""
    form = WantedForm(request.args)
    form.validate()  # a filter that cannot be read is no filter
    wanted = Wanted(name=form.name.data or "", state=form.state.data or "")
    days = current_app.extensions["settings"].renewal_opens_days
    with db.reader() as session:
        shown = board(session, wanted=wanted, opens_days=days, seen_by=actor(), now=clock.now())
    return render_template("tracking/tutors.html", board=shown, form=form, words=WORDS, State=State)


@bp.get("/tutors/<tutor_id>")
@allow(*READERS)
def tutor(tutor_id: str) -> ResponseReturnValue:
    """Show one tutor: how they stand, what comes next, their sessions, and what happened."""
    return _tutor_page(tutor_id, UnlockForm())


@bp.get("/tutors/<tutor_id>/attempts/<attempt_id>")
@allow(*READERS)
def attempt(tutor_id: str, attempt_id: str) -> ResponseReturnValue:
    """Show what a tutor chose in one attempt, and what they saw of it."""
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=actor(), now=clock.now())
        tried = get_attempt(session, attempt_id, person_id=person.id)
        version = session.get_one(Version, tried.version_id)
        words = {"person": person, "name": version.policy, "label": label_of(version)}
    situations = way(tried, document=parse(version.text))
    return render_template(
        "tracking/attempt.html", **words, tried=tried, situations=situations, version=version
    )


@bp.post("/tutors/<tutor_id>/unlock")
@allow(Role.MANAGER, Role.HR)
def unlock(tutor_id: str) -> ResponseReturnValue:
    """Lift the wait before a tutor's next try, with a note why."""
    form = UnlockForm(request.form)
    if not form.validate():
        return _tutor_page(tutor_id, form), 422
    told: dict[str, Any] = form.data
    with db.change() as session:
        lift(session, tutor_id, **told, by=actor(), now=clock.now())
    flash("The next try can start now.", "cleared")
    return redirect(url_for(".tutor", tutor_id=tutor_id))


@bp.get("/weak-spots")
@allow(*READERS)
def weak_spots() -> ResponseReturnValue:
    """Show which sentences the reader's tutors do not understand yet."""
    form = CourseForm(request.args)
    with db.reader() as session:
        found = courses(session, now=clock.now())
        if not found:
            return render_template("tracking/no_figures.html")
        course = form.pick(found)
        known = understanding(session, course, mark=_mark(), seen_by=actor(), now=clock.now())
    return render_template("tracking/weak_spots.html", known=known, form=form)


@bp.get("/weak-spots/<name>/<int:major>/<scenario_id>")
@allow(*READERS)
def scenario(name: str, major: int, scenario_id: str) -> ResponseReturnValue:
    """Show what was chosen in one scenario."""
    with db.reader() as session:
        course = get_course(session, name, major, now=clock.now())
        known = understanding(session, course, mark=_mark(), seen_by=actor(), now=clock.now())
    told = scenario_of(known, scenario_id)
    return render_template("tracking/scenario.html", known=known, **told)


def _mark() -> int:
    percent: int = current_app.extensions["settings"].pass_percent
    return percent


def _tutor_page(tutor_id: str, form: UnlockForm) -> str:
    settings, now = current_app.extensions["settings"], clock.now()
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=actor(), now=now)
        page = page_of(session, person, settings=settings, seen_by=actor(), now=now)
        found = measures.what_is_open(session, tutor_id, seen_by=actor(), now=now)
    may_unlock = actor().has(Role.MANAGER, Role.HR)
    words = {"page": page, "words": WORDS, "form": form, "may_unlock": may_unlock}
    words |= {"open": found, "own": tutor_id == actor().id, "now": now}
    return render_template("tracking/tutor.html", **words)
