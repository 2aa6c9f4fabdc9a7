"""Pages of administration: who has an account here and what they do."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import MAY, Role, actor, allow, opens
from portal.forms import options
from portal.outbox.told import of_mail
from portal.people import accounts, appointments, directory
from portal.people.actions import AlreadyKnown
from portal.people.blueprint import bp
from portal.people.desk_forms import AddForm, FindForm, MoveForm, PhoneForm, RoleForm, TagForm
from portal.people.directory import Entry
from portal.people.gaps import gaps
from portal.people.queries import tags, teams

KEEPERS = (Role.ADMINISTRATOR, Role.HR)


@bp.get("/people")
@allow(*KEEPERS)
def everybody() -> ResponseReturnValue:
    """Show everybody, or those who were looked for, and what is still missing."""
    form, now = FindForm(request.args), clock.now()
    named = form.named.data or "" if form.validate() else ""
    with db.reader() as session:
        roll = directory.everybody(session, named=named, now=now)
        missing = gaps(session, seen_by=actor(), now=now)
    return render_template("people/everybody.html", form=form, roll=roll, gaps=missing)


@bp.get("/people/new")
@allow(*KEEPERS)
def new() -> ResponseReturnValue:
    """Ask who is to be added; tutors are invited elsewhere."""
    return _add_page(_add_form(None))


@bp.post("/people")
@allow(*KEEPERS)
def add() -> ResponseReturnValue:
    """Add somebody and mail them a link."""
    form = _add_form(request.form)
    if not form.validate():
        return _add_page(form), 422
    try:
        person_id = _add(form)
    except AlreadyKnown as known:
        form.email.errors = [known.sentence]
        return _add_page(form), 422
    return _changed(person_id, f"{form.name.data} is added. {of_mail()}")


@bp.get("/people/<person_id>")
@allow(*KEEPERS)
def person(person_id: str) -> ResponseReturnValue:
    """Show one person, and what can be changed about them."""
    return _person_page(person_id)


@bp.post("/people/<person_id>/roles")
@allow(*KEEPERS)
def give_role(person_id: str) -> ResponseReturnValue:
    """Let somebody do one thing more."""
    form, by = RoleForm(request.form), actor()
    form.role.choices = _roles()
    if not form.validate():
        return _person_page(person_id, role=form), 422
    role = Role(form.role.data)
    with db.change() as session:
        accounts.give_role(session, person_id, role=role, by=by, now=clock.now())
    return _changed(person_id, f"The role is given: {role.words}.")


@bp.post("/people/<person_id>/roles/<period_id>/end")
@allow(*KEEPERS)
def take_role(person_id: str, period_id: str) -> ResponseReturnValue:
    """End a role; it opens nothing from the next page on."""
    by = actor()
    with db.change() as session:
        accounts.take_role(session, person_id, period_id=period_id, by=by, now=clock.now())
    return _changed(person_id, "The role is taken away.")


@bp.post("/people/<person_id>/disabling")
@allow(*KEEPERS)
def disable(person_id: str) -> ResponseReturnValue:
    """Close an account."""
    with db.change() as session:
        accounts.disable(session, person_id, by=actor(), now=clock.now())
    return _changed(person_id, "The account is closed. Every sign-in has ended.")


@bp.post("/people/<person_id>/enabling")
@allow(*KEEPERS)
def enable(person_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    with db.change() as session:
        accounts.enable(session, person_id, by=actor(), now=clock.now())
    return _changed(person_id, "The account is open again.")


@bp.post("/people/<person_id>/invitation")
@allow(*KEEPERS)
def invite_again(person_id: str) -> ResponseReturnValue:
    """Mail a fresh link to somebody who has chosen no password yet."""
    with db.change() as session:
        accounts.invite_colleague(session, person_id, by=actor(), now=clock.now())
    return _changed(person_id, f"{of_mail('A new link')} Links from before stop working then.")


@bp.post("/people/<person_id>/phone")
@allow(*KEEPERS)
def set_phone(person_id: str) -> ResponseReturnValue:
    """Put somebody's number right."""
    form, by = PhoneForm(request.form), actor()
    if not form.validate():
        return _person_page(person_id, phone=form), 422
    phone = form.phone.data or ""
    with db.change() as session:
        accounts.set_phone(session, person_id, phone=phone, by=by, now=clock.now())
    return _changed(person_id, "The phone number is set.")


