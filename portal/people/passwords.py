"""Password hashes: argon2id at OWASP's usual minimum, 19 MiB, two passes, one lane.

A password is hashed as typed, but in Unicode's NFC: two keyboards may send the same letter as one
character or as two. Two threads do all the hashing of a process: each keeps the 19 MiB that it used
once, and eight at once would take the processor from those who read.
"""

import logging
import os
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def hashed(password: str) -> str:
    """Return the hash to store."""
    return _aside(_hasher.hash, _typed(password))


def matches(password: str, *, stored: str | None) -> bool:
    """Whether the password is the stored one; takes as long when there is nobody to compare with.

    A hash that cannot be read counts as a wrong password: it fails closed.
    """
    nobody = _nobody()  # before the choice, so that the first of all calls takes as long either way
    try:
        right = _aside(_hasher.verify, stored or nobody, _typed(password))
    except VerificationError:
        return False
    except InvalidHashError:
        log.exception("a stored password hash cannot be read")
        return False
    return right and bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether a hash that matched was made with weaker settings than ours now."""
    return _hasher.check_needs_rehash(stored)


def _typed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _aside(_hasher.hash, secrets.token_urlsafe())


def _aside(work: Callable[..., Answer], *told: str) -> Answer:
    return _room(os.getpid()).submit(work, *told).result()


@lru_cache(maxsize=1)
def _room(_process: int) -> ThreadPoolExecutor:
    """Return the threads of this process: a fork inherits the room, and nobody in it."""
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")
