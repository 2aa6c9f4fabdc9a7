"""HR's pages for names that no font can show."""

from typing import cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.acknowledgements import printable
from portal.acknowledgements.blueprint import bp
from portal.acknowledgements.forms import PrintableForm
from portal.acknowledgements.press import Press, PressFailed
from portal.acknowledgements.wording import code_points

BUSY = "It could not be tried out just now. Press the button again"


@bp.get("/printable-names")
@allow(Role.HR)
def printable_names() -> ResponseReturnValue:
    """Show the names that wait, and every form recorded so far."""
    with db.reader() as session:
        words = {"waiting": printable.waiting(session), "forms": printable.forms(session)[::-1]}
    return render_template("acknowledgements/printable_names.html", points=code_points, **words)


@bp.get("/printable-names/new")
@allow(Role.HR)
def new_printable_name() -> ResponseReturnValue:
    """Ask how one name is to be printed."""
    return _page(PrintableForm(name=request.args.get("name", "")[:200]))


@bp.post("/printable-names")
@allow(Role.HR)
def record_printable_name() -> ResponseReturnValue:
    """Record how one name is printed, once the press has shown that it can."""
    form = PrintableForm(request.form)
    if not form.validate() or not _can_be_printed(form):
        return _page(form), 422
    with db.change() as session:
        printable.record_form(
            session,
            form.name.data or "",
            printed_as=form.printed_as.data or "",
            by=actor(),
            now=clock.now(),
        )
    flash("Recorded. Whoever waited for it is told by mail that they can sign.", "cleared")
    return redirect(url_for(".printable_names"))


def _can_be_printed(form: PrintableForm) -> bool:
    """Whether a page can show the form; an exact name as its own form ends an earlier one."""
    if form.printed_as.data == form.name.data:
        return True
    press = cast(Press, current_app.extensions["press"])
    try:
        fault = press.find_fault(form.printed_as.data or "")
    except PressFailed:
        fault = BUSY
    form.printed_as.errors = [fault] if fault else []
    return not fault


def _page(form: PrintableForm) -> str:
    points = code_points(form.name.data or "")
    return render_template("acknowledgements/printable_name.html", form=form, points=points)
