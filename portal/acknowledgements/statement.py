"""What a tutor states by signing: fixed words, numbered, known by their digest.

Changing a word means a new number: a test holds the digest of each.
"""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The sentences as templates, what is said before them, and the words to tick and to press."""

    number: int
    before: str
    sentences: tuple[str, ...]
    tick: str
    button: str

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of all these words as canonical JSON."""
        words = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()

    def said_of(self, *, title: str, version: str, ring: str) -> tuple[str, ...]:
        """Return the sentences about one version; `ring` is whom, with the number."""
        return tuple(
            each.format(title=title, version=version, ring=ring) for each in self.sentences
        )


STATEMENT = Statement(
    number=1,
    before="The company regards breaking this policy as gross misconduct.",
    sentences=(
        "I have read “{title}”, version {version}.",
        "I understand it. I worked through its scenarios and passed.",
        "I will follow it. Where it says so, I will report without delay to my learning manager.",
        "I know whom to ring with questions and reports: {ring}.",
        "I know that the company regards breaking it as gross misconduct.",
        "I know that I could ask questions before I signed.",
    ),
    tick="I make each of these statements",
    button="Sign",
)
