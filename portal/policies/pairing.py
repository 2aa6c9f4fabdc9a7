"""How sure it is which clause of a draft says what the scenarios cite. Pure.

Sure is what says the same words, and what every sign agrees on: it is far the likest, it stands
where the ones before and after it lead to expect, and no other clause has a claim to it. All else
a person looks at. For what nothing is like, the one sentence left at its place is suggested.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.policies.matching import even, suggestions

FAINT = 0.12  # likeness below which nothing is suggested
CLEAR = 0.15  # likeness from which something may be sure
CERTAIN = 0.5  # from which it is, wherever it stands
AHEAD = 1.6  # times as like as the next best
Likeness = Mapping[int, float]


class Sureness(StrEnum):
    """What is known of a suggestion."""

    SAME = "same"  # it says the very words
    LIKELY = "likely"  # it says it in other words, and nothing else comes near
    SHARED = "shared"  # so it is, and another cited clause has a claim to it as well
    OPEN = "open"  # a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The text suggested for a cited clause, None for none, and those that come next to it."""

    place: int | None
    likest: tuple[int, ...]
    sureness: Sureness


def paired(texts: Sequence[str], cited: Mapping[str, str]) -> dict[str, Pair]:
    """Return for each cited clause which text says it, and how sure that is; both in order."""
    known = suggestions(texts, cited)
    words = {even(text): n for n, text in reversed(list(enumerate(texts)))}
    same = {id_: words[even(text)] for id_, text in cited.items() if even(text) in words}
    best = {id_: same.get(id_, _likest(known[id_])) for id_ in cited}
    found = {id_: n for id_, n in best.items() if n is not None}
    ordered = _in_order(found, known)
    near = _near({id_: found[id_] for id_ in ordered}, [*cited], end=len(texts))
    sure = {id_ for id_ in found if id_ in same or _is_sure(known[id_], ordered=id_ in ordered)}
    claims = Counter(found.values())
    left = {id_: [n for n in near[id_] if n not in claims] for id_ in cited if id_ not in found}
    best |= _at_their_place(left)

    def sureness(id_: str) -> Sureness:
        if id_ not in sure:
            return Sureness.OPEN
        if claims[found[id_]] > 1:
            return Sureness.SHARED
        return Sureness.SAME if id_ in same else Sureness.LIKELY

    return {
        id_: Pair(
            place=place,
            likest=tuple(known[id_] or near[id_]),
            sureness=sureness(id_),
        )
        for id_, place in best.items()
    }


def _at_their_place(left: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return the places of those that have one place left, where nothing else has the same."""
    only = {id_: places[0] for id_, places in left.items() if len(places) == 1}
    wanted = Counter(only.values())
    return {id_: place for id_, place in only.items() if wanted[place] == 1}


def _likest(likeness: Likeness) -> int | None:
    return next((n for n, score in likeness.items() if score >= FAINT), None)


def _near(placed: Mapping[str, int], order: Sequence[str], *, end: int) -> dict[str, range]:
    """Return for each id the texts from that of the clause before it to that of the one after."""
    return {
        id_: range(
            max((placed[each] for each in order[:n] if each in placed), default=0),
            min((placed[each] + 1 for each in order[n + 1 :] if each in placed), default=end),
        )
        for n, id_ in enumerate(order)
    }


def _is_sure(likeness: Likeness, *, ordered: bool) -> bool:
    first, second = (*likeness.values(), 0.0, 0.0)[:2]
    return first >= (CLEAR if ordered else CERTAIN) and first >= AHEAD * second


def _in_order(found: Mapping[str, int], known: Mapping[str, Likeness]) -> set[str]:
    """Return those suggestions that run on in the order of the text: the likest such row."""
    rows: dict[str, tuple[float, tuple[str, ...]]] = {}
    for id_, place in found.items():
        before = [row for other, row in rows.items() if found[other] <= place]
        weight, row = max(before, default=(0.0, ()))
        rows[id_] = (weight + known[id_].get(place, 1.0), (*row, id_))
    return set(max(rows.values(), default=(0.0, ()))[1])
