"""The page of mails that did not leave, for administrators: what, for whom, and why."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.archive import outgoing
from portal.archive.blueprint import bp


@bp.get("/unsent")
@allow(Role.ADMINISTRATOR)
def unsent() -> ResponseReturnValue:
    """List what waits and what was given up; never what it says."""
    with db.reader() as session:
        found = outgoing.unsent(session, now=clock.now())
    return render_template("archive/unsent.html", found=found)


@bp.post("/unsent/tries")
@allow(Role.ADMINISTRATOR)
def try_all() -> ResponseReturnValue:
    """Have all that waits tried now."""
    with db.change() as session:
        outgoing.try_all(session, by=actor(), now=clock.now())
    return _soon()


@bp.post("/unsent/<outgoing_id>/tries")
@allow(Role.ADMINISTRATOR)
def try_again(outgoing_id: str) -> ResponseReturnValue:
    """Have one thing tried again that was given up."""
    with db.change() as session:
        outgoing.try_again(session, outgoing_id, by=actor(), now=clock.now())
    return _soon()


def _soon() -> ResponseReturnValue:
    flash("It is tried within seconds. Load this page again.", "cleared")
    return redirect(url_for(".unsent"))
