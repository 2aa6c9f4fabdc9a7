"""Pages on which a version is begun, and its clauses written."""

from typing import Any, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from portal import clock, db
from portal.access import actor, allow
from portal.config import Settings
from portal.errors import NotFound
from portal.forms import options
from portal.policies.blocks import NotReadable
from portal.policies.drafting import ChangedMeanwhile, begin, put_away, revise
from portal.policies.drafts import Terms, Written, get_draft
from portal.policies.incoming import LARGEST
from portal.policies.manuscript import Manuscript
from portal.policies.writing import Typed, section_saved, with_section, without_section
from portal.publishing import intake
from portal.publishing.actions import newest_label
from portal.publishing.blueprint import READERS, bp
from portal.publishing.forms import (
    BeginForm,
    EditionForm,
    NewSectionForm,
    SectionForm,
    UploadForm,
)
from portal.publishing.outline import outline
from portal.publishing.rulings import ruled, with_rulings

NEW = "new"  # the choice of a policy that is still to be; no policy's name is so short a word
SPARE = 64 * 1024  # bytes of a form around its file


@bp.url_value_preprocessor
def take_a_document(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one page take more than a form; runs before anything reads the body."""
    if endpoint == "publishing.upload":
        request.max_content_length = LARGEST + SPARE


@bp.get("/publishing/drafts/new")
@allow(*READERS)
def new_draft() -> ResponseReturnValue:
    """Ask where the new version starts: from a document, from the newest text, or from nothing."""
    return _new_page()


@bp.post("/publishing/drafts/documents")
@allow(*READERS)
def upload() -> ResponseReturnValue:
    """Begin a draft from a document; only its words are kept."""
    form = UploadForm(CombinedMultiDict([request.files, request.form]))
    form.policy.choices = _policies()
    if not form.validate() or _untitled(form):
        return _new_page(upload=form), 422
    file = request.files["document"]
    try:
        draft_id, notes = _begin_from(file.filename or "", file.stream.read(LARGEST + 1), form)
    except NotReadable as error:
        form.document.errors = [str(error)]
        return _new_page(upload=form), 422
    for note in notes:
        flash(note, "due")
    return redirect(url_for(".draft", draft_id=draft_id))


@bp.post("/publishing/drafts")
@allow(*READERS)
def begin_draft() -> ResponseReturnValue:
    """Begin a draft from the newest version, or a new policy from nothing."""
    form = BeginForm(request.form)
    form.policy.choices = _policies()
    if not form.validate() or _untitled(form):
        return _new_page(begin=form), 422
    with db.change() as session:
        policy = _policy(session, form)
        manuscript = intake.begun_from(session, policy)
        title = manuscript.title or form.title.data or ""
        manuscript = manuscript.model_copy(update={"title": title})
        draft_id = _begin(session, policy, manuscript)
    return redirect(url_for(".draft", draft_id=draft_id))


@bp.get("/publishing/drafts/<draft_id>")
@allow(*READERS)
def draft(draft_id: str) -> ResponseReturnValue:
    """Show what there is of a draft, and what is still to do."""
    return draft_page(draft_id)


@bp.post("/publishing/drafts/<draft_id>/sections")
@allow(*READERS)
def add_section(draft_id: str) -> ResponseReturnValue:
    """Put a section in, the last of the code or of the additions, and go there."""
    form = NewSectionForm(request.form)
    if not form.validate():
        return draft_page(draft_id, section=form), 422
    title, own = form.title.data or "", bool(form.addition.data)
    with db.change() as session:
        known = get_draft(session, draft_id)
        made = with_section(known.manuscript, title=title, addition=own)
        save(session, known, made, edition=form.edition.data or 0)
        number = max(n for n, part in enumerate(made.parts, start=1) if part.addition == own)
    return redirect(url_for(".draft_section", draft_id=draft_id, number=number))


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


@bp.get("/publishing/drafts/<draft_id>/sections/<int:number>")
@allow(*READERS)
def draft_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Show the clauses of one section to be written."""
    known = _known(draft_id, number)
    part = known.manuscript.parts[number - 1]
    clauses = [each.model_dump() for each in part.passages] + [{"text": ""}]
    form = SectionForm(data={"title": part.title, "clauses": clauses, "edition": known.edition})
    return _section_page(known, number, form)


@bp.post("/publishing/drafts/<draft_id>/sections/<int:number>")
@allow(*READERS)
def save_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Save a section as it was typed; what was parted, joined or emptied is so from now on."""
    form, known = SectionForm(request.form), _known(draft_id, number)
    if not form.validate() or _wrong_ids(form, known, number):
        return _section_page(known, number, form), 422
    made = section_saved(known.manuscript, number, title=form.title.data or "", typed=_typed(form))
    try:
        with db.change() as session:
            save(session, known, made, edition=form.edition.data or 0)
    except ChangedMeanwhile as changed:
        form.form_errors = [changed.sentence]
        form.edition.data = known.edition
        return _section_page(known, number, form), 409
    flash("Saved.", "cleared")
    return redirect(_after(draft_id, number, of=len(made.parts)))


@bp.post("/publishing/drafts/<draft_id>/sections/<int:number>/removal")
@allow(*READERS)
def remove_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Take a section out, clauses and all."""
    form, known = EditionForm(request.form), _known(draft_id, number)
    made = without_section(known.manuscript, number)
    with db.change() as session:
        save(session, known, made, edition=form.edition.data or 0)
    flash("The section is taken out.", "cleared")
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
        shown = outline(session, known, settings=settings(), now=clock.now())
    form = section or NewSectionForm(data={"edition": known.edition})
    return render_template("publishing/draft.html", draft=known, outline=shown, form=form)


def save(session: Any, known: Written, manuscript: Manuscript, *, edition: int) -> None:
    """Save the words of a draft, with an id for each clause."""
    made = intake.with_ids(session, known.policy, manuscript)
    revise(session, known.id, edition=edition, manuscript=made, by=actor(), now=clock.now())


def settings() -> Settings:
    """Return the settings of this installation."""
    return cast(Settings, current_app.extensions["settings"])


def _new_page(*, upload: UploadForm | None = None, begin: BeginForm | None = None) -> str:
    document, going_on = upload or UploadForm(), begin or BeginForm()
    document.policy.choices = going_on.policy.choices = _policies()
    failed = upload or begin
    words = {"upload": document, "begin": going_on, "failed": failed}
    return render_template("publishing/new_draft.html", **words)


def _policies() -> list[Any]:
    with db.reader() as session:
        known = intake.known_policies(session)
    return options([*known.items(), (NEW, "A new policy")])


def _untitled(form: UploadForm | BeginForm) -> bool:
    """Whether a new policy lacks its title; the form then says so."""
    if form.policy.data != NEW or form.title.data:
        return False
    form.title.errors = ["Give the new policy a title"]
    return True


def _policy(session: Any, form: UploadForm | BeginForm) -> str:
    if form.policy.data == NEW:
        return intake.new_name(session, form.title.data or "")
    return str(form.policy.data)


def _begin_from(name: str, content: bytes, form: UploadForm) -> tuple[str, tuple[str, ...]]:
    with db.reader() as session:  # reading a document takes longer than a change may
        policy = _policy(session, form)
        manuscript, notes = intake.taken_in(session, policy, name=name, content=content)
    if form.policy.data == NEW:
        manuscript = manuscript.model_copy(update={"title": form.title.data or ""})
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


def _known(draft_id: str, number: int) -> Written:
    with db.reader() as session:
        known = get_draft(session, draft_id)
    if not 1 <= number <= len(known.manuscript.parts):
        raise NotFound
    return known


def _section_page(known: Written, number: int, form: SectionForm) -> str:
    with db.reader() as session:
        citing = outline(session, known, settings=settings(), now=clock.now()).citing
    words = {"draft": known, "number": number, "form": form, "citing": citing}
    return render_template("publishing/section.html", **words)


def _typed(form: SectionForm) -> list[Typed]:
    return [
        Typed(
            id=each.form["id"].data or "",
            text=each.form["text"].data or "",
            help=each.form["help"].data or "",
            joins=bool(each.form["joins"].data),
        )
        for each in form.clauses
    ]


def _wrong_ids(form: SectionForm, known: Written, number: int) -> bool:
    """Say of each id that it is used twice, or belonged to another clause once."""
    others = [part for n, part in enumerate(known.manuscript.parts, start=1) if n != number]
    taken = {each.id for part in others for each in part.passages}
    with db.reader() as session:
        gone = intake.retired(session, known.policy)
    wrong = False
    for each in form.clauses:
        id_, words = each.form["id"].data or "", each.form["text"].data
        if id_ and words and id_ in taken | gone:
            reason = "stands for another clause here" if id_ in taken else "is retired"
            each.form["id"].errors = [f"{id_} {reason}. Choose another id, or leave it empty"]
            wrong = True
        taken.add(id_)
    return wrong


def _after(draft_id: str, number: int, *, of: int) -> str:
    """Return where to go after saving: the next section where that was asked, else the draft."""
    if request.form.get("then") == "next" and number < of:
        return url_for(".draft_section", draft_id=draft_id, number=number + 1)
    return url_for(".draft", draft_id=draft_id)
