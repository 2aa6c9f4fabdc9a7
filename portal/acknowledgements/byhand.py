"""What a record says of an original signed by hand."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from portal.acknowledgements.spelling import LEFT_OUT, Filled, Moment, Part


class Print(StrEnum):
    """The size in which a pack to be signed by hand is printed."""

    USUAL = "usual"
    LARGE = "large"


class Witness(Part):
    """Who recorded or confirmed an original on paper, and when."""

    id: Filled
    name: Filled
    at: Moment


class OnPaper(Part):
    """An original signed by hand: the date written on it, where it lies, who recorded and saw it.

    `recorded` and `confirmed` are two people, and neither is the tutor. `printed` is there only
    where it was in large print, as the one who confirmed it saw.
    """

    signed_on: date
    original: Filled
    printed: Annotated[Literal[Print.LARGE] | None, LEFT_OUT] = None
    recorded: Witness
    confirmed: Witness
