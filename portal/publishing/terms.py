"""The page on which is said what a draft is, from when it counts, and for whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import actor, allow
from portal.forms import options
from portal.policies.drafting import ChangedMeanwhile, revise
from portal.policies.drafts import MAJOR, Written, get_draft
from portal.publishing.blueprint import READERS, bp
from portal.publishing.drafting import onward, settings
from portal.publishing.forms import TermsForm
from portal.publishing.kinds import undecided
from portal.publishing.queries import audiences

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
        form.form_errors = [changed.sentence]
        form.shows(known.edition)
        return _terms_page(known, form), 409
    flash("Saved.", "cleared")
    return onward(draft_id)


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
