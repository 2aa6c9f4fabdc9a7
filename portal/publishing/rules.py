"""Who may check whose text: a second person, or nobody where there is none. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What a draft has of a second person."""

    GIVEN = "given"
    AWAITED = "awaited"
    NOBODY = "nobody"  # there is no second person who could


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkers:
    """Those who answer for texts (safeguarding leads and HR), without whoever wrote this one."""

    ids: frozenset[str]
    word: Word

    @property
    def may_publish(self) -> bool:
        """Whether nothing is awaited."""
        return self.word is not Word.AWAITED


def checkers(answering: Collection[str], *, editors: Collection[str], approved_by: str) -> Checkers:
    """Return who could give the second word, and whether it is given; `approved_by` "" is nobody.

    Where whoever wrote the text is the only one who answers for texts, nobody checks it, and the
    screen says so. It is never taken for checked.
    """
    others = frozenset(answering) - frozenset(editors)
    if approved_by and approved_by not in editors:
        return Checkers(ids=others, word=Word.GIVEN)
    return Checkers(ids=others, word=Word.AWAITED if others else Word.NOBODY)
