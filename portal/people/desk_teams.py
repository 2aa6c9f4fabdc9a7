"""Pages of administration: the teams, who leads them and who deputises."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import actor, allow
from portal.forms import options
from portal.people import appointments
from portal.people.blueprint import bp
from portal.people.desk import KEEPERS
from portal.people.desk_forms import DeputyForm, LeadForm, TeamForm
from portal.people.models import Kind
from portal.people.teams import Head, TeamEntry, candidates, get_team, team_entries


@bp.get("/teams")
@allow(*KEEPERS)
def teams() -> ResponseReturnValue:
    """Show the teams and who answers for each."""
    return _teams_page(TeamForm())


@bp.post("/teams")
@allow(*KEEPERS)
def add_team() -> ResponseReturnValue:
    """Add a team; who leads it is asked next."""
    form, by = TeamForm(request.form), actor()
    if not form.validate():
        return _teams_page(form), 422
    try:
        with db.change() as session:
            team_id = appointments.add_team(session, form.name.data or "", by=by, now=clock.now())
    except appointments.TeamKnown as known:
        form.name.errors = [known.sentence]
        return _teams_page(form), 422
    return _changed(team_id, "The team is added. Choose its learning manager now.")


@bp.get("/teams/<team_id>")
@allow(*KEEPERS)
def team(team_id: str) -> ResponseReturnValue:
    """Show one team, and ask who leads it and who deputises."""
    return _team_page(team_id)


@bp.post("/teams/<team_id>/lead")
@allow(*KEEPERS)
def set_lead(team_id: str) -> ResponseReturnValue:
    """Choose the learning manager; the one before stops leading."""
    form = LeadForm(request.form)
    form.lead.choices = _could_lead(_get_team(team_id))
    if not form.validate():
        return _team_page(team_id, lead=form), 422
    _appoint(team_id, form.lead.data, office=Kind.LEADS)
    return _changed(team_id, "The learning manager is set.")


@bp.post("/teams/<team_id>/deputy")
@allow(*KEEPERS)
def set_deputy(team_id: str) -> ResponseReturnValue:
    """Choose the deputy, or nobody; the one before stops deputising."""
    form = DeputyForm(request.form)
    form.deputy.choices = _could_deputise(_get_team(team_id))
    if not form.validate():
        return _team_page(team_id, deputy=form), 422
    _appoint(team_id, form.deputy.data, office=Kind.DEPUTISES)
    return _changed(
        team_id, "The deputy is set." if form.deputy.data else "There is no deputy now."
    )


def _appoint(team_id: str, person_id: str, *, office: Kind) -> None:
    told: dict[str, Any] = {"by": actor(), "now": clock.now()}
    with db.change() as session:
        if person_id:
            appointments.appoint(session, person_id, team_id=team_id, office=office, **told)
        else:
            appointments.relieve(session, team_id, **told)


def _get_team(team_id: str) -> TeamEntry:
    with db.reader() as session:
        return get_team(session, team_id, now=clock.now())


def _could_lead(entry: TeamEntry) -> list[Any]:
    return options([("", "Choose somebody"), *_could(entry.lead)])


def _could_deputise(entry: TeamEntry) -> list[Any]:
    lead = entry.lead.id if entry.lead else ""
    return options([("", "Nobody"), *(each for each in _could(entry.deputy) if each[0] != lead)])


def _could(now: Head | None) -> Iterable[tuple[str, str]]:
    """Return whom the reader may choose, and whoever it is now: nobody appoints themselves."""
    with db.reader() as session:
        free = dict(candidates(session))
    free.pop(actor().id, None)
    return {**free, **({now.id: now.name} if now else {})}.items()


def _teams_page(form: TeamForm) -> str:
    with db.reader() as session:
        entries = team_entries(session, now=clock.now())
    return render_template("people/teams.html", form=form, teams=entries)


def _team_page(
    team_id: str, *, lead: LeadForm | None = None, deputy: DeputyForm | None = None
) -> str:
    """Return the page of one team, with what was chosen in the form that was wrong."""
    entry, wrong = _get_team(team_id), lead or deputy
    lead = lead or LeadForm(lead=entry.lead.id if entry.lead else "")
    lead.lead.choices = _could_lead(entry)
    deputy = deputy or DeputyForm(deputy=entry.deputy.id if entry.deputy else "")
    deputy.deputy.choices = _could_deputise(entry)
    forms = {"lead": lead, "deputy": deputy}
    return render_template("people/team.html", form=wrong, forms=forms, team=entry)


def _changed(team_id: str, words: str) -> ResponseReturnValue:
    flash(words, "cleared")
    return redirect(url_for(".team", team_id=team_id))
