"""Pages on which a draft is begun and put away, and the page that leads through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.datastructures import CombinedMultiDict

from portal import clock, db
from portal.access import actor, allow
from portal.config import Settings
from portal.errors import Refusal
from portal.forms import options
from portal.policies.blocks import NotReadable
from portal.policies.drafting import begin, put_away, revise
from portal.policies.drafts import Terms, Written, get_draft
from portal.policies.incoming import LARGEST
from portal.policies.manuscript import Manuscript
from portal.publishing import intake
from portal.publishing.actions import newest_label
from portal.publishing.blueprint import READERS, bp
from portal.publishing.citing import find_quiz
from portal.publishing.decided import ruled, with_rulings
from portal.publishing.forms import (
    TOO_LONG,
    BeginForm,
    EditionForm,
    NewSectionForm,
    UploadForm,
)
from portal.publishing.kinds import unanswered
from portal.publishing.outline import outline

NEW = "new"  # the choice of a policy that is still to be; no policy's name is so short a word
SPARE = 64 * 1024  # bytes of a form around its file


class TooLong(Refusal):
    """Joined, the words are longer than a clause may be."""

    code = "clause-too-long"
    status = 422
    leaves_trace = False


@bp.url_value_preprocessor
def take_a_document(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one page take more than a form; runs before anything reads the body."""
    if endpoint == "publishing.upload":
        request.max_content_length = LARGEST + SPARE


@bp.get("/publishing/drafts/new")
@allow(*READERS)
def new_draft() -> ResponseReturnValue:
    """Ask where the new version starts: from a document, from the newest text, or from nothing."""
    chosen = {"policy": request.args.get("policy")}
    return _new_page(upload=UploadForm(data=chosen), begin=BeginForm(data=chosen))


@bp.post("/publishing/drafts/documents")
@allow(*READERS)
def upload() -> ResponseReturnValue:
    """Begin a draft from a document; only its words are kept."""
    form = UploadForm(CombinedMultiDict([request.files, request.form]))
    form.policy.choices = _policies()
    if not form.validate():
        return _new_page(upload=form, failed=form), 422
    file = request.files["document"]
    try:
        draft_id, notes = _begin_from(file.filename or "", file.stream.read(LARGEST + 1), form)
    except NotReadable as error:
        form.document.errors = [str(error)]
        return _new_page(upload=form, failed=form), 422
    for note in notes:
        flash(note, "due")
    with db.reader() as session:
        shown = outline(session, get_draft(session, draft_id), now=clock.now())
    page = ".matching" if shown.next == "matching" else ".draft_text"
    return redirect(url_for(page, draft_id=draft_id))


@bp.post("/publishing/drafts")
@allow(*READERS)
def begin_draft() -> ResponseReturnValue:
    """Begin a draft from the newest version, or a new policy from nothing."""
    form = BeginForm(request.form)
    form.policy.choices = _policies()
    if not form.validate() or _untitled(form):
        return _new_page(begin=form, failed=form), 422
    with db.change() as session:
        policy = _policy(session, form, title=form.title.data or "")
        manuscript = intake.begun_from(session, policy)
        title = manuscript.title or form.title.data or ""
        manuscript = manuscript.model_copy(update={"title": title})
        draft_id = _begin(session, policy, manuscript)
    page = ".draft_text" if manuscript.parts else ".draft"
    return redirect(url_for(page, draft_id=draft_id))


@bp.get("/publishing/drafts/<draft_id>")
@allow(*READERS)
def draft(draft_id: str) -> ResponseReturnValue:
    """Show what there is of a draft, and what is still to do."""
    return draft_page(draft_id)


@bp.post("/publishing/drafts/<draft_id>/rulings")
@allow(*READERS)
def take_rulings(draft_id: str) -> ResponseReturnValue:
    """Put what the company decided into a section of its own, or into its newest words there."""
    form = EditionForm(request.form)
    with db.change() as session:
        known = get_draft(session, draft_id)
        made = with_rulings(known.manuscript, ruled(session, known.policy))
        save(session, known, made, edition=form.edition.data or 0)
    flash("The rulings are in. Read them once.", "cleared")
    return redirect(url_for(".draft", draft_id=draft_id))


