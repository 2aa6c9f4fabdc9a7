"""Pages that sign, and that show what was signed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from flask import (
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import portal.acknowledgements.decline_pages
import portal.acknowledgements.desk
import portal.acknowledgements.paper_pages
import portal.acknowledgements.printable_pages  # noqa: F401 - importing pages hangs them there
from portal import clock, db
from portal.access import Role, actor, allow
from portal.acknowledgements import actions, verify
from portal.acknowledgements.afterwards import came_after
from portal.acknowledgements.blueprint import PDF_HEADERS, bp
from portal.acknowledgements.forms import SignForm
from portal.acknowledgements.prepare import Wish, first_to_ring, prepare
from portal.acknowledgements.press import Press
from portal.acknowledgements.queries import get_acknowledgement, get_pdf
from portal.acknowledgements.ready import ready
from portal.acknowledgements.refusals import AlreadySigned, TextChanged, Unsigned, WrongPassword
from portal.acknowledgements.statement import STATEMENT
from portal.acknowledgements.unshown import made
from portal.config import Settings
from portal.people.proof import prove_again
from portal.people.queries import managers_of, team_of, to_ring
from portal.quizzes.sitting import find_sitting
from portal.web import POLICY

__all__ = ["bp"]

log = logging.getLogger(__name__)
READERS = (Role.TUTOR, Role.MANAGER, Role.HR, Role.SAFEGUARDING_LEAD)


@bp.get("/policies/<name>/<version>/acknowledgement")
@allow(Role.TUTOR)
def sign(name: str, version: str) -> ResponseReturnValue:
    """Show what would be signed and what would be stored; the press gets ready meanwhile."""
    words = _sign_words(SignForm(), name, version)
    _press().warm()
    return render_template("acknowledgements/sign.html", **words)


@bp.post("/policies/<name>/<version>/acknowledgement")
@allow(Role.TUTOR)
def create(name: str, version: str) -> ResponseReturnValue:
    """Sign the version that was shown."""
    form = SignForm(request.form)
    if not form.validate():
        return render_template(
            "acknowledgements/sign.html", **_sign_words(form, name, version)
        ), 422
    with _kept(form, name, version):
        _prove(form)
        what = _printed(form, name, version)
        with db.change() as session:
            actions.sign(session, what, by=actor(), settings=_settings(), now=clock.now())
    return redirect(url_for(".signed", serial=what.draft.record.serial))


@bp.errorhandler(AlreadySigned)
def take_to_the_first(refusal: AlreadySigned) -> ResponseReturnValue:
    """Show the signature that is there to whoever would sign once more."""
    flash(refusal.sentence)
    return redirect(url_for(".signed", serial=refusal.serial))


@bp.get("/acknowledgements/<serial>")
@allow(*READERS)
def signed(serial: str) -> ResponseReturnValue:
    """Show the signer what was signed, and anyone else who may see it the evidence behind it."""
    now = clock.now()
    with db.reader() as session:
        row = get_acknowledgement(session, serial, seen_by=actor(), now=now)
        own = row.person_id == actor().id
        words = _own_words(session, row, now=now) if own else verify.evidence(session, row)
        after = came_after(session, row.id)
    page = "signed" if own else "seen"
    shown = render_template(f"acknowledgements/{page}.html", row=row, now=now, after=after, **words)
    return shown, {"Content-Security-Policy": f"{POLICY}; object-src 'self'; frame-src 'self'"}


@bp.get("/acknowledgements/<serial>.pdf")
@allow(*READERS)
def pdf(serial: str) -> ResponseReturnValue:
    """Serve the sealed bytes as they were stored; a reader who is not the signer is noted."""
    now = clock.now()
    with db.reader() as session:
        row = get_acknowledgement(session, serial, seen_by=actor(), now=now)
        content = get_pdf(session, row.id)
    if row.person_id != actor().id:
        _note_download(row, now=now)
    response = make_response(content, PDF_HEADERS)
    response.headers["Content-Disposition"] = f'inline; filename="{row.serial}.pdf"'
    response.set_etag(row.pdf_digest)
    return response.make_conditional(request)


def _own_words(session: Session, row: Any, *, now: datetime) -> dict[str, Any]:
    team_id = team_of(session, row.person_id, now=now)
    said = verify.told_of(session, row.person_id, acknowledgement_id=row.id)
    managed = bool(team_id and managers_of(session, team_id, now=now))
    return {"managed": managed, "stamp": verify.stamp_in(said)}


def _sign_words(form: SignForm, name: str, version: str) -> dict[str, Any]:
    """Return what the page that signs shows; raises whatever stands before signing."""
    now = clock.now()
    with db.reader() as session:
        found = ready(session, name, version, by=actor(), settings=_settings(), now=now)
        ring = first_to_ring(to_ring(session, actor().id, now=now))
        sitting = find_sitting(session, found.attempt.id)
    if not form.shown.data:
        form.shown.data = found.version.digest
    said = STATEMENT.said_of(title=found.version.title, version=found.label, ring=ring)
    words = {"form": form, "found": found, "statement": STATEMENT, "said": said}
    return {**words, "sitting": sitting}


@contextmanager
def _kept(form: SignForm, name: str, version: str) -> Iterator[None]:
    """Let a refusal show the form again, with what was typed but the password."""
    try:
        yield
    except Unsigned as refusal:
        _mark(form, refusal)
        refusal.shown = _sign_words(form, name, version)
        raise
    except TextChanged as refusal:
        refusal.shown["kept"] = form.full_name.data
        raise


def _mark(form: SignForm, refusal: Unsigned) -> None:
    if refusal.field:
        form[refusal.field].errors = [refusal.sentence]
    else:
        form.form_errors = [refusal.sentence]


def _prove(form: SignForm) -> None:
    """Raise WrongPassword, or MustWait, unless the person at the keyboard knows the password."""
    if not prove_again(form.password.data or "", by=actor(), now=clock.now()):
        raise WrongPassword


def _printed(form: SignForm, name: str, version: str) -> actions.Sealed:
    """Return the signature, printed and sealed while no transaction is open."""
    wish = Wish(
        policy=name,
        version=version,
        shown=form.shown.data or "",
        name_typed=form.full_name.data or "",
    )
    with db.reader() as session:
        draft = prepare(session, wish, by=actor(), settings=_settings(), now=clock.now())
    return actions.sealed(draft, made(_press().make, draft, by=actor(), now=clock.now()))


def _note_download(row: Any, *, now: datetime) -> None:
    """Note who fetched somebody else's PDF; a full disk must not keep the evidence from HR."""
    try:
        with db.change() as session:
            actions.note_download(session, row.serial, of=row.person_id, by=actor(), now=now)
    except (DBAPIError, OSError):
        log.exception("the download of %s by %s is not on the ledger", row.serial, actor().id)


def _press() -> Press:
    return cast(Press, current_app.extensions["press"])


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
