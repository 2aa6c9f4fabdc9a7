"""What an uploaded document is made of, before anything is made of it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class NotReadable(ValueError):
    """The upload cannot become a policy; the sentence says why and what to do."""


class Shape(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some words in a row.

    `level` orders headings, `bold` says that every word is; `numbered` that a number was before it.
    """

    shape: Shape
    text: str
    level: int = 0
    bold: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as it came: its blocks, and what could not be taken over, in sentences."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = field(default=())


LONGEST_HEADING = 80  # characters
MOST_WORDS = 10


def guessed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, with headings found where the document names none.

    People make headings bold, or leave them short and without a full stop. What stands last is
    none: nothing would follow below it.
    """
    known = tuple(blocks)
    if any(each.shape is Shape.HEADING for each in known[1:]):
        yield from known
        return
    bold = any(each.bold and is_short_line(each.text) for each in known)
    around = zip((None, *known), known, (*known[1:], None), strict=False)
    for number, (before, each, after) in enumerate(around):
        if after and _looks_it(before, each, after, bold=bold):
            whole = number == 0 and not each.numbered
            yield Block(shape=Shape.HEADING, text=each.text, level=1 if whole else 2)
        else:
            yield each


def is_short_line(text: str) -> bool:
    """Whether the words are few, begin with a capital and end without a full stop."""
    return (
        len(text) <= LONGEST_HEADING
        and len(text.split()) <= MOST_WORDS
        and text[-1:] not in ".;,:!?"
        and text[:1].upper() == text[:1]
    )


def _looks_it(before: Block | None, block: Block, after: Block, *, bold: bool) -> bool:
    if not is_short_line(block.text) or (bold and not block.bold):
        return False
    if block.numbered:  # one numbered line alone is a heading, several are a list
        return not after.numbered and not (before and before.numbered)
    return block.shape is Shape.PARAGRAPH
