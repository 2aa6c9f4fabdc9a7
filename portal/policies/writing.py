"""What an author does to a manuscript: split, join, correct, match, put in and take out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.policies.manuscript import Manuscript, Part, Passage
from portal.policies.matching import likeness

BREAKS_AT = (
    "if",
    "and",
    "or",
    "but",
    "while",
    "whilst",
    "where",
    "without",
    "unless",
    "even",
    "so",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One clause as the form sent it back; a line break in `text` parts it."""

    id: str
    text: str
    help: str = ""
    joins: bool = False  # the clause above


def section_saved(
    manuscript: Manuscript, number: int, *, title: str, typed: Sequence[Typed]
) -> Manuscript:
    """Return the manuscript with a section as it was typed; `number` counts from 1.

    A clause that is parted keeps its id for the first part. One without words is taken out.
    """
    passages: list[Passage] = []
    for each in typed:
        pieces = [" ".join(line.split()) for line in each.text.splitlines()]
        made = [Passage(text=piece) for piece in pieces if piece]
        if made:
            made[0] = Passage(id=each.id, text=made[0].text, help=each.help)
        if each.joins and passages and made:
            passages[-1] = _joined(passages[-1], made.pop(0))
        passages += made
    part = manuscript.parts[number - 1]
    new = part.model_copy(update={"title": title, "passages": tuple(passages)})
    return _with(manuscript, number - 1, new)


def section_of(manuscript: Manuscript, clause: str) -> int:
    """Return the number, from 1, of the section with this clause; 0 where it stands in none."""
    found = (n for n, part in enumerate(manuscript.parts, start=1) if clause in _ids(part))
    return next(found, 0)


def clause_saved(manuscript: Manuscript, clause: str, *, typed: Typed) -> Manuscript:
    """Return the manuscript with one clause as it was typed; the rest of its section as it is."""
    number = section_of(manuscript, clause)
    part = manuscript.parts[number - 1]
    others = {each.id: Typed(id=each.id, text=each.text, help=each.help) for each in part.passages}
    whole = list({**others, clause: typed}.values())
    return section_saved(manuscript, number, title=part.title, typed=whole)


def joined_up(manuscript: Manuscript, clause: str) -> Manuscript:
    """Return the manuscript with a clause joined to the one above, which keeps its id."""
    part = manuscript.parts[section_of(manuscript, clause) - 1]
    found = next(each for each in part.passages if each.id == clause)
    typed = Typed(id=found.id, text=found.text, help=found.help, joins=True)
    return clause_saved(manuscript, clause, typed=typed)


def with_section(manuscript: Manuscript, *, title: str, addition: bool) -> Manuscript:
    """Return the manuscript with one section more, the last of its kind."""
    parts = (*manuscript.parts, Part(title=title, addition=addition))
    return manuscript.model_copy(update={"parts": parts}).sorted


def without_section(manuscript: Manuscript, number: int) -> Manuscript:
    """Return the manuscript without one of its sections; `number` counts from 1."""
    parts = tuple(each for n, each in enumerate(manuscript.parts, start=1) if n != number)
    return manuscript.model_copy(update={"parts": parts})


def matched(
    manuscript: Manuscript, chosen: Mapping[str, int], cited: Mapping[str, str]
) -> Manuscript:
    """Return the manuscript with ids given to clauses as chosen: id -> place among all clauses.

    A clause chosen for several ids is parted where each part is most like what its id stands for
    (`cited`). Whatever held one of the ids before, and was not chosen for it, loses it.
    """
    wanted: dict[int, list[str]] = {}
    for id_ in [*(each for each in cited if each in chosen), *(chosen.keys() - cited.keys())]:
        wanted.setdefault(chosen[id_], []).append(id_)
    place, parts = 0, []
    for part in manuscript.parts:
        passages: list[Passage] = []
        for each in part.passages:
            passages += _given(each, wanted.get(place, []), cited)
            place += 1
        parts.append(part.model_copy(update={"passages": tuple(passages)}))
    return manuscript.model_copy(update={"parts": tuple(parts)})


def parted(text: str, into: Sequence[str]) -> tuple[str, str]:
    """Return the text in two where the first part is most like one text, the second like the other.

    It is parted before a joining word or after a comma where there is one, else at any word.
    """
    words = text.split()
    places = range(1, len(words))
    good = [n for n in places if words[n - 1][-1] in ",;:" or words[n].lower() in BREAKS_AT]

    def score(n: int) -> float:
        left, right = " ".join(words[:n]), " ".join(words[n:])
        return likeness(left, into[0]) + likeness(right, into[1])

    best = max(good or places, key=score, default=len(words))
    return " ".join(words[:best]), " ".join(words[best:])


def _given(passage: Passage, ids: list[str], cited: Mapping[str, str]) -> list[Passage]:
    """Return a clause with the ids chosen for it, in as many parts."""
    if not ids:
        lost = passage.id in cited
        return [passage.model_copy(update={"id": "" if lost else passage.id})]
    made, rest = [], passage.text
    for id_, then in pairwise(ids):
        here, rest = parted(rest, [cited.get(id_, ""), cited.get(then, "")])
        made.append(Passage(id=id_, text=here))
    last = Passage(id=ids[-1], text=rest, help=passage.help)
    return [each for each in (*made, last) if each.text]


def _ids(part: Part) -> set[str]:
    return {each.id for each in part.passages}


def _joined(above: Passage, below: Passage) -> Passage:
    help_ = " ".join(filter(None, (above.help, below.help)))
    return Passage(id=above.id or below.id, text=f"{above.text} {below.text}", help=help_)


def _with(manuscript: Manuscript, place: int, part: Part) -> Manuscript:
    parts = [*manuscript.parts]
    parts[place] = part
    return manuscript.model_copy(update={"parts": tuple(parts)})
