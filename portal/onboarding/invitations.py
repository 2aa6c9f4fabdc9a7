"""Pages that invite a tutor."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.forms import options
from portal.onboarding import actions
from portal.onboarding.forms import InviteForm
from portal.onboarding.invited import invited
from portal.outbox.told import of_mail
from portal.people.actions import AlreadyKnown

INVITERS = (Role.HR, Role.MANAGER)


def open_on(bp: Blueprint) -> None:
    """Put these pages among the room's own."""
    bp.get("/tutors/new")(invite)
    bp.post("/tutors/new")(send_invitation)
    bp.post("/tutors/<person_id>/invitation")(send_again)


@allow(*INVITERS)
def invite() -> ResponseReturnValue:
    """Ask whom to invite, or say first why nobody can be; list who has not come yet."""
    return _invite_page(_form(None))


@allow(*INVITERS)
def send_invitation() -> ResponseReturnValue:
    """Invite one tutor."""
    form = _form(request.form)
    if not form.validate():
        return _invite_page(form), 422
    try:
        with db.change() as session:
            actions.invite(session, _wish(form), by=actor(), now=clock.now())
    except AlreadyKnown as known:
        form.email.errors = [known.sentence]
        return _invite_page(form), 422
    flash(f"{form.name.data} is invited. {of_mail()}", "cleared")
    return redirect(url_for("onboarding.invite"))


@allow(*INVITERS)
def send_again(person_id: str) -> ResponseReturnValue:
    """Mail a fresh link to somebody who has not come yet."""
    with db.change() as session:
        actions.invite_again(session, person_id, by=actor(), now=clock.now())
    flash(f"{of_mail('A new invitation')} Links from before stop working then.", "cleared")
    return redirect(url_for("onboarding.invite"))


def _form(sent: Any) -> InviteForm:
    form = InviteForm(sent)
    with db.reader() as session:
        teams = actions.teams_to_fill(session, by=actor(), now=clock.now())
    choose = [("", "Choose a team")] if len(teams) > 1 else []
    form.team.choices = options([*choose, *teams])
    return form


def _wish(form: InviteForm) -> actions.Invitation:
    return actions.Invitation(
        name=form.name.data or "", email=form.email.data or "", team_id=form.team.data
    )


def _invite_page(form: InviteForm) -> str:
    now = clock.now()
    with db.reader() as session:
        hindrances = actions.hindrances(session)
        rows = invited(session, seen_by=actor(), now=now)
    lasts = timedelta(days=current_app.extensions["settings"].invitation_days)
    words = {"form": form, "hindrances": hindrances, "invited": rows, "now": now, "lasts": lasts}
    return render_template("onboarding/invite.html", **words)
