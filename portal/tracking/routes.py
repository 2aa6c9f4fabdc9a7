"""Pages of the learning manager's desk."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.clearance.due import State
from portal.people.queries import get_person
from portal.tracking.forms import WORDS, WantedForm
from portal.tracking.queries import Wanted, board, page_of

bp = Blueprint("tracking", __name__)
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
    days = current_app.extensions["settings"].renewal_opens_days
    now = clock.now()
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=actor(), now=now)
        shown = page_of(session, person, opens_days=days, seen_by=actor(), now=now)
    return render_template("tracking/tutor.html", page=shown, words=WORDS)
