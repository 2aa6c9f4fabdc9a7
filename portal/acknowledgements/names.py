"""Names: when two are the same name, and what a signature is called."""

import secrets
import unicodedata
from datetime import datetime

# No I, L, O and U: nobody misreads them, and no word comes about (Crockford's base 32).
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A phone's keyboard writes other apostrophes and hyphens than a computer's.
MARKS = str.maketrans("’‘ʼ`´‐‑–", "'''''---")  # noqa: RUF001 - the marks that are meant


def is_same_name(typed: str, held: str) -> bool:
    """Whether two spellings differ in nothing but case, spaces, apostrophes and Unicode form."""
    return _plain(typed) == _plain(held)


def new_serial(policy: str, *, now: datetime) -> str:
    """Return a fresh serial such as "OS-2026-7K3F-9QXM": policy, year, 40 random bits."""
    initials = "".join(word[0] for word in policy.split("-") if word).upper()[:3]
    drawn = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{initials}-{now:%Y}-{drawn[:4]}-{drawn[4:]}"


def _plain(name: str) -> str:
    words = unicodedata.normalize("NFKC", name).translate(MARKS).casefold().split()
    return unicodedata.normalize("NFKC", " ".join(words))
