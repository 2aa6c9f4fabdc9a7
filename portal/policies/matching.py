"""Which clause is which: ids for new texts, and suggestions for those the scenarios cite. Pure.

An id stays with what a clause says. One that was ever used is never given to something else.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import chain, count
from math import log

from portal.policies.manuscript import Manuscript, Part

ALIKE = 0.72  # share of words in common from which a clause counts as reworded, not as new
WHOLE = 0.9  # share of its words that one of several ids keeps: the others may be a rule
LEAST = 0.08  # below that nothing is suggested
FAR = 0.6  # how much likeness counts less at the other end of the text
SHORTEST_WORD, LONGEST_PREFIX = 3, 5
_SMALL = (
    "a all also an and any are as at be been but by can do each for from has have if in into is it"
    " its may must no not of on or other our own shall should so such than that the their them"
    " there these they this those to under until was what when where which while who will with"
    " you your"
)
SMALL = frozenset(_SMALL.split())
Words = dict[str, float]
Ids = tuple[str, ...]


def identified(
    manuscript: Manuscript, *, newest: Mapping[Ids, str], used: Collection[str]
) -> Manuscript:
    """Return the manuscript with an id for each clause that has none.

    `newest` are the clauses of the newest version by their ids: what is said again keeps them, and
    so does what is only reworded. `used` are all ids that ever stood for something.
    """
    taken = manuscript.ids
    missing = [each.text for each in manuscript.passages if not each.id]
    free = {ids: text for ids, text in newest.items() if taken.isdisjoint(ids)}
    kept = _kept(missing, free)
    spare = _Spare({*used, *chain(*newest), *taken})
    parts = tuple(_with_ids(part, kept, spare, prefix) for part, prefix in _prefixed(manuscript))
    return manuscript.model_copy(update={"parts": parts})


def suggestions(texts: Iterable[str], cited: Mapping[str, str]) -> dict[str, dict[int, float]]:
    """Return for each cited clause the places of the texts that say the like, the best first.

    Each comes with its likeness, from 0 to 1. Both come in reading order: of two that are about as
    like, the one nearer its place is better.
    """
    known = tuple(texts)
    bags, wanted = [_bag(each) for each in known], {id_: _bag(t) for id_, t in cited.items()}
    weights = _weights([*bags, *wanted.values()])
    return {
        id_: _ranked(bag, bags, weights, place=n / len(wanted))
        for n, (id_, bag) in enumerate(wanted.items())
    }


def _kept(missing: list[str], newest: Mapping[Ids, str]) -> dict[str, Ids]:
    """Return which text takes over which ids: the same words first, then the likest."""
    same = {even(text): ids for ids, text in newest.items()}
    kept = {text: same[even(text)] for text in missing if even(text) in same}
    left = {ids: text for ids, text in newest.items() if ids not in kept.values()}
    scored = sorted(
        (
            (_alike(text, old), text, ids)
            for text in missing
            for ids, old in left.items()
            if len(ids) == 1 or _whole(text, old)
        ),
        reverse=True,
    )
    for score, text, ids in scored:
        if score >= ALIKE and text not in kept and ids not in kept.values():
            kept[text] = ids
    return kept


def _with_ids(part: Part, kept: dict[str, Ids], spare: "_Spare", prefix: str) -> Part:
    passages = [
        each if each.id else each.named(kept.pop(each.text, ()) or (spare.next(prefix),))
        for each in part.passages
    ]
    return part.model_copy(update={"passages": tuple(passages)})


def _prefixed(manuscript: Manuscript) -> Iterator[tuple[Part, str]]:
    """Yield each section with the letters its new ids begin with: those it has, or its title's."""
    seen: set[str] = set()
    for part in manuscript.ordered:
        own = Counter(each.id.partition("-")[0] for each in part.passages if each.id)
        prefix = own.most_common(1)[0][0] if own else _free(_letters(part.title), seen)
        seen.add(prefix)
        yield part, prefix


def _letters(title: str) -> str:
    """Return the initials of several words, or the start of one: CSP, TEC."""
    plain = re.sub(r"[^A-Za-z ]", " ", title)
    words = [each for each in plain.split() if each.lower() not in SMALL]
    initials = "".join(each[0] for each in words)
    start = words[0][:SHORTEST_WORD] if words else "SEC"
    letters = initials[:LONGEST_PREFIX] if len(initials) >= SHORTEST_WORD else start
    return letters.upper().ljust(2, "X")


def _free(prefix: str, seen: Collection[str]) -> str:
    others = (f"{prefix[:4]}{chr(code)}" for code in range(ord("B"), ord("Z") + 1))
    return next((each for each in (prefix, *others) if each not in seen), prefix)


class _Spare:
    """Numbers that were never used."""

    def __init__(self, used: set[str]) -> None:
        self._used = used

    def next(self, prefix: str) -> str:
        found = next(each for n in count(1) if (each := f"{prefix}-{n}") not in self._used)
        self._used.add(found)
        return found


def even(text: str) -> str:
    """Return the words without case and punctuation: what two texts have that say the same."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _alike(one: str, other: str) -> float:
    return _matched(one, other).ratio()


def _whole(text: str, old: str) -> bool:
    kept = sum(each.size for each in _matched(old, text).get_matching_blocks())
    return kept >= WHOLE * len(even(old).split())


def _matched(one: str, other: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, even(one).split(), even(other).split(), autojunk=False)


def _bag(text: str) -> Counter[str]:
    words = (each for each in re.findall(r"[a-z]+", text.lower()) if each not in SMALL)
    return Counter(_stem(each) for each in words)


def _stem(word: str) -> str:
    for end in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s", "ly"):
        if word.endswith(end) and len(word) - len(end) >= SHORTEST_WORD:
            stem = word[: -len(end)]
            return stem[:-1] if stem[-1] == stem[-2] else stem  # stopped, stop
    return word


def _weights(bags: list[Counter[str]]) -> Words:
    """Return how much each word tells: what stands everywhere tells little."""
    seen = Counter(word for bag in bags for word in bag)
    return {word: log(1 + len(bags) / n) for word, n in seen.items()}


def _ranked(
    wanted: Counter[str], bags: list[Counter[str]], weights: Words, *, place: float
) -> dict[int, float]:
    scores = {n: _score(wanted, bag, weights) for n, bag in enumerate(bags)}
    near = {n: score * (1 - abs(place - n / len(bags)) * FAR) for n, score in scores.items()}
    return {n: near[n] for n in sorted(near, key=lambda n: -near[n]) if scores[n] >= LEAST}


def _score(one: Counter[str], other: Counter[str], weights: Words) -> float:
    """Return how much two bags of words share, from 0 to 1."""
    both = sum(weights[word] for word in one.keys() & other.keys())
    whole = sum(weights[word] for word in one.keys() | other.keys())
    return both / whole if whole else 0.0