@bp.post("/publishing/drafts/<draft_id>/removal")
@allow(*READERS)
def remove_draft(draft_id: str) -> ResponseReturnValue:
    """Put a draft away; nothing of it is published."""
    with db.change() as session:
        put_away(session, draft_id, by=actor(), now=clock.now())
    flash("The draft is put away.", "cleared")
    return redirect(url_for(".index"))


def draft_page(draft_id: str, *, section: NewSectionForm | None = None) -> str:
    """Return the page of a draft."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = outline(session, known, now=clock.now())
    form = section or NewSectionForm(data={"edition": known.edition})
    return render_template("publishing/draft.html", draft=known, outline=shown, form=form)


def onward(draft_id: str) -> ResponseReturnValue:
    """Go where the next thing is to be done on a draft."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = outline(session, known, now=clock.now())
    return redirect(url_for(f".{shown.next}", draft_id=draft_id))


def save(
    session: Any,
    known: Written,
    manuscript: Manuscript,
    *,
    terms: Terms | None = None,
    edition: int,
) -> None:
    """Save the words of a draft, with an id for each clause, and its terms.

    Without terms, what is said of words that now differ is open again.
    """
    terms = terms or unanswered(known, manuscript)
    made = intake.with_ids(session, known.policy, manuscript)
    told: dict[str, Any] = {"edition": edition, "by": actor(), "now": clock.now()}
    revise(session, known.id, manuscript=made, terms=terms, **told)


@contextmanager
def fitting() -> Iterator[None]:
    """Raise TooLong when words do not fit into one clause."""
    try:
        yield
    except ValidationError as error:
        raise TooLong(f"{TOO_LONG}. Nothing was saved.") from error


def settings() -> Settings:
    """Return the settings of this installation."""
    return cast(Settings, current_app.extensions["settings"])


def _new_page(
    *,
    upload: UploadForm | None = None,
    begin: BeginForm | None = None,
    failed: UploadForm | BeginForm | None = None,
) -> str:
    document, going_on = upload or UploadForm(), begin or BeginForm()
    document.policy.choices = going_on.policy.choices = known = _policies()
    document.policy.data = document.policy.data or known[0].value
    with db.reader() as session:
        losses = intake.losses(session)
    words = {"upload": document, "begin": going_on, "losses": losses, "failed": failed}
    return render_template("publishing/new_draft.html", **words)


def _policies() -> list[Any]:
    """Return what a version can be of, first the policies that the scenarios are about."""
    with db.reader() as session:
        known = intake.known_policies(session)
        tested = {name for name in known if find_quiz(session, name)}
    first = [(name, f"{known[name]}, with its scenarios") for name in known if name in tested]
    others = [(name, title) for name, title in known.items() if name not in tested]
    return options([*first, *others, (NEW, "A new policy, without scenarios")])


def _untitled(form: BeginForm) -> bool:
    """Whether a new policy lacks its title; the form then says so."""
    if form.policy.data != NEW or form.title.data:
        return False
    form.title.errors = ["Give the new policy a title"]
    return True


def _policy(session: Any, form: UploadForm | BeginForm, *, title: str) -> str:
    return intake.new_name(session, title) if form.policy.data == NEW else str(form.policy.data)


def _begin_from(name: str, content: bytes, form: UploadForm) -> tuple[str, tuple[str, ...]]:
    with db.reader() as session:  # reading a document takes longer than a change may
        told: dict[str, Any] = {"name": name, "content": content}
        manuscript, notes = intake.taken_in(session, str(form.policy.data), **told)
        title = manuscript.title or PurePath(name).stem
        policy = _policy(session, form, title=title)
    manuscript = manuscript.model_copy(update={"title": title})
    with db.change() as session:
        return _begin(session, policy, manuscript, source=name), notes


def _begin(session: Any, policy: str, manuscript: Manuscript, *, source: str = "") -> str:
    told = settings()
    terms = Terms(grace_days=told.grace_days, renewal_months=told.renewal_months)
    return begin(
        session,
        policy,
        manuscript,
        based_on=newest_label(session, policy),
        terms=terms,
        source=source,
        by=actor(),
        now=clock.now(),
    )
