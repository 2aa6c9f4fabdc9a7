"""Pages on which a draft is read as it will stand, and put right clause by clause."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import DataRequired

from portal import clock, db
from portal.access import allow
from portal.errors import NotFound
from portal.policies.drafting import ChangedMeanwhile
from portal.policies.drafts import Written, get_draft
from portal.policies.manuscript import Passage
from portal.policies.writing import Typed, clause_saved, joined_up, section_of
from portal.publishing import intake
from portal.publishing.blueprint import READERS, bp
from portal.publishing.drafting import fitting, onward, save, settings
from portal.publishing.forms import JoinForm, OneClauseForm
from portal.publishing.outline import outline

NO_NOTE = "Say what changed, and why: tutors read it"


@bp.get("/publishing/drafts/<draft_id>/text")
@allow(*READERS)
def draft_text(draft_id: str) -> ResponseReturnValue:
    """Show the text of a draft to be read, with a way from each clause to its own page."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = outline(session, known, settings=settings(), now=clock.now())
    words = {"draft": known, "outline": shown, "opened": request.args.get("section", type=int)}
    return render_template("publishing/text.html", **words)


@bp.post("/publishing/drafts/<draft_id>/joins")
@allow(*READERS)
def join_clause(draft_id: str) -> ResponseReturnValue:
    """Join a clause to the one above it."""
    form = JoinForm(request.form)
    if not form.validate():
        raise NotFound
    id_ = str(form.clause.data)
    known, _ = _found(draft_id, id_)
    with fitting():
        made = joined_up(known.manuscript, id_)
    with db.change() as session:
        save(session, known, made, edition=form.edition.data or 0)
    flash(f"{id_} is joined to the clause above.", "cleared")
    number = section_of(known.manuscript, id_)
    return redirect(url_for(".draft_text", draft_id=draft_id, section=number))


@bp.get("/publishing/drafts/<draft_id>/clauses/<clause_id>")
@allow(*READERS)
def draft_clause(draft_id: str, clause_id: str) -> ResponseReturnValue:
    """Show one clause to be put in other words."""
    known, passage = _found(draft_id, clause_id)
    told = {**passage.model_dump(), "kind": known.terms.kind, "edition": known.edition}
    return _clause_page(known, clause_id, _form(known, data=told))


@bp.post("/publishing/drafts/<draft_id>/clauses/<clause_id>")
@allow(*READERS)
def save_clause(draft_id: str, clause_id: str) -> ResponseReturnValue:
    """Save one clause and, with the first that is changed, what tutors are told of it."""
    known, _ = _found(draft_id, clause_id)
    form = _form(known, request.form)
    if not form.validate() or _is_taken(form, known, clause_id):
        return _clause_page(known, clause_id, form), 422
    try:
        with db.change() as session:
            _save(session, known, clause_id, form)
    except ChangedMeanwhile as changed:
        form.form_errors, form.edition.data = [changed.sentence], known.edition
        return _clause_page(known, clause_id, form), 409
    flash("Saved.", "cleared")
    number = section_of(known.manuscript, clause_id)
    if known.source:  # there is more to read
        return redirect(url_for(".draft_text", draft_id=draft_id, section=number))
    return onward(draft_id)


def asks(known: Written) -> bool:
    """Whether the page of a clause asks what tutors are told: they are told nothing yet."""
    return bool(known.based_on) and not known.manuscript.change_note


def _form(known: Written, sent: Any = None, **told: Any) -> OneClauseForm:
    form = OneClauseForm(sent, **told)
    if not asks(known):
        del form.change_note, form.kind
    elif not known.source:  # no more to read: the next page looks at it, and wants a note
        form.change_note.validators = [DataRequired(NO_NOTE)]
    return form


def _save(session: Any, known: Written, clause: str, form: OneClauseForm) -> None:
    own, terms = known.manuscript, known.terms
    typed = Typed(id=form.id.data or "", text=form.text.data or "", help=form.help.data or "")
    if asks(known):
        own = own.model_copy(update={"change_note": form.change_note.data or ""})
        terms = replace(terms, kind=str(form.kind.data))
    made = clause_saved(own, clause, typed=typed)
    save(session, known, made, terms=terms, edition=form.edition.data or 0)


def _found(draft_id: str, clause: str) -> tuple[Written, Passage]:
    """Return a draft and the clause of this id; raises NotFound for either."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
    for each in known.manuscript.passages:
        if each.id == clause:
            return known, each
    raise NotFound


def _clause_page(known: Written, clause: str, form: OneClauseForm) -> str:
    with db.reader() as session:
        shown = outline(session, known, settings=settings(), now=clock.now())
    number = section_of(known.manuscript, clause)
    words = {"draft": known, "form": form, "clause": clause, "number": number}
    return render_template("publishing/clause.html", **words, citing=shown.citing.get(clause, ()))


def _is_taken(form: OneClauseForm, known: Written, clause: str) -> bool:
    """Say of a new id that it is used twice, or belonged to another clause once."""
    wanted = form.id.data or clause
    if wanted == clause:
        return False
    with db.reader() as session:
        gone = intake.retired(session, known.policy)
    others = {each.id for each in known.manuscript.passages}
    if why := intake.taken(wanted, others=others, gone=gone):
        form.id.errors = [why]
    return bool(why)
