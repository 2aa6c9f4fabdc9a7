"""Password hashes: argon2id at OWASP's usual minimum, 19 MiB, two passes, one lane."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """Return the hash to store."""
    return _hasher.hash(password)


def matches(password: str, *, stored: str | None) -> bool:
    """Whether the password is the stored one; takes as long when there is nobody to compare with.

    A hash that cannot be read counts as a wrong password: it fails closed.
    """
    try:
        right = _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
