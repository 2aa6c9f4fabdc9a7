"""Pages of the way in: signing in and out, and setting a password by a link."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock, db
from portal.access import actor, allow_anyone, allow_signed_in
from portal.errors import Refusal
from portal.people import passwords, tries
from portal.people.actions import ask_for_link, take_password
from portal.people.blueprint import bp
from portal.people.forms import NewPasswordForm, ResetForm, SignInForm
from portal.people.links import OpenLink, Purpose, get_link
from portal.people.proof import prove
from portal.people.rules import is_own_path, password_fault
from portal.people.sign_in import finish, start

WRONG = "This email address and password do not belong together. Check both."


class SomebodyElse(Refusal):
    """The link is for one person and the browser is signed in as another."""

    code = "signed-in-as-another"
    template = "people/somebody_else.html"
    leaves_trace = False  # opening a page changes nothing


@bp.get("/sign-in")
@allow_anyone
def sign_in() -> ResponseReturnValue:
    """Ask who it is; whoever is signed in goes home."""
    if current_user.is_authenticated:
        return redirect(url_for("onboarding.home"))
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@allow_anyone
def start_sign_in() -> ResponseReturnValue:
    """Sign in and go where one wanted to go."""
    form, now = SignInForm(request.form), clock.now()
    if not form.validate():
        return _sign_in_page(form), 422
    proved = prove(form.email.data or "", form.password.data or "", by=actor(), now=now)
    if proved is None:
        form.password.errors = [WRONG]
        return _sign_in_page(form), 422
    with db.change() as session:
        start(session, proved.id, name=proved.name, shared=form.shared.data, now=now)
    return redirect(_wanted())


@bp.post("/sign-out")
@allow_signed_in
def sign_out() -> ResponseReturnValue:
    """End this sign-in; its cookie opens nothing from now on."""
    with db.change() as session:
        finish(session, actor(), now=clock.now())
    flash("You are signed out.", "cleared")
    answer = redirect(url_for(".sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.get("/links/<token>")
@allow_anyone
def link(token: str) -> ResponseReturnValue:
    """Ask for a password; what scans mail for us opens links too, so nothing is used up here."""
    return _link_page(NewPasswordForm(), _open_link(token))


@bp.post("/links/<token>")
@allow_anyone
def follow_link(token: str) -> ResponseReturnValue:
    """Set the password and use the link up; an invited person is then signed in."""
    form, found, now = NewPasswordForm(request.form), _open_link(token), clock.now()
    if not _is_good(form, found):
        return _link_page(form, found), 422
    hashed = passwords.hashed(form.password.data or "")
    with db.change() as session:
        take_password(session, token, password_hash=hashed, by=actor().origin, now=now)
        if found.purpose is Purpose.INVITATION:
            start(session, found.person_id, name=found.name, shared=False, now=now)
    return _after_link(found)


@bp.get("/reset")
@allow_anyone
def reset() -> ResponseReturnValue:
    """Ask where to send a link for a new password."""
    return _reset_page(ResetForm())


@bp.post("/reset")
@allow_anyone
def ask_reset() -> ResponseReturnValue:
    """Send a link, with the same answer whether or not there is such an account."""
    form, now = ResetForm(request.form), clock.now()
    if not form.validate():
        return _reset_page(form), 422
    by = actor()
    with db.change() as session:
        tries.claim(session, [tries.of_asking(by.origin.address)], now=now)
        ask_for_link(session, form.email.data or "", by=by, now=now)
    flash("If there is an account with this address, a mail with a link is on its way.", "cleared")
    return redirect(url_for(".sign_in"))


def _sign_in_page(form: SignInForm) -> str:
    return render_template("people/sign_in.html", form=form)


def _wanted() -> str:
    then = browser.pop("then", "")
    return then if is_own_path(then) else url_for("onboarding.home")


def _open_link(token: str) -> OpenLink:
    """Return the link; raises LinkOver, and SomebodyElse to whoever must sign out first."""
    with db.reader() as session:
        found = get_link(session, token, now=clock.now())
    if current_user.is_authenticated and actor().id != found.person_id:
        raise SomebodyElse(f"You are signed in as {actor().name}")
    return found


def _is_good(form: NewPasswordForm, found: OpenLink) -> bool:
    if not form.validate():
        return False
    about = (found.name, found.email, current_app.extensions["settings"].organisation)
    fault = password_fault(form.password.data or "", about=about)
    form.password.errors = [fault] if fault else []
    return fault is None


def _link_page(form: NewPasswordForm, found: OpenLink) -> str:
    return render_template("people/link.html", form=form, link=found)


def _after_link(found: OpenLink) -> ResponseReturnValue:
    if found.purpose is Purpose.INVITATION:
        return redirect(url_for("onboarding.home"))
    browser.clear()
    flash("Your new password is set. Sign in with it.", "cleared")
    return redirect(url_for(".sign_in"))


def _reset_page(form: ResetForm) -> str:
    return render_template("people/reset.html", form=form)
