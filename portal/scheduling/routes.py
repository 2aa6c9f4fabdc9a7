"""Pages for lessons: those coming, and asking for one more."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.forms import options
from portal.people.queries import get_person, tutors
from portal.scheduling.actions import book
from portal.scheduling.forms import LessonForm
from portal.scheduling.queries import coming
from portal.scheduling.rules import PLACES, Wish

bp = Blueprint("scheduling", __name__)
SCHEDULERS = (Role.TUTOR, Role.MANAGER, Role.HR)


@bp.get("/lessons")
@allow(*SCHEDULERS, Role.SAFEGUARDING_LEAD)
def lessons() -> ResponseReturnValue:
    """Show the coming lessons of the tutors the reader may see."""
    with db.reader() as session:
        rows = coming(session, seen_by=actor(), now=clock.now())
    words = {"lessons": rows, "places": PLACES, "may_add": actor().has(*SCHEDULERS)}
    return render_template("scheduling/lessons.html", **words)


@bp.get("/lessons/new")
@allow(*SCHEDULERS)
def new() -> ResponseReturnValue:
    """Ask for a lesson."""
    return _form_page(_form(tutor=request.args.get("tutor")))


@bp.post("/lessons")
@allow(*SCHEDULERS)
def create() -> ResponseReturnValue:
    """Schedule the lesson that was asked for; the gate stands in the action."""
    form = _form()
    wish = _wish(form) if form.validate() else None
    if wish is None:
        return _form_page(form), 422
    with db.change() as session:
        get_person(session, wish.tutor_id, seen_by=actor(), now=clock.now())
        book(session, wish, by=actor(), now=clock.now())
    flash("The session is in the list.", "cleared")
    return redirect(url_for(".lessons"))


def _form(tutor: str | None = None) -> LessonForm:
    form = LessonForm(request.form, tutor=tutor)
    with db.reader() as session:
        people = tutors(session, seen_by=actor(), now=clock.now())
    form.tutor.choices = options(people)
    return form


def _form_page(form: LessonForm) -> str:
    return render_template("scheduling/new.html", form=form)


def _wish(form: LessonForm) -> Wish | None:
    """Return what was asked for; None, and an error in the form, for an hour that never comes."""
    told: dict[str, Any] = form.data
    try:
        starts = clock.from_local(told["starts"], current_app.extensions["settings"].zone)
    except ValueError:
        form.starts.errors = ["The clocks skip that hour. Choose another time"]
        return None
    return Wish(
        tutor_id=told["tutor"],
        starts_at=starts,
        ends_at=starts + timedelta(minutes=told["minutes"]),
        place=told["place"],
        pupil=told["pupil"],
    )
