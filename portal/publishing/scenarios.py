"""Pages of one scenario: approve its very words, take that back, or withdraw it as wrong."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.publishing.actions import require_words
from portal.publishing.blueprint import READERS, bp
from portal.publishing.forms import ApproveForm
from portal.publishing.queries import get_reviewed, question
from portal.publishing.scenario_forms import WithdrawForm
from portal.quizzes.actions import approve as approve_scenario
from portal.quizzes.actions import withdraw as withdraw_approval
from portal.quizzes.remarking import affected, withdraw_question


@bp.get("/publishing/scenarios/<scenario_id>")
@allow(*READERS)
def scenario(scenario_id: str) -> ResponseReturnValue:
    """Show one scenario whole, key and consequences, to those who answer for it."""
    with db.reader() as session:
        found = get_reviewed(session, scenario_id)
    may = {"approve": actor().has(Role.SAFEGUARDING_LEAD)}
    return render_template("publishing/scenario.html", reviewed=found, may=may)


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


@bp.get("/publishing/scenarios/<scenario_id>/remarking")
@allow(Role.SAFEGUARDING_LEAD)
def remarking(scenario_id: str) -> ResponseReturnValue:
    """Say what withdrawing this question as wrong would change."""
    return _remarking_page(scenario_id, WithdrawForm())


@bp.post("/publishing/scenarios/<scenario_id>/remarking")
@allow(Role.SAFEGUARDING_LEAD)
def remark(scenario_id: str) -> ResponseReturnValue:
    """Withdraw the very words that were shown, and mark again without them."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return _remarking_page(scenario_id, form), 422
    with db.change() as session:
        digest, reason = str(form.digest.data), str(form.reason.data)
        require_words(session, scenario_id, digest=digest)
        wrong = question(session, scenario_id, pass_percent=_pass_percent())
        became = withdraw_question(session, wrong, reason=reason, by=actor(), now=clock.now())
    flash(f"It is withdrawn. Tries that are passed now: {len(became)}.", "cleared")
    return redirect(url_for(".scenario", scenario_id=scenario_id))


def _remarking_page(scenario_id: str, form: WithdrawForm) -> str:
    with db.reader() as session:
        found = get_reviewed(session, scenario_id)
        wrong = question(session, scenario_id, pass_percent=_pass_percent())
        again = affected(session, wrong)
    form.digest.data, form.digest.raw_data = found.digest, None
    counts = {"asked": len(again), "turned": sum(each.turns for each in again)}
    return render_template("publishing/remarking.html", reviewed=found, form=form, **counts)


def _pass_percent() -> int:
    percent: int = current_app.extensions["settings"].pass_percent
    return percent
