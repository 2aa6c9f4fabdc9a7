"""Pages on which a draft is looked at, checked by a second person, and published."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import actor, allow
from portal.outbox.told import how_far, of_mail
from portal.people.queries import company_contacts
from portal.policies.drafting import ChangedMeanwhile, revise
from portal.policies.drafts import get_draft
from portal.publishing.actions import ANSWERING, newest_label, publish_draft
from portal.publishing.asking import approve
from portal.publishing.asking import ask as ask_second
from portal.publishing.asking import send_back as refuse
from portal.publishing.blueprint import ADOPTERS, READERS, bp
from portal.publishing.drafting import settings
from portal.publishing.forms import ApproveForm, EditionForm, SendBackForm
from portal.publishing.kinds import OPEN
from portal.publishing.outline import Preview
from portal.publishing.outline import preview as look_ahead
from portal.publishing.trying import print_fault, try_draft

OTHER_WORDS = "Somebody saved this draft since you opened it. Nothing else was done: read it again."


@bp.get("/publishing/drafts/<draft_id>/preview")
@allow(*READERS)
def preview(draft_id: str) -> ResponseReturnValue:
    """Show exactly what tutors will see, whom it hits, and what stands in the way."""
    return _page(draft_id, SendBackForm())


@bp.post("/publishing/drafts/<draft_id>/request")
@allow(*READERS)
def ask(draft_id: str) -> ResponseReturnValue:
    """Ask those who may check it."""
    form = ApproveForm(request.form)
    if form.validate():
        told: dict[str, Any] = {"settings": settings(), "by": actor(), "now": clock.now()}
        with db.change() as session:
            ask_second(session, draft_id, digest=str(form.digest.data), **told)
        flash("Asked.", "cleared")
    return redirect(url_for(".preview", draft_id=draft_id))


@bp.post("/publishing/drafts/<draft_id>/approval")
@allow(*ANSWERING)
def approve_draft(draft_id: str) -> ResponseReturnValue:
    """Approve what was shown, in one's own name."""
    form = ApproveForm(request.form)
    at_once = request.form.get("then") == "publish"
    if form.validate():
        if at_once:
            try_draft(draft_id, settings=settings(), now=clock.now())
        with db.change() as session:
            digest = str(form.digest.data)
            approve(session, draft_id, digest=digest, by=actor(), now=clock.now())
            if at_once:
                return _published(session, draft_id, digest=digest)
        flash("The draft is approved in your name.", "cleared")
    return redirect(url_for(".preview", draft_id=draft_id))


@bp.post("/publishing/drafts/<draft_id>/return")
@allow(*ANSWERING)
def send_back(draft_id: str) -> ResponseReturnValue:
    """Say no to what was shown, and why."""
    form = SendBackForm(request.form)
    if not form.validate():
        return _page(draft_id, form), 422
    told: dict[str, Any] = {"digest": form.digest.data, "reason": form.reason.data, "by": actor()}
    try:
        with db.change() as session:
            refuse(session, draft_id, **told, now=clock.now())
    except ChangedMeanwhile:
        form.form_errors = ["The draft was changed while you read it. Your words are kept below."]
        return _page(draft_id, form), 409
    flash(f"It is sent back. {of_mail()}", "cleared")
    return redirect(url_for(".index"))


@bp.post("/publishing/drafts/<draft_id>/publication")
@allow(*ADOPTERS)
def publish(draft_id: str) -> ResponseReturnValue:
    """Publish what was shown."""
    form = ApproveForm(request.form)
    if not form.validate():
        return redirect(url_for(".preview", draft_id=draft_id))
    try_draft(draft_id, settings=settings(), now=clock.now())
    with db.change() as session:
        return _published(session, draft_id, digest=str(form.digest.data))


@bp.post("/publishing/drafts/<draft_id>/basis")
@allow(*READERS)
def rebase(draft_id: str) -> ResponseReturnValue:
    """Go on from the newest version, which was published since; the differences show what for."""
    form = EditionForm(request.form)
    with db.change() as session:
        known = get_draft(session, draft_id)
        told: dict[str, Any] = {"edition": form.edition.data or 0, "by": actor()}
        told["terms"] = replace(known.terms, kind=OPEN)  # it was said of another difference
        base = newest_label(session, known.policy)
        revise(session, draft_id, based_on=base, now=clock.now(), **told)
    return redirect(url_for(".preview", draft_id=draft_id))


@bp.errorhandler(ChangedMeanwhile)
def read_again(_changed: ChangedMeanwhile) -> ResponseReturnValue:
    """Show the draft as it is now to whoever pressed a button beside an older one."""
    form = SendBackForm()
    form.form_errors = [OTHER_WORDS]
    return _page((request.view_args or {})["draft_id"], form), 409


def _page(draft_id: str, form: SendBackForm) -> str:
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = look_ahead(session, known, settings=settings(), now=clock.now())
        ring = company_contacts(session)
    may = {
        "approve": actor().has(*ANSWERING) and actor().id not in known.editors,
        "publish": actor().has(*ADOPTERS),
    }
    mail = how_far((each.mail for each in shown.outline.asked), settings=settings())
    words = {"draft": known, "preview": _tried(shown), "may": may, "ring": ring, "mail": mail}
    return render_template("publishing/preview.html", form=form, **words)


def _tried(shown: Preview) -> Preview:
    """Add what the press says to what stands in the way; a text that is no policy it cannot try."""
    fault = print_fault(shown.proposal.text) if shown.proposal.document else ""
    return replace(shown, obstacles=(*shown.obstacles, fault)) if fault else shown


def _published(session: Any, draft_id: str, *, digest: str) -> ResponseReturnValue:
    told: dict[str, Any] = {"settings": settings(), "by": actor(), "now": clock.now()}
    label = publish_draft(session, draft_id, digest=digest, **told)
    name = get_draft(session, draft_id).policy
    return redirect(url_for(".index", policy=name, version=label))
