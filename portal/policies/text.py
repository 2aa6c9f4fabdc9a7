"""One version of a policy as people read it: front matter in TOML, then sections in Markdown."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, StringConstraints, ValidationError

from portal.policies.markup import BadPolicy, Clause, Section, read_sections

__all__ = ["UNSAFE", "BadPolicy", "Clause", "Document", "Section", "digest", "parse"]

LONGEST = 500_000  # characters; a thousand printed pages
FENCE, ADDITIONS = "+++", "+++ additions"
# Control characters and those that turn the direction of text: what is read is what is signed.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def _filled(most: int) -> object:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


Name = Annotated[str, _filled(120)]  # these lengths are the columns'
Title = Annotated[str, _filled(200)]
Paragraph = Annotated[str, _filled(1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text of one version, taken apart."""

    title: str
    version: str
    effective: date
    owner: str
    review: date
    summary: str
    change_note: str
    sections: tuple[Section, ...]

    @property
    def major(self) -> int:
        """The number that binds."""
        return int(self.version.partition(".")[0])

    @property
    def minor(self) -> int:
        """The number of the wording within its major."""
        return int(self.version.partition(".")[2])

    @property
    def ordered(self) -> tuple[Clause, ...]:
        """Every clause in reading order."""
        return tuple(clause for section in self.sections for clause in section.clauses)

    @property
    def clauses(self) -> dict[str, Clause]:
        """The clause behind every id, in reading order; one of several ids is there for each."""
        return {id_: clause for clause in self.ordered for id_ in clause.ids}

    @property
    def lengths(self) -> dict[str, int]:
        """How many words there are behind each id."""
        return {id_: len(each.text.split()) for id_, each in self.clauses.items()}


class FrontMatter(BaseModel, extra="forbid", frozen=True):
    """What stands between the two `+++` lines, as TOML."""

    title: Title
    version: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}\.(0|[1-9]\d{0,3})$")]
    effective: date
    owner: Name
    review: date
    summary: Paragraph
    change_note: Annotated[str, StringConstraints(max_length=1000)] = ""


def digest(text: str) -> str:
    """Return the SHA-256, in hex, of the text as NFC UTF-8 with LF line ends."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return hashlib.sha256(plain.encode()).hexdigest()


@lru_cache(maxsize=32)
def parse(markdown: str) -> Document:
    """Return the document, or raise BadPolicy with the line and the reason."""
    lines = markdown.replace("\r\n", "\n").split("\n")
    _refuse_unreadable(lines)
    end = _end_of_front_matter(lines)
    front = _front_matter(lines[1:end])
    # Blank lines in place of the front matter keep every line number that of the file.
    body = [""] * (end + 1) + lines[end + 1 :]
    additions = _start_of_additions(body)
    body[additions - 1 : additions] = [""] * bool(additions)
    sections = read_sections(body, additions=additions or len(body))
    if all(each.addition for each in sections):
        raise BadPolicy(additions, "the code itself comes before the organisation's additions")
    return Document(**front.model_dump(), sections=sections)


def _refuse_unreadable(lines: Sequence[str]) -> None:
    if sum(map(len, lines)) > LONGEST:
        raise BadPolicy(1, f"the text is longer than {LONGEST} characters")
    for number, line in enumerate(lines, start=1):
        if found := UNSAFE.search(line):
            raise BadPolicy(number, f"the invisible character U+{ord(found[0]):04X} is not allowed")


def _end_of_front_matter(lines: Sequence[str]) -> int:
    if lines[0].rstrip() != FENCE:
        raise BadPolicy(1, f"the file starts with a line {FENCE}")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return number
    raise BadPolicy(len(lines), f"a second line {FENCE} ends the front matter")


def _start_of_additions(lines: Sequence[str]) -> int:
    """Return the line, counted from 1, below which all is the organisation's; 0 for none."""
    found = [n for n, line in enumerate(lines, start=1) if line.rstrip() == ADDITIONS]
    if len(found) > 1:
        raise BadPolicy(found[1], f"the line {ADDITIONS} stands there once")
    return found[0] if found else 0


def _front_matter(lines: Sequence[str]) -> FrontMatter:
    try:
        return FrontMatter.model_validate(tomllib.loads("\n".join(lines)))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise BadPolicy(int(at[1]) + 1 if at else len(lines) + 1, str(error)) from None
    except ValidationError as error:
        found = ((str(fault["loc"][0]), fault["msg"]) for fault in error.errors())
        # A misspelt name is at once missing and unknown: what stands on a line is the better hint.
        line, reason = max((_line_of(name, lines), f"{name}: {why}") for name, why in found)
        raise BadPolicy(line, reason) from None


def _line_of(name: str, lines: Sequence[str]) -> int:
    at = (n for n, line in enumerate(lines, start=2) if re.match(rf"\s*{name}\s*=", line))
    return next(at, 1)
