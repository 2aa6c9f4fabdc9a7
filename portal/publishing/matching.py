"""The page on which a draft is matched to the scenarios: it shows what a person has to decide."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from portal import db
from portal.access import allow
from portal.errors import NotFound
from portal.forms import options
from portal.policies.drafts import Written, get_draft
from portal.policies.manuscript import Manuscript, Part, Passage
from portal.policies.pairing import Pair, Sureness, paired
from portal.policies.writing import matched
from portal.publishing import intake
from portal.publishing.blueprint import READERS, bp
from portal.publishing.drafting import onward, save
from portal.publishing.forms import MatchForm

MOST_SHOWN = 90  # characters of a clause in a list to choose from
MISSING = "choose a sentence, write one into the draft, or have the scenarios changed."
FOLDED = (Sureness.SAME, Sureness.LIKELY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A clause that the scenarios cite, in their words."""

    id: str
    words: str
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence of the draft, what it would stand for, and what is looked for about here."""

    text: str
    group: tuple[Cited, ...]
    sought: tuple[Cited, ...]

    @property
    def asks(self) -> bool:
        """Whether a person has to look: one thing it would stand for is not sure."""
        return any(each.sureness not in FOLDED for each in self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """The sentences by section, each with what the scenarios mean by it."""

    sections: tuple[tuple[Part, tuple[Row, ...]], ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All sentences."""
        return tuple(row for _, rows in self.sections for row in rows)

    @property
    def open(self) -> int:
        """How many matches are to be looked at."""
        return sum(row.asks + len(row.sought) for row in self.rows)

    @property
    def sure(self) -> tuple[Row, ...]:
        """The sentences that nobody has to match."""
        return tuple(row for row in self.rows if row.group and not row.asks)


@bp.get("/publishing/drafts/<draft_id>/matching")
@allow(*READERS)
def matching(draft_id: str) -> ResponseReturnValue:
    """Show which clause of the draft says what the scenarios cite, and ask where it is not sure."""
    known, lent, pairs = _known(draft_id)
    return _match_page(known, lent, pairs, _form(known, pairs))


@bp.post("/publishing/drafts/<draft_id>/matching")
@allow(*READERS)
def match(draft_id: str) -> ResponseReturnValue:
    """Give the ids as chosen; a sentence chosen for several gets them all."""
    known, lent, pairs = _known(draft_id)
    form = _form(known, pairs, sent=request.form)
    if not form.validate():
        return _match_page(known, lent, pairs, form), 422
    with db.change() as session:
        used = intake.used(session, known.policy)
        made = matched(known.manuscript, _chosen(form, lent), lent, used=used)
        save(session, known, made, edition=form.edition.data or 0)
    if lost := [id_ for id_ in lent if id_ not in made.ids]:
        flash(f"Saved. Nothing says {', '.join(lost)} yet: {MISSING}", "due")
    else:
        flash("The clauses are matched.", "cleared")
    return onward(draft_id)


def _known(draft_id: str) -> tuple[Written, dict[str, str], dict[str, Pair]]:
    """Return a draft, what the scenarios cite, and what is suggested for each."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        if not known.manuscript.passages:
            raise NotFound
        lent, meant = intake.lent(session, known.policy), intake.meant(session, known.policy)
    return known, lent, _pairs(known.manuscript, lent, meant)


def _pairs(own: Manuscript, lent: Mapping[str, str], meant: Mapping[str, str]) -> dict[str, Pair]:
    """Return what is suggested; a clause that has the id already says it for sure.

    What is not cited lays claim to sentences as well. Where some have theirs, whatever lacks it is
    looked at: it was left out before, or is new. No clause that stands for something is then
    suggested for something else.
    """
    held = {id_: n for n, each in enumerate(own.passages) for id_ in each.ids if id_ in lent}
    taken = set(held.values())

    def settled(id_: str, pair: Pair) -> Pair:
        if id_ in held:
            return replace(pair, place=held[id_], sureness=Sureness.SAME)
        place = None if pair.place in taken else pair.place
        return replace(pair, place=place, sureness=Sureness.OPEN) if held else pair

    found = paired([each.text for each in own.passages], meant)
    return {id_: settled(id_, found[id_]) for id_ in lent}


def _form(known: Written, pairs: Mapping[str, Pair], *, sent: Any = None) -> MatchForm:
    """Return a form with a list for each clause cited, what is suggested chosen already."""
    passages = known.manuscript.passages
    made = type("Choices", (MatchForm,), {})
    for id_, pair in pairs.items():
        order = dict.fromkeys([*pair.likest, *range(len(passages))])
        shown = [(str(n), passages[n].text[:MOST_SHOWN]) for n in order]
        choices = options([("", "Nothing says this"), *shown])
        default = "" if pair.place is None else str(pair.place)
        setattr(made, id_, SelectField(id_, choices=choices, default=default))
    form: MatchForm = made(sent) if sent else made(data={"edition": known.edition})
    return form


def _chosen(form: MatchForm, lent: Mapping[str, str]) -> dict[str, int]:
    return {id_: int(form[id_].data) for id_ in lent if str(form[id_].data or "").isdigit()}


def _match_page(
    known: Written, lent: Mapping[str, str], pairs: Mapping[str, Pair], form: MatchForm
) -> str:
    chosen = _chosen(form, lent)
    shown = _shown(known, lent, pairs, chosen)
    return render_template("publishing/matching.html", draft=known, form=form, matching=shown)


def _shown(
    known: Written, lent: Mapping[str, str], pairs: Mapping[str, Pair], chosen: Mapping[str, int]
) -> Matching:
    passages = enumerate(known.manuscript.passages)
    groups: dict[int, list[Cited]] = defaultdict(list)
    sought: dict[int, list[Cited]] = defaultdict(list)
    place = 0
    for id_, words in lent.items():
        at, place = (groups, chosen[id_]) if id_ in chosen else (sought, place)
        at[place].append(Cited(id=id_, words=words, sureness=pairs[id_].sureness))

    def row(n: int, passage: Passage) -> Row:
        return Row(text=passage.text, group=tuple(groups[n]), sought=tuple(sought[n]))

    return Matching(
        sections=tuple(
            (part, tuple(row(n, each) for n, each in islice(passages, len(part.passages))))
            for part in known.manuscript.parts
        )
    )
