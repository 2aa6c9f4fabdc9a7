"""What this room refuses whoever is not named for it."""

from typing import ClassVar

from portal.errors import Refusal


class NotForYou(Refusal):
    """Only named roles may do this."""

    status: ClassVar[int] = 403
    code: ClassVar[str] = "not-for-you"
