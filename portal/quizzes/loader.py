"""From a quiz file to a quiz; a bad file is refused with file, line, place and reason."""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from portal.quizzes.content import Quiz

LARGEST = 256 * 1024  # bytes
NOUNS = {"scenarios": "scenario", "cards": "card", "steps": "step", "options": "option"}
HEADER = re.compile(r"^\s*\[\[\s*([\w.-]+)\s*\]\]")
TABLE = re.compile(r"^\s*\[\s*([\w.-]+)\s*\]")
KEY = re.compile(r"^\s*([\w-]+)\s*=")

Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a quiz file."""

    file: str
    line: int
    place: str
    reason: str

    def __str__(self) -> str:
        """Return the fault as editors expect it: file, line, place, reason."""
        return ": ".join(filter(None, (f"{self.file}:{self.line}", self.place, self.reason)))


class BadQuiz(ValueError):
    """The file cannot be used; `faults` says where and why, every one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def load(path: Path, *, clauses: Collection[str]) -> Quiz:
    """Return the quiz in this file, or raise BadQuiz; `clauses` are the ids the policy has."""
    return read(whole(path), name=path.name, clauses=clauses)


def whole(path: Path) -> bytes:
    """Return what is in the file; of one that is too large, enough to tell that it is."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def read(source: bytes, *, name: str, clauses: Collection[str] | None) -> Quiz:
    """Return the quiz in these bytes, or raise BadQuiz with every fault in it.

    `clauses` None leaves open which clauses there are.
    """
    text, data = _toml(source, name)
    try:
        return Quiz.model_validate(data, context=clauses)
    except ValidationError as error:
        raise BadQuiz(_faults(error, text=text, data=data, name=name)) from None


def line_of(source: bytes, loc: Loc) -> int:
    """Return the line of this value in a sound file, or of the closest table around it."""
    return _nearest(_line_numbers(source.decode()), loc)


def _toml(source: bytes, name: str) -> tuple[str, dict[str, Any]]:
    def refusal(line: int, reason: str) -> BadQuiz:
        return BadQuiz([Fault(file=name, line=line, place="", reason=reason)])

    if len(source) > LARGEST:
        raise refusal(1, f"the file is larger than {LARGEST // 1024} KiB")
    try:
        text = source.decode()
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise refusal(source[: error.start].count(b"\n") + 1, "the file is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise refusal(int(at[1]) if at else text.count("\n") + 1, str(error)) from None
    except RecursionError:
        raise refusal(1, "the file is nested too deeply") from None


def _faults(
    error: ValidationError, *, text: str, data: dict[str, Any], name: str
) -> Iterator[Fault]:
    lines = _line_numbers(text)
    for found in _innermost(error.errors(include_url=False)):
        reason = str(found.get("ctx", {}).get("error", found["msg"]))
        yield Fault(
            file=name,
            line=_nearest(lines, found["loc"]),
            place=", ".join(filter(None, _places(found["loc"], data))),
            reason=reason,
        )


def _innermost(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what is only the consequence of a fault further in."""
    around = {error["loc"][:depth] for error in errors for depth in range(1, len(error["loc"]))}
    return [error for error in errors if error["loc"] not in around]


def _places(loc: Loc, data: object) -> Iterator[str]:
    """Yield the way to a value in the words of an author: scenario S14, step 1, option c."""
    noun = ""
    for part in loc:
        data = _inside(data, part)
        if isinstance(part, str):
            noun = NOUNS.get(part, "")
            yield "" if noun and loc[-1] != part else part
        elif noun:
            named = _inside(data, "id")
            yield f"{noun} {named or f'number {part + 1}'}"


def _inside(data: object, part: int | str) -> object:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int):
        return data[part]
    return None


def _line_numbers(source: str) -> dict[Loc, int]:
    """Return the line, counted from 1, of each table in an array and of each key."""
    counts: Counter[Loc] = Counter()
    lines: dict[Loc, int] = {(): 1}
    here: Loc = ()
    for number, line in enumerate(source.split("\n"), start=1):
        if header := HEADER.match(line):
            here = _enter(header[1].split("."), counts)
            lines[here] = number
        elif table := TABLE.match(line):
            here = _within(table[1].split("."), counts)
            lines[here] = number
        elif key := KEY.match(line):
            lines.setdefault((*here, key[1]), number)
    return lines


def _nearest(lines: dict[Loc, int], loc: Loc) -> int:
    """Return the line of this value, or of the closest table around it."""
    while loc not in lines:
        loc = loc[:-1]
    return lines[loc]


def _enter(names: list[str], counts: Counter[Loc]) -> Loc:
    """Return the location of the table that this header opens."""
    *outer, last = names
    path = _within(outer, counts)
    counts[*path, last] += 1
    return (*path, last, counts[*path, last] - 1)


def _within(names: list[str], counts: Counter[Loc]) -> Loc:
    """Return the location of these names, each in the last table that was opened there."""
    path: Loc = ()
    for name in names:
        path = (*path, name)
        if counts[path]:
            path = (*path, counts[path] - 1)
    return path
