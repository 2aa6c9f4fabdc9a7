"""Why nothing was signed."""

from typing import ClassVar

from portal.errors import Refusal
from portal.policies.actions import PolicyChanged


class Unsigned(Refusal):
    """Nothing was signed; the page shows the form again with what was typed in it."""

    code = "unsigned"
    template = "acknowledgements/sign.html"
    field: ClassVar[str] = ""  # the field that needs another look


class WrongPassword(Unsigned):
    """The password typed is not this person's."""

    status = 422
    code = "wrong-password"
    field = "password"
    leaves_trace = False  # the failed proof is on the ledger

    def __init__(self) -> None:
        super().__init__("That is not your password. Type it once more")


class TextChanged(PolicyChanged):
    """The text on the page is not the one to sign now: nothing was signed."""

    code = "text-changed"
    template = "acknowledgements/changed.html"


class MayNotSign(Refusal):
    """Only a tutor who is engaged here, and whose account is enabled, can sign."""

    code = "may-not-sign"


class NotYet(Refusal):
    """Something comes before signing; the page says what, and leads there."""

    code = "not-yet"
    template = "acknowledgements/not_yet.html"


class AlreadySigned(Refusal):
    """This is signed, and not due again; whoever asks is taken to that signature."""

    code = "already-signed"
    leaves_trace = False  # the signature itself is on the ledger

    def __init__(self, serial: str) -> None:
        super().__init__("You have signed this already. There is nothing to do.")
        self.serial = serial
