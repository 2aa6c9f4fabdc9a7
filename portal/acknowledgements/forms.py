"""The forms that sign, and that say what came afterwards: shape only."""

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.acknowledgements.byhand import Print
from portal.acknowledgements.paper import Original
from portal.acknowledgements.statement import STATEMENT
from portal.forms import Day, Line, Paragraph, PortalForm, sensible
from portal.people.rules import LONGEST


class Again(PasswordField):
    """The password of whoever is signed in, to show that it is still them."""

    def __init__(self, label: str = "Your password, once more", **rest: Any) -> None:
        checks = [InputRequired("Type your password once more"), Length(max=LONGEST)]
        super().__init__(label, checks, render_kw={"autocomplete": "current-password"}, **rest)


class SignForm(PortalForm):
    """A tick, a typed name, the password again, and the digest of the text that was shown."""

    shown = HiddenField(validators=[InputRequired("Open this page again before you sign")])
    agreed = BooleanField(
        STATEMENT.tick, [InputRequired("Tick the box to make the statements, or ask first")]
    )
    full_name = Line(
        "Your full name",
        [InputRequired("Type your full name")],
        most=120,
        render_kw={"autocomplete": "name", "spellcheck": "false"},
    )
    password = Again()


class RevokeForm(PortalForm):
    """Why a signature is revoked."""

    reason = Paragraph("Why is it revoked?", [DataRequired("Say why it is revoked")])


class CorrectForm(PortalForm):
    """What is to be put right beside a signature."""

    reason = Paragraph("What is to be put right?", [DataRequired("Write the note")])


class WithdrawForm(PortalForm):
    """Why a tutor takes a signature back, and the password again."""

    reason = Paragraph("Why do you withdraw it?", [DataRequired("Say why you withdraw it")])
    password = Again()


class DeclineForm(PortalForm):
    """What keeps a tutor from signing."""

    reason = Paragraph(
        "What keeps you from signing?", [DataRequired("Write a few words, or ring first")]
    )


class PrintableForm(PortalForm):
    """A name that no font can show, and how it is printed."""

    name = Line("The exact name", [InputRequired("Give the exact name")])
    printed_as = Line("Printed as", [InputRequired("Say how the name is printed")], most=120)


class PaperForm(PortalForm):
    """What HR says of an original signed by hand; `shown` is the digest of the text printed."""

    shown = HiddenField(validators=[InputRequired("Open this page again")])
    signed_on = Day("The date on it", [InputRequired("Write the date that stands on it"), sensible])
    where = Line(
        "Where does the original lie?",
        [DataRequired("Write where somebody finds it in ten years")],
        description="A file and a place, not a person’s desk.",
    )

    def original(self) -> Original:
        """Return what was said; the form has been found valid."""
        told = self.data
        return Original(shown=told["shown"], signed_on=told["signed_on"], where=told["where"])


class ConfirmForm(PortalForm):
    """The second person has the original before them."""

    seen = BooleanField(
        "I have the original before me. Name, text, tick, signature and date are as recorded.",
        [InputRequired("Tick the box once you have the original before you")],
    )
    large = BooleanField("It is in large print.")
    password = Again()

    @property
    def printed(self) -> Print:
        """The size in which the original is printed."""
        return Print.LARGE if self.large.data else Print.USUAL


class RejectForm(PortalForm):
    """What about an original is not as recorded."""

    reason = Paragraph("What is not as recorded?", [DataRequired("Say what is not as recorded")])
