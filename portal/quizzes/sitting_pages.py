"""Pages that name who reads an attempt aloud."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.people.proof import prove
from portal.quizzes.forms import HelperForm
from portal.quizzes.queries import get_attempt
from portal.quizzes.sitting import NoHelper, name_helper

UNPROVED = "This address and this password do not belong together"


def open_on(bp: Blueprint) -> None:
    """Put these pages among the room's own."""
    bp.get("/attempts/<attempt_id>/helper")(helper)
    bp.post("/attempts/<attempt_id>/helper", endpoint="name_helper")(keep_helper)


@allow(Role.TUTOR)
def helper(attempt_id: str) -> ResponseReturnValue:
    """Ask who reads this attempt aloud."""
    return _page(HelperForm(), attempt_id)


@allow(Role.TUTOR)
def keep_helper(attempt_id: str) -> ResponseReturnValue:
    """Keep who reads it aloud, once they have shown that it is them."""
    form, now = HelperForm(request.form), clock.now()
    if not form.validate():
        return _page(form, attempt_id), 422
    found = prove(form.email.data or "", form.password.data or "", by=actor(), now=now)
    if found is None:
        form.password.errors = [UNPROVED]
        return _page(form, attempt_id), 422
    try:
        with db.change() as session:
            name_helper(session, attempt_id, helper_id=found.id, by=actor(), now=now)
    except NoHelper as refusal:
        form.form_errors = [refusal.sentence]
        return _page(form, attempt_id), refusal.status
    flash(f"{found.name} reads aloud from here on. You choose.")
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id))


def _page(form: HelperForm, attempt_id: str) -> str:
    with db.reader() as session:
        tried = get_attempt(session, attempt_id, person_id=actor().id)
    return render_template("quizzes/helper.html", form=form, tried=tried)
