"""From blocks to sections, from paragraphs to sentences: nothing lost, nothing added. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.policies.blocks import Block, Shape

FIRST = "Introduction"  # what stands before the first heading
END = re.compile(
    r"""[.!?\u2026]+["')\]\u2019\u201d]*\s+(?=["'(\[\u2018\u201c]*[A-Z0-9\u00c0-\u00de])"""
)
BEFORE, AFTER = r"""(?:^|[\s("'\u2018\u201c\[])""", r"""["')\]\u2019\u201d]*\s+$"""
# Words whose full stop does not end a sentence.
SHORTENED = re.compile(
    rf"{BEFORE}(?:e\.g|i\.e|cf|vs|approx|mr|mrs|ms|mx|dr|prof|st|[a-z](?:\.[a-z])*)\.{AFTER}",
    re.IGNORECASE,
)
# Words whose full stop may: then a word follows that is no name.
MAYBE = re.compile(rf"{BEFORE}(?:ltd|co|inc|plc|dept|etc|a\.m|p\.m)\.{AFTER}", re.IGNORECASE)
NUMBERED = re.compile(rf"{BEFORE}(?:nos?|pp?|ext|tel|sec|para|art)\.{AFTER}", re.IGNORECASE)
ENDED = re.compile(r"""[.!?:;\u2026]["')\]\u2019\u201d]*$""")
_OPENERS = (
    "a all an any as at before both by children clients do each every for from he how however if in"
    " it never no nobody nothing on once only our parents pupils she staff that the their these"
    " they this those to tutors under until we what when where while who you your"
)
OPENERS = frozenset(_OPENERS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One section as it came: its title and its sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A document in sections; its title is "" when it names none."""

    title: str
    chapters: tuple[Chapter, ...]


def split(blocks: Iterable[Block]) -> Split:
    """Return title, sections and sentences of a document.

    A heading with nothing below it but another one lends that its words.
    """
    known = list(blocks)
    title = ""
    if known and known[0].shape is Shape.HEADING and _names_the_whole(known):
        title = known.pop(0).text
    return Split(title=title, chapters=tuple(_chapters(known)))


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph; their words together are its words."""
    found, start = [], 0
    for end in END.finditer(text):
        if not _goes_on(text[start : end.end()], then=text[end.end() :]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return (*found, *filter(None, [text[start:].strip()]))


def runs_on(before: str, after: str) -> bool:
    """Whether two texts are parts of one sentence, as far as anybody can tell."""
    return not ENDED.search(before) and (before.endswith(",") or after[:1].islower())


def _goes_on(sentence: str, *, then: str) -> bool:
    """Whether the full stop belongs to a shortened word, as far as anybody can tell."""
    if MAYBE.search(sentence):
        return then.split(maxsplit=1)[0].strip("\"'(").lower() not in OPENERS
    return bool(SHORTENED.search(sentence) or (then[:1].isdigit() and NUMBERED.search(sentence)))


def _names_the_whole(blocks: list[Block]) -> bool:
    """Whether the first heading is the document's: the only one of its level, or above the rest."""
    others = [each.level for each in blocks[1:] if each.shape is Shape.HEADING]
    return bool(others) and min(others) > blocks[0].level


def _chapters(blocks: list[Block]) -> Iterator[Chapter]:
    titles: list[str] = []
    found: list[str] = []
    for each in (*blocks, Block(shape=Shape.HEADING, text="")):
        if each.shape is not Shape.HEADING:
            found += sentences(each.text)
        elif found:
            yield Chapter(title=": ".join(titles) or FIRST, sentences=tuple(found))
            titles, found = [each.text], []
        else:
            titles.append(each.text)
    if any(titles[:-1]):  # a heading with nothing below it at the very end is kept as words
        yield Chapter(title=": ".join(titles[:-1]), sentences=tuple(titles[:-1]))
