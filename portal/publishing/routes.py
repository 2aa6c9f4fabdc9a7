"""Pages for those who answer for the content."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import portal.publishing.drafting
import portal.publishing.governing
import portal.publishing.releasing  # noqa: F401 - importing pages hangs them on the blueprint
from portal import clock, db
from portal.access import Role, actor, allow
from portal.errors import NotFound
from portal.people.gaps import gaps
from portal.publishing.actions import adopt as adopt_version
from portal.publishing.actions import require_words
from portal.publishing.blueprint import ADOPTERS, READERS, bp
from portal.publishing.forms import ApproveForm
from portal.publishing.queries import desk, reviewed
from portal.quizzes.actions import approve as approve_scenario
from portal.quizzes.actions import withdraw as withdraw_approval

__all__ = ["bp"]


@bp.get("/publishing")
@allow(*READERS)
def index() -> ResponseReturnValue:
    """Show versions and scenarios, and what waits for a named person."""
    with db.reader() as session:
        shown = desk(session)
        missing = gaps(session, seen_by=actor(), now=clock.now())
    may = {"adopt": actor().has(*ADOPTERS), "approve": actor().has(Role.SAFEGUARDING_LEAD)}
    return render_template("publishing/index.html", desk=shown, may=may, gaps=missing)


@bp.post("/publishing/policies/<name>/<version>")
@allow(*ADOPTERS)
def adopt(name: str, version: str) -> ResponseReturnValue:
    """Adopt this version in the reader's name."""
    settings = current_app.extensions["settings"]
    with db.change() as session:
        adopt_version(session, name, version, settings=settings, by=actor(), now=clock.now())
    flash(f"Version {version} is adopted in your name.", "cleared")
    return redirect(url_for(".index"))


@bp.get("/publishing/scenarios/<scenario_id>")
@allow(*READERS)
def scenario(scenario_id: str) -> ResponseReturnValue:
    """Show one scenario whole, key and consequences, to those who answer for it."""
    with db.reader() as session:
        found = [each for each in reviewed(session) if each.item.id == scenario_id]
    if not found:
        raise NotFound
    may = {"approve": actor().has(Role.SAFEGUARDING_LEAD)}
    return render_template("publishing/scenario.html", reviewed=found[0], may=may)


@bp.post("/publishing/scenarios/<scenario_id>")
@allow(Role.SAFEGUARDING_LEAD)
def approve(scenario_id: str) -> ResponseReturnValue:
    """Approve the very words that were shown."""
    form = ApproveForm(request.form)
    if not form.validate():
        return redirect(url_for(".scenario", scenario_id=scenario_id))
    with db.change() as session:
        digest, now = str(form.digest.data), clock.now()
        require_words(session, scenario_id, digest=digest)
        approve_scenario(session, scenario_id, digest=digest, by=actor(), now=now)
    return redirect(url_for(".index", _anchor="scenarios"))


@bp.post("/publishing/scenarios/<scenario_id>/withdrawal")
@allow(Role.SAFEGUARDING_LEAD)
def withdraw(scenario_id: str) -> ResponseReturnValue:
    """Take an approval back at once."""
    with db.change() as session:
        withdraw_approval(session, scenario_id, by=actor(), now=clock.now())
    return redirect(url_for(".index", _anchor="scenarios"))
