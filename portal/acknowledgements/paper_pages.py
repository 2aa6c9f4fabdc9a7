"""Pages for what is signed by hand: print the pack, record the original, confirm it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import Actor, Role, actor, allow
from portal.acknowledgements import actions, paper
from portal.acknowledgements.blueprint import PDF_HEADERS, bp
from portal.acknowledgements.byhand import Print
from portal.acknowledgements.forms import ConfirmForm, PaperForm, RejectForm
from portal.acknowledgements.press import CannotPrint, NameUnshown, Press
from portal.acknowledgements.refusals import Unsigned
from portal.acknowledgements.second import SECOND
from portal.acknowledgements.unshown import made
from portal.config import Settings
from portal.people.proof import prove_again
from portal.people.queries import get_person
from portal.policies.actions import label_of
from portal.policies.queries import names, newest

UNPRINTABLE = "Is it in what was recorded? Then reject it, and have it recorded again without that."


@bp.get("/tutors/<tutor_id>/paper")
@allow(Role.HR)
def papers(tutor_id: str) -> ResponseReturnValue:
    """Show what this tutor could sign by hand now, and why not the rest."""
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=actor(), now=clock.now())
        told = [_could(session, tutor_id, name) for name in names(session)]
        waits = [each for each in paper.waiting(session) if each.person_id == person.id]
    words = {"person": person, "policies": told, "waits": waits}
    return render_template("acknowledgements/papers.html", **words)


@bp.get("/tutors/<tutor_id>/paper/<name>/<version>.pdf")
@allow(Role.HR)
def pack(tutor_id: str, name: str, version: str) -> ResponseReturnValue:
    """Print the pack that is to be signed by hand: `?print=large` for large print."""
    size = Print.LARGE if request.args.get("print") == Print.LARGE else Print.USUAL
    asked: dict[str, Any] = {"by": actor(), "settings": _settings(), "now": clock.now()}
    with db.reader() as session:
        draft = paper.pack(session, tutor_id, name, version, **asked)
    try:
        with _name_told(url_for(".papers", tutor_id=tutor_id)):
            printed = made(partial(_press().pack, size=size), draft, by=actor(), now=clock.now())
    except CannotPrint as refusal:
        why = f"The pack could not be printed. {refusal.reason} It is in no name."
        raise paper.PaperUnfit(why) from refusal
    except Unsigned as refusal:
        raise paper.PaperUnfit("The pack could not be printed. Try again.") from refusal
    with db.change() as session:
        what = paper.Pack(version=version, size=size, digest=printed.digest)
        paper.note_pack(session, tutor_id, what, by=actor(), now=clock.now())
    response = make_response(printed.pdf, PDF_HEADERS)
    response.headers["Content-Disposition"] = f'inline; filename="unsigned-{tutor_id}.pdf"'
    return response


@bp.get("/tutors/<tutor_id>/paper/<name>/<version>")
@allow(Role.HR)
def original(tutor_id: str, name: str, version: str) -> ResponseReturnValue:
    """Ask where the original lies, and the date on it."""
    return _original_page(PaperForm(), tutor_id, name, version)


@bp.post("/tutors/<tutor_id>/paper/<name>/<version>")
@allow(Role.HR)
def record_original(tutor_id: str, name: str, version: str) -> ResponseReturnValue:
    """Keep what HR says of an original; a second person has to confirm it."""
    form = PaperForm(request.form)
    if not form.validate():
        return _original_page(form, tutor_id, name, version), 422
    told: dict[str, Any] = {"original": form.original(), "settings": _settings()}
    try:
        with db.change() as session:
            paper.record_original(
                session, tutor_id, name, version, **told, by=actor(), now=clock.now()
            )
    except paper.PaperUnfit as unfit:
        form.form_errors = [unfit.sentence]
        return _original_page(form, tutor_id, name, version), 422
    flash("Recorded. It counts once somebody else confirms it. HR and the lead are told by mail.")
    return redirect(url_for(".papers", tutor_id=tutor_id))


@bp.get("/papers/<paper_id>")
@allow(*SECOND)
def to_confirm(paper_id: str) -> ResponseReturnValue:
    """Show what was recorded of an original to the second person."""
    return _confirm_page(paper_id, ConfirmForm(), RejectForm())


@bp.post("/papers/<paper_id>/confirmation")
@allow(*SECOND)
def confirm(paper_id: str) -> ResponseReturnValue:
    """Store what was signed by hand, sealed, from now on."""
    form, by = ConfirmForm(request.form), actor()
    if form.validate() and not prove_again(form.password.data or "", by=by, now=clock.now()):
        form.password.errors = ["That is not your password. Type it once more"]
    if form.errors:
        return _confirm_page(paper_id, form, RejectForm()), 422
    back = url_for(".to_confirm", paper_id=paper_id)
    with _shown_again(paper_id, form), _name_told(back):
        serial = _confirmed(paper_id, form.printed, by=by)
    flash("Confirmed. It counts from now on.", "cleared")
    return redirect(url_for(".signed", serial=serial))


@bp.post("/papers/<paper_id>/rejection")
@allow(*SECOND)
def reject(paper_id: str) -> ResponseReturnValue:
    """Keep that an original is not as it was recorded."""
    form = RejectForm(request.form)
    if not form.validate():
        return _confirm_page(paper_id, ConfirmForm(), form), 422
    with db.change() as session:
        reason = form.reason.data or ""
        paper.reject(session, paper_id, reason=reason, by=actor(), now=clock.now())
    flash("Kept. Nothing was signed. HR can record the original again.")
    return redirect(url_for("archive.acknowledgements"))


def _confirmed(paper_id: str, printed: Print, *, by: Actor) -> str:
    told: dict[str, Any] = {"by": by, "settings": _settings()}
    with db.reader() as session:
        draft = paper.prepare_paper(session, paper_id, **told, printed=printed, now=clock.now())
    what = actions.sealed(draft, made(_press().make, draft, by=by, now=clock.now()))
    with db.change() as session:
        return paper.confirm(session, paper_id, what, **told, now=clock.now())


@contextmanager
def _shown_again(paper_id: str, form: ConfirmForm) -> Iterator[None]:
    """Show the page again, with the reason, when nothing was signed."""
    try:
        yield
    except (Unsigned, paper.PaperUnfit) as refusal:
        sentence = refusal.sentence
        if isinstance(refusal, CannotPrint):
            sentence = f"Nothing was signed. {refusal.reason} {UNPRINTABLE}"
        form.form_errors = [sentence]
        again = paper.Unconfirmed(sentence, why=refusal.code, **refusal.facts)
        again.shown = _confirm_words(paper_id, form, RejectForm())
        raise again from refusal


@contextmanager
def _name_told(back: str) -> Iterator[None]:
    """Lead whoever asked to where HR records how a name is printed, and back."""
    try:
        yield
    except NameUnshown as refusal:
        told = paper.NameOnPaper(f"{refusal.reason} It is in a name on the paper.")
        told.shown = {"back": back}
        raise told from refusal


def _could(session: Session, tutor_id: str, name: str) -> dict[str, Any]:
    """Return one policy, and why it could not be signed by hand now; nothing where it could."""
    version = newest(session, name)
    if version is None:
        return {"title": name, "label": "", "why": "There is no version of it to sign."}
    told = {"policy": name, "title": version.title, "label": label_of(version), "why": ""}
    asked: dict[str, Any] = {"by": actor(), "settings": _settings(), "now": clock.now()}
    try:
        paper.pack(session, tutor_id, name, told["label"], **asked)
    except paper.PaperUnfit as unfit:
        told["why"] = unfit.sentence
    return told


def _original_page(form: PaperForm, tutor_id: str, name: str, label: str) -> str:
    asked: dict[str, Any] = {"by": actor(), "settings": _settings(), "now": clock.now()}
    with db.reader() as session:
        draft = paper.pack(session, tutor_id, name, label, **asked)
    if not form.shown.data:
        form.shown.data = draft.record.policy.digest
    told = {"form": form, "record": draft.record, "tutor_id": tutor_id}
    return render_template("acknowledgements/original.html", **told)


def _confirm_page(paper_id: str, form: ConfirmForm, no: RejectForm) -> str:
    words = _confirm_words(paper_id, form, no)
    return render_template("acknowledgements/confirm.html", **words)


def _confirm_words(paper_id: str, form: ConfirmForm, no: RejectForm) -> dict[str, Any]:
    with db.reader() as session:
        row = paper.get_paper(session, paper_id, by=actor(), now=clock.now())
    return {"row": row, "form": no if no.errors else form, "yes": form, "no": no}


def _press() -> Press:
    return cast(Press, current_app.extensions["press"])


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
