"""What an author does to a manuscript: split, join, correct, match, put in and take out. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from portal.policies.manuscript import Manuscript, Part, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One clause as the form sent it back; a line break in `text` parts it."""

    ids: tuple[str, ...]
    text: str
    help: str = ""
    joins: bool = False  # the clause above


def listed(text: str) -> tuple[str, ...]:
    """Return the ids that somebody typed into one field, each once."""
    return tuple(dict.fromkeys(re.findall(r"[^\s,]+", text)))


def section_saved(
    manuscript: Manuscript,
    number: int,
    *,
    title: str,
    typed: Sequence[Typed],
    used: Collection[str] = (),
) -> Manuscript:
    """Return the manuscript with a section as it was typed; `number` counts from 1.

    A clause that is parted keeps its ids for the first part. One without words is taken out. One
    that is joined to another hands on the ids that somebody may know it by (`used`).
    """
    passages: list[Passage] = []
    for each in typed:
        pieces = [" ".join(line.split()) for line in each.text.splitlines()]
        made = [Passage(text=piece) for piece in pieces if piece]
        if made:
            made[0] = Passage(text=made[0].text, help=each.help).named(each.ids)
        if each.joins and passages and made:
            passages[-1] = _joined(passages[-1], made.pop(0), used=used)
        passages += made
    part = manuscript.parts[number - 1]
    new = part.model_copy(update={"title": title, "passages": tuple(passages)})
    return _with(manuscript, number - 1, new)


def section_of(manuscript: Manuscript, clause: str) -> int:
    """Return the number, from 1, of the section with this clause; 0 where it stands in none."""
    parts = enumerate(manuscript.parts, start=1)
    found = (n for n, part in parts if any(clause in each.ids for each in part.passages))
    return next(found, 0)


def clause_saved(
    manuscript: Manuscript, clause: str, *, typed: Typed, used: Collection[str] = ()
) -> Manuscript:
    """Return the manuscript with one clause as it was typed; the rest of its section as it is."""
    number = section_of(manuscript, clause)
    part = manuscript.parts[number - 1]
    whole = [typed if clause in each.ids else _as_typed(each) for each in part.passages]
    return section_saved(manuscript, number, title=part.title, typed=whole, used=used)


def joined_up(manuscript: Manuscript, clause: str, *, used: Collection[str] = ()) -> Manuscript:
    """Return the manuscript with a clause joined to the one above, which keeps its ids."""
    part = manuscript.parts[section_of(manuscript, clause) - 1]
    found = next(each for each in part.passages if clause in each.ids)
    typed = replace(_as_typed(found), joins=True)
    return clause_saved(manuscript, clause, typed=typed, used=used)


def with_section(manuscript: Manuscript, *, title: str, addition: bool) -> Manuscript:
    """Return the manuscript with one section more, the last of its kind."""
    parts = (*manuscript.parts, Part(title=title, addition=addition))
    return manuscript.model_copy(update={"parts": parts}).sorted


def without_section(manuscript: Manuscript, number: int) -> Manuscript:
    """Return the manuscript without one of its sections; `number` counts from 1."""
    parts = tuple(each for n, each in enumerate(manuscript.parts, start=1) if n != number)
    return manuscript.model_copy(update={"parts": parts})


def matched(
    manuscript: Manuscript,
    chosen: Mapping[str, int],
    cited: Collection[str],
    *,
    used: Collection[str] = (),
) -> Manuscript:
    """Return the manuscript with ids given to clauses as chosen: id -> place among all clauses.

    A clause chosen for several gets them all, in the order of those that are `cited`. Whatever held
    one of these before, and was not chosen for it, loses it; and so does whatever has an id that
    nobody knows yet (`used`): it is numbered anew.
    """
    places, known = count(), set(used) - set(cited)

    def given(passage: Passage) -> Passage:
        place = next(places)
        wanted = [id_ for id_ in cited if chosen.get(id_) == place]
        return passage.named(wanted or [id_ for id_ in passage.ids if id_ in known])

    parts = tuple(
        part.model_copy(update={"passages": tuple(map(given, part.passages))})
        for part in manuscript.parts
    )
    return manuscript.model_copy(update={"parts": parts})


def _as_typed(passage: Passage) -> Typed:
    return Typed(ids=passage.ids, text=passage.text, help=passage.help)


def _joined(above: Passage, below: Passage, *, used: Collection[str]) -> Passage:
    help_ = " ".join(filter(None, (above.help, below.help)))
    ids = (*above.ids, *(each for each in below.ids if not above.ids or each in used))
    return Passage(text=f"{above.text} {below.text}", help=help_).named(ids)


def _with(manuscript: Manuscript, place: int, part: Part) -> Manuscript:
    parts = [*manuscript.parts]
    parts[place] = part
    return manuscript.model_copy(update={"parts": tuple(parts)})
