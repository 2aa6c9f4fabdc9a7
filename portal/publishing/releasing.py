"""Pages on which is said what a draft is, and it is looked at, approved and published."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import actor, allow
from portal.forms import options
from portal.people.queries import company_contacts
from portal.policies.drafting import ChangedMeanwhile, approve, revise
from portal.policies.drafts import MAJOR, Written, get_draft
from portal.publishing.actions import ANSWERING, newest_label, publish_draft
from portal.publishing.blueprint import ADOPTERS, READERS, bp
from portal.publishing.drafting import onward, settings
from portal.publishing.forms import ApproveForm, EditionForm, TermsForm
from portal.publishing.outline import Preview, undecided
from portal.publishing.outline import preview as look_ahead
from portal.publishing.queries import audiences
from portal.publishing.trying import print_fault, try_draft

OWNER, A_YEAR = "Safeguarding lead", timedelta(days=365)  # what most companies would say


@bp.get("/publishing/drafts/<draft_id>/terms")
@allow(*READERS)
def terms(draft_id: str) -> ResponseReturnValue:
    """Show what the version is, from when it counts, and for whom."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
    own, said = known.manuscript, known.terms
    today = clock.local(clock.now(), settings().zone).date()
    form = TermsForm(
        data={
            **own.model_dump(exclude={"parts"}),
            "owner": own.owner or OWNER,
            "review": own.review or today + A_YEAR,
            "kind": None if undecided(known) else said.kind,
            "effective_on": said.effective_on,
            "grace_days": said.grace_days,
            "renewal_months": said.renewal_months,
            "audience": ":".join(said.audience),
            "edition": known.edition,
        }
    )
    return _terms_page(known, form)


@bp.post("/publishing/drafts/<draft_id>/terms")
@allow(*READERS)
def save_terms(draft_id: str) -> ResponseReturnValue:
    """Save them."""
    form = TermsForm(request.form)
    with db.reader() as session:
        known = get_draft(session, draft_id)
    form.audience.choices = _audiences()
    if known.based_on:
        form.audience.data = ":".join(known.terms.audience)
    else:
        del form.kind
    if not form.validate():
        return _terms_page(known, form), 422
    try:
        with db.change() as session:
            _revise(session, known, form)
    except ChangedMeanwhile as changed:
        form.form_errors, form.edition.data = [changed.sentence], known.edition
        return _terms_page(known, form), 409
    flash("Saved.", "cleared")
    return onward(draft_id)


@bp.get("/publishing/drafts/<draft_id>/preview")
@allow(*READERS)
def preview(draft_id: str) -> ResponseReturnValue:
    """Show exactly what tutors will see, whom it hits, and what stands in the way."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = look_ahead(session, known, settings=settings(), now=clock.now())
        ring = company_contacts(session)
    may = {
        "approve": actor().has(*ANSWERING) and actor().id not in known.editors,
        "publish": actor().has(*ADOPTERS),
    }
    words = {"draft": known, "preview": _tried(shown), "may": may, "ring": ring}
    return render_template("publishing/preview.html", **words)


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
        base = newest_label(session, known.policy)
        revise(session, draft_id, based_on=base, now=clock.now(), **told)
    return redirect(url_for(".preview", draft_id=draft_id))


def _tried(shown: Preview) -> Preview:
    """Add what the press says to what stands in the way; a text that is no policy it cannot try."""
    fault = print_fault(shown.proposal.text) if shown.proposal.document else ""
    return replace(shown, obstacles=(*shown.obstacles, fault)) if fault else shown


def _published(session: Any, draft_id: str, *, digest: str) -> ResponseReturnValue:
    told: dict[str, Any] = {"settings": settings(), "by": actor(), "now": clock.now()}
    label = publish_draft(session, draft_id, digest=digest, **told)
    flash(f"Version {label} is published.", "cleared")
    return redirect(url_for(".index"))


def _terms_page(known: Written, form: TermsForm) -> str:
    form.audience.choices = _audiences()
    return render_template("publishing/terms.html", draft=known, form=form)


def _audiences() -> list[Any]:
    with db.reader() as session:
        return options(audiences(session))


def _revise(session: Any, known: Written, form: TermsForm) -> None:
    own = known.manuscript.model_copy(
        update={
            "title": form.title.data or "",
            "summary": form.summary.data or "",
            "owner": form.owner.data or "",
            "review": form.review.data,
            "change_note": form.change_note.data or "",
        }
    )
    kind, _, value = str(form.audience.data).partition(":")
    said = replace(
        known.terms,
        kind=str(form.kind.data) if form.kind else MAJOR,
        effective_on=form.effective_on.data,
        grace_days=int(form.grace_days.data or 0),
        renewal_months=int(form.renewal_months.data or 0),
        audience=(kind, value),
    )
    told: dict[str, Any] = {"edition": form.edition.data or 0, "by": actor(), "now": clock.now()}
    revise(session, known.id, manuscript=own, terms=said, **told)
