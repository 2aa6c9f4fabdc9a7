"""One scenario out of a quiz file, to be written by itself and put back at its place."""

import re
from dataclasses import dataclass

from portal.errors import NotFound

HEADER = re.compile(r"^\s*\[\[\s*(?:scenarios|cards)\s*\]\]")
ID = re.compile(r"""^\s*id\s*=\s*["']([A-Za-z0-9-]+)["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of one scenario or card: from `first`, counted from 0, to before `end`."""

    id: str
    first: int
    end: int


def cut(text: str, item: str) -> str:
    """Return the lines of this scenario or card; raises NotFound."""
    lines, block = _found(text, item)
    return "\n".join(lines[block.first : block.end]) + "\n"


def put(text: str, item: str, new: str) -> str:
    """Return the text with these lines in place of this scenario or card; raises NotFound."""
    lines, block = _found(text, item)
    lines[block.first : block.end] = new.rstrip().split("\n")
    return "\n".join(lines)


def _found(text: str, item: str) -> tuple[list[str], Block]:
    lines = text.split("\n")
    for block in _blocks(lines):
        if block.id == item:
            return lines, block
    raise NotFound


def _blocks(lines: list[str]) -> list[Block]:
    """Return every block; comments and blank lines before the next one belong to the next."""
    starts = [n for n, line in enumerate(lines) if HEADER.match(line)]
    found = []
    for first, after in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = after
        while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        ids = (ID.match(line) for line in lines[first:end])
        named = next((each[1] for each in ids if each), "")
        found.append(Block(id=named, first=first, end=end))
    return found