@bp.post("/people/<person_id>/team")
@allow(*KEEPERS)
def move(person_id: str) -> ResponseReturnValue:
    """Put a tutor on another team."""
    form, by = MoveForm(request.form), actor()
    form.team.choices = _teams()
    if not form.validate():
        return _person_page(person_id, team=form), 422
    with db.change() as session:
        team_id = form.team.data
        appointments.move(session, person_id, team_id=team_id, by=by, now=clock.now())
    return _changed(person_id, "The tutor is on that team from now on.")


@bp.post("/people/<person_id>/tags")
@allow(*KEEPERS)
def give_tag(person_id: str) -> ResponseReturnValue:
    """Tag a tutor; what is for this tag is for them from now on."""
    form, by = TagForm(request.form), actor()
    if not form.validate():
        return _person_page(person_id, tag=form), 422
    tag = form.tag.data or ""
    with db.change() as session:
        appointments.give_tag(session, person_id, tag, by=by, now=clock.now())
    return _changed(person_id, f"The tutor is tagged “{tag}” from now on.")


@bp.post("/people/<person_id>/tags/<period_id>/end")
@allow(*KEEPERS)
def end_tag(person_id: str, period_id: str) -> ResponseReturnValue:
    """End a tag; that the tutor had it stays on record."""
    by = actor()
    with db.change() as session:
        appointments.end_tag(session, person_id, period_id=period_id, by=by, now=clock.now())
    return _changed(person_id, "The tag has ended. That they had it stays on record.")


def _add_form(sent: Any) -> AddForm:
    form = AddForm(sent)
    form.roles.choices = _roles()
    return form


def _add(form: AddForm) -> str:
    told = {"name": form.name.data or "", "email": form.email.data or ""}
    roles = [Role(each) for each in form.roles.data or ()]
    with db.change() as session:
        return accounts.add_colleague(session, **told, roles=roles, by=actor(), now=clock.now())


def _add_page(form: AddForm) -> str:
    may_invite = opens("onboarding.invite")
    return render_template("people/add.html", form=form, may=MAY, may_invite=may_invite)


def _person_page(
    person_id: str,
    *,
    role: RoleForm | None = None,
    team: MoveForm | None = None,
    phone: PhoneForm | None = None,
    tag: TagForm | None = None,
) -> str:
    """Return the page of one person, with what was typed into the form that was wrong."""
    with db.reader() as session:
        entry = directory.get_entry(session, person_id, now=clock.now())
        in_use = tags(session)
    held = {held.role for held in entry.roles}
    wrong = role or team or phone or tag
    role = role or RoleForm()
    role.role.choices = [each for each in _roles() if each.value not in held]
    team = team or MoveForm(team=entry.team[0] if entry.team else "")
    team.team.choices = _teams()
    forms = {"role": role, "team": team, "phone": phone or PhoneForm(phone=entry.phone)}
    words = {"form": wrong, "forms": {**forms, "tag": tag or TagForm()}, "tags": in_use}
    told = {"person": entry, "is_tutor": Role.TUTOR in held, "may": _may(entry)}
    return render_template("people/person.html", **words, **told, what=MAY)


def _may(entry: Entry) -> dict[str, Any]:
    """Return what the reader may do here; the actions decide again."""
    return {
        "take": accounts.roles_to_give(actor()),
        "change": entry.id != actor().id,
        "invite": opens("onboarding.invite"),
        "track": opens("tracking.tutor"),
    }


def _roles() -> list[Any]:
    given = accounts.roles_to_give(actor())
    return options((role.value, role.words[0].upper() + role.words[1:]) for role in given)


def _teams() -> list[Any]:
    with db.reader() as session:
        return options(teams(session))


def _changed(person_id: str, words: str) -> ResponseReturnValue:
    flash(words, "cleared")
    return redirect(url_for(".person", person_id=person_id))
