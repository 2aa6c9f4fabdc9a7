"""Pages of what is one's own: details, reading comfort, sign-ins; and the company's contacts."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow, allow_signed_in
from portal.errors import NotFound
from portal.forms import options
from portal.people import actions, queries
from portal.people.blueprint import bp
from portal.people.forms import ComfortForm, ContactForm, DetailsForm, EndForm
from portal.people.proof import prove_again
from portal.people.rules import device_in_words
from portal.web import COMFORT

KEEPERS = (Role.HR, Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR)
NOT_YOURS = "This is not your password"


@bp.get("/details")
@allow_signed_in
def details() -> ResponseReturnValue:
    """Show my own details, to be put right and confirmed."""
    return _details_page()


@bp.post("/details")
@allow_signed_in
def confirm_details() -> ResponseReturnValue:
    """Keep my details as they are now right; a tutor who is new goes straight on."""
    form, by = DetailsForm(request.form), actor()
    if not form.validate():
        return _details_page(form), 422
    name, phone = form.name.data or "", form.phone.data or ""
    with db.change() as session:
        told = {"name": name, "phone": phone}
        first = actions.confirm_details(session, by.id, **told, by=by, now=clock.now())
    flash("Your details are confirmed.", "cleared")
    goes_on = first and by.has(Role.TUTOR)
    return redirect(url_for("onboarding.next_step" if goes_on else "onboarding.home"))


@bp.get("/comfort")
@allow_signed_in
def comfort() -> ResponseReturnValue:
    """Show how pages look to me; with choices in the address, how they would look."""
    kept = dict(actor().comfort)
    form = ComfortForm(request.args, data=kept) if request.args else ComfortForm(data=kept)
    looks = form.data if request.args and form.validate() else kept
    return render_template("people/comfort.html", form=form, comfort={**COMFORT, **looks})


@bp.post("/comfort")
@allow_signed_in
def set_comfort() -> ResponseReturnValue:
    """Keep what I chose, or only try it."""
    form = ComfortForm(request.form)
    if not form.validate():
        return render_template("people/comfort.html", form=form), 422
    if "try" in request.form:
        return redirect(url_for(".comfort", **form.data))
    with db.change() as session:
        actions.set_comfort(session, actor().id, **form.data)
    flash("Every page looks like this from now on.", "cleared")
    return redirect(url_for(".comfort"))


@bp.get("/contacts")
@allow(*KEEPERS)
def contacts() -> ResponseReturnValue:
    """Show whom everybody can ring, and what waits for a missing contact."""
    return _contacts_page({})


@bp.post("/contacts")
@allow(*KEEPERS)
def set_contact() -> ResponseReturnValue:
    """Set one contact."""
    kind = request.form.get("kind", "")
    if kind not in queries.COMPANY_WIDE:
        raise NotFound
    form = ContactForm(request.form, prefix=kind)
    if not form.validate():
        return _contacts_page({kind: form}), 422
    name, phone = form.name.data or "", form.phone.data or ""
    with db.change() as session:
        actions.set_contact(session, kind, name=name, phone=phone, by=actor(), now=clock.now())
    flash("The contact is set. Everybody sees it from now on.", "cleared")
    return redirect(url_for(".contacts"))


@bp.get("/sign-ins")
@allow_signed_in
def sign_ins() -> ResponseReturnValue:
    """Show where I am signed in."""
    return _sign_ins_page(EndForm())


@bp.post("/sign-ins")
@allow_signed_in
def end_sign_in() -> ResponseReturnValue:
    """End a sign-in of mine elsewhere, or all of them."""
    form, by, now = EndForm(request.form), actor(), clock.now()
    if form.validate() and not prove_again(form.password.data or "", by=by, now=now):
        form.password.errors = [NOT_YOURS]
    if form.errors:
        return _sign_ins_page(form), 422
    with db.change() as session:
        actions.end_sign_in(session, form.which.data, by=by, now=now)
    flash("Ended. Whoever used it has to sign in again.", "cleared")
    return redirect(url_for(".sign_ins"))


def _details_page(sent: DetailsForm | None = None) -> str:
    with db.reader() as session:
        me = queries.get_person(session, actor().id, seen_by=actor(), now=clock.now())
        ring = queries.to_ring(session, me.id, now=clock.now())
    form = sent or DetailsForm(name=me.name, phone=me.phone)
    return render_template("people/details.html", form=form, email=me.email, ring=ring)


def _contacts_page(sent: dict[str, ContactForm]) -> str:
    with db.reader() as session:
        known = {each.kind: each for each in queries.company_contacts(session)}
        missing = queries.missing_contacts(session)
    forms = {
        kind: sent.get(kind) or ContactForm(prefix=kind, obj=known.get(kind))
        for kind in queries.COMPANY_WIDE
    }
    wrong = next(iter(sent.values()), None)
    words = {"forms": forms, "known": known, "missing": missing, "names": queries.RINGS}
    return render_template("people/contacts.html", form=wrong, **words)


def _sign_ins_page(form: EndForm) -> str:
    with db.reader() as session:
        rows = queries.sign_ins(session, actor().id)
    others = [(row.id, _in_words(row)) for row in rows if row.id != actor().sign_in]
    every = [(actions.OTHERS, "All of them")] if others[1:] else []
    form.which.choices = options([*others, *every])
    return render_template("people/sign_ins.html", form=form, rows=rows, words=device_in_words)


def _in_words(row: Any) -> str:
    seen = clock.in_words(row.seen_at, current_app.extensions["settings"].zone)
    return f"{device_in_words(row.agent)}, last used {seen}"
