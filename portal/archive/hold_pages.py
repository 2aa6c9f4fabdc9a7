"""Pages of holds: which there are, keep something from being erased, lift a hold."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.archive import holds
from portal.archive.blueprint import bp
from portal.archive.forms import HoldForm, LiftForm


@bp.get("/holds")
@allow(Role.HR, Role.SAFEGUARDING_LEAD)
def every_hold() -> ResponseReturnValue:
    """Show what may not be erased, since when and why; what was lifted stays in the list."""
    with db.reader() as session:
        rows, why = holds.every_hold(session)
    return render_template("archive/holds.html", rows=rows, why=why, may=actor().has(Role.HR))


@bp.get("/people/<person_id>/hold")
@allow(Role.HR)
def ask_hold(person_id: str) -> ResponseReturnValue:
    """Ask why something about a person must not be erased."""
    return _page(HoldForm(serial=request.args.get("serial", "")), person_id)


@bp.post("/people/<person_id>/hold")
@allow(Role.HR)
def hold(person_id: str) -> ResponseReturnValue:
    """Keep it from being erased."""
    form = HoldForm(request.form)
    if not form.validate():
        return _page(form, person_id), 422
    with db.change() as session:
        why = form.reason.data or ""
        holds.hold(session, _wanted(form, person_id), reason=why, by=actor(), now=clock.now())
    flash("It is held. Nothing of it can be erased until somebody in HR lifts the hold.", "cleared")
    return redirect(url_for(".every_hold"))


@bp.get("/holds/<hold_id>/end")
@allow(Role.HR)
def ask_lift(hold_id: str) -> ResponseReturnValue:
    """Ask why a hold is to end."""
    return _lift_page(LiftForm(), hold_id)


@bp.post("/holds/<hold_id>/end")
@allow(Role.HR)
def lift(hold_id: str) -> ResponseReturnValue:
    """Lift a hold; what it kept may then go when a rule allows it."""
    form = LiftForm(request.form)
    if not form.validate():
        return _lift_page(form, hold_id), 422
    with db.change() as session:
        why = form.reason.data or ""
        holds.lift(session, hold_id, reason=why, by=actor(), now=clock.now())
    flash("The hold is lifted. Nothing is erased by that.", "cleared")
    return redirect(url_for(".every_hold"))


def _wanted(form: HoldForm, person_id: str) -> holds.Wanted:
    return holds.Wanted(person_id=person_id, serial=form.serial.data or "")


def _page(form: HoldForm, person_id: str) -> str:
    with db.reader() as session:
        what = _wanted(form, person_id)
        person = holds.require_held_by(session, what, seen_by=actor(), now=clock.now())
    return render_template("archive/hold.html", form=form, person=person)


def _lift_page(form: LiftForm, hold_id: str) -> str:
    with db.reader() as session:
        row = holds.get_hold(session, hold_id)
    if row.ended_at:
        raise holds.AlreadyLifted("This hold is lifted already.")
    return render_template("archive/lift.html", form=form, row=row)
