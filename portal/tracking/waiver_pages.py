"""Pages of waivers: grant one, the register, what is asked for, ending one early."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.clearance import granting
from portal.clearance.granting import Gap, Wish, gaps
from portal.clearance.queries import standing
from portal.clearance.register import register
from portal.clearance.waivers import earlier, next_cycle
from portal.errors import NotFound
from portal.forms import options
from portal.people.models import Person
from portal.people.queries import get_person
from portal.tracking.measure_forms import ReasonForm, WaiverForm

GRANTERS = granting.GRANTERS
ANSWERERS = (Role.HR, Role.SAFEGUARDING_LEAD)
WHY_ENDED = "Why does it end before its time?"


def open_on(bp: Blueprint) -> None:
    """Put these pages among the room's own."""
    bp.get("/waivers")(waivers)
    bp.get("/tutors/<tutor_id>/waivers")(ask_waiver)
    bp.post("/tutors/<tutor_id>/waivers")(waive)
    bp.get("/waivers/<waiver_id>/end")(ask_waiver_end)
    bp.post("/waivers/<waiver_id>/end")(end_waiver)
    bp.post("/waivers/requests/<request_id>/approval")(approve_waiver)
    bp.post("/waivers/requests/<request_id>/refusal")(decline_waiver)


@allow(*GRANTERS, Role.SAFEGUARDING_LEAD)
def waivers() -> ResponseReturnValue:
    """Show who may teach without a signature, who decided that, why, and until when."""
    now = clock.now()
    with db.reader() as session:
        shown = register(session, seen_by=actor(), now=now)
    words = {"register": shown, "may_end": actor().has(*GRANTERS), "now": now}
    return render_template("tracking/waivers.html", **words)


@allow(*GRANTERS)
def ask_waiver(tutor_id: str) -> ResponseReturnValue:
    """Ask what is to be waived, until when and why."""
    return _page(WaiverForm(), tutor_id)


@allow(*GRANTERS)
def waive(tutor_id: str) -> ResponseReturnValue:
    """Grant a waiver, or ask for a second one."""
    form = WaiverForm(request.form)
    found, _ = _gaps(tutor_id)
    form.policy.choices = _choices(found)
    wish = _wish(form, tutor_id) if form.validate() else None
    if wish is None:
        return _page(form, tutor_id), 422
    try:
        with db.change() as session:
            settings = current_app.extensions["settings"]
            given = granting.waive(session, wish, settings=settings, by=actor(), now=clock.now())
    except granting.NotWaived as refusal:
        form.form_errors = [refusal.sentence]
        return _page(form, tutor_id), 422
    said = "The waiver is granted." if given else "It is the second one, so it is asked for."
    flash(f"{said} HR and the safeguarding lead are told by mail.", "cleared")
    return redirect(url_for("tracking.tutor", tutor_id=tutor_id))


@allow(*ANSWERERS)
def approve_waiver(request_id: str) -> ResponseReturnValue:
    """Grant the second waiver that was asked for."""
    with db.change() as session:
        told: dict[str, Any] = {"settings": current_app.extensions["settings"], "by": actor()}
        granting.approve(session, request_id, **told, now=clock.now())
    flash("The second waiver is granted. Whoever asked is told by mail.", "cleared")
    return redirect(url_for("tracking.waivers"))


@allow(*ANSWERERS)
def decline_waiver(request_id: str) -> ResponseReturnValue:
    """Grant none."""
    with db.change() as session:
        granting.decline(session, request_id, by=actor(), now=clock.now())
    flash("Declined. Whoever asked is told by mail.", "cleared")
    return redirect(url_for("tracking.waivers"))


@allow(*GRANTERS)
def ask_waiver_end(waiver_id: str) -> ResponseReturnValue:
    """Ask why a waiver is to end before its time."""
    return _end_page(ReasonForm(), waiver_id)


@allow(*GRANTERS)
def end_waiver(waiver_id: str) -> ResponseReturnValue:
    """End it now."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _end_page(form, waiver_id), 422
    with db.change() as session:
        why = form.reason.data or ""
        granting.end_waiver(session, waiver_id, reason=why, by=actor(), now=clock.now())
    flash("The waiver has ended. HR and the safeguarding lead are told by mail.", "cleared")
    return redirect(url_for("tracking.waivers"))


def _gaps(tutor_id: str) -> tuple[list[tuple[Gap, int]], Person]:
    """Return what may be bridged, how many waivers each had, and the tutor."""
    settings, now = current_app.extensions["settings"], clock.now()
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=actor(), now=now)
        known = standing(session, tutor_id)
    if tutor_id == actor().id:
        raise NotFound("Nobody decides about themselves here. Ask somebody else to do it.")
    found = []
    for gap in gaps(known, settings=settings, now=now):
        turn = next_cycle(known, policy=gap.policy, major=gap.major)
        key = (gap.policy, gap.major, turn)
        found.append((gap, len(earlier(known.waivers, key))))
    return found, person


def _choices(found: list[tuple[Gap, int]]) -> list[Any]:
    return options((gap.policy, f"{gap.title}, version {gap.major}") for gap, _ in found)


def _wish(form: WaiverForm, tutor_id: str) -> Wish | None:
    """Return what was asked for; None, and an error in the form, for an hour that never comes."""
    told: dict[str, Any] = form.data
    try:
        ends = clock.from_local(told["until"], current_app.extensions["settings"].zone)
    except ValueError:
        form.until.errors = ["The clocks skip that hour. Choose another time"]
        return None
    return Wish(tutor_id=tutor_id, policy=told["policy"], ends_at=ends, reason=told["reason"])


def _page(form: WaiverForm, tutor_id: str) -> str:
    found, person = _gaps(tutor_id)
    form.policy.choices = _choices(found)
    words = {"form": form, "person": person, "gaps": found}
    return render_template("tracking/waiver.html", **words)


def _end_page(form: ReasonForm, waiver_id: str) -> str:
    now = clock.now()
    with db.reader() as session:
        shown = register(session, seen_by=actor(), now=now).waivers
    kept = next((each for each in shown if each.row.id == waiver_id and each.runs(at=now)), None)
    if kept is None:
        raise NotFound
    form.reason.label.text = WHY_ENDED
    return render_template("tracking/waiver_end.html", form=form, kept=kept)
