"""What people type about themselves; shape only."""

import re
from typing import Any

from wtforms import BooleanField, PasswordField, RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from portal.forms import Line, PortalForm, options
from portal.people.rules import LONGEST

# Plain addresses: what every mail server takes without extensions (RFC 5321 4.1.2, dot-string).
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z0-9]"
)
_NUMBER = re.compile(r"[0-9+() ]+")
FEWEST_DIGITS = 3  # a short internal number is one too
LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64  # RFC 5321 4.5.3.1


def mail_address(_form: Any, field: Any) -> None:
    """Refuse what no ordinary mail server would take."""
    typed = field.data or ""
    if len(typed) > LONGEST_ADDRESS:
        return  # said already, and no pattern runs on it
    local = typed.partition("@")[0]
    if len(local) > LONGEST_LOCAL_PART or not _ADDRESS.fullmatch(typed):
        message = "Enter an address like name@example.org, in plain letters"
        raise ValidationError(message)


def phone_number(_form: Any, field: Any) -> None:
    """Refuse what cannot be dialled: digits, +, spaces and brackets only."""
    typed = field.data or ""
    digits = sum(character.isdigit() for character in typed)
    if digits < FEWEST_DIGITS or not _NUMBER.fullmatch(typed):
        message = "Enter a phone number: digits, spaces, brackets and + only"
        raise ValidationError(message)


class Email(Line):
    """An address to write to; with no `checks`, any that somebody may have signed up with."""

    def __init__(
        self, *, autocomplete: str = "email", checks: Any = (mail_address,), **rest: Any
    ) -> None:
        kind = {"type": "email", "autocomplete": autocomplete, "spellcheck": "false"}
        needed = (DataRequired("Enter the email address"), *checks)
        super().__init__("Email address", needed, most=LONGEST_ADDRESS, render_kw=kind, **rest)


class Phone(Line):
    """A number that somebody can ring."""

    def __init__(self, label: str = "Phone number", **rest: Any) -> None:
        kind = {"type": "tel", "autocomplete": "tel"}
        checks = (DataRequired("Enter the phone number"), phone_number)
        super().__init__(label, checks, most=40, render_kw=kind, **rest)


class Password(PasswordField):
    """The password of somebody who has one: taken as typed, never longer than we would hash."""

    def __init__(self, label: str = "Password", **rest: Any) -> None:
        checks = (
            InputRequired("Enter your password"),
            Length(max=LONGEST, message=f"Use at most {LONGEST} characters"),
        )
        kind = {"autocomplete": "current-password"}
        super().__init__(label, checks, render_kw=kind, **rest)


class SignInForm(PortalForm):
    """Who I am."""

    email = Email(autocomplete="username", checks=())
    password = Password()
    shared = BooleanField("This is a shared computer")


class ResetForm(PortalForm):
    """Where to send the link."""

    email = Email(autocomplete="username", checks=())


class NewPasswordForm(PortalForm):
    """A password to be; `rules.password_fault` says whether it is good enough."""

    password = PasswordField(
        "New password",
        [InputRequired("Enter a password")],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )


class DetailsForm(PortalForm):
    """My own details."""

    name = Line(
        "Your full name",
        [DataRequired("Enter your full name")],
        most=120,
        render_kw={"autocomplete": "name"},
        description="It stands on your signed copy, so write it as you sign.",
    )
    phone = Phone(description="Your learning manager rings you on this number.")


SIZES = (("normal", "Normal"), ("large", "Large"), ("larger", "Larger"))
SPACINGS = (("normal", "Normal"), ("wide", "Wide, between letters, words and lines"))
COLOURS = (("cream", "Cream"), ("blue", "Blue"), ("green", "Green"), ("rose", "Rose"))
TINTS = (("none", "None"), *COLOURS)


class ComfortForm(PortalForm):
    """How I like to read."""

    size = RadioField("Text size", choices=options(SIZES), default="normal")
    spacing = RadioField("Spacing", choices=options(SPACINGS), default="normal")
    tint = RadioField("Background tint", choices=options(TINTS), default="none")


class ContactForm(PortalForm):
    """Whom everybody may ring."""

    name = Line("Name", [DataRequired("Enter the name")], most=120)
    phone = Phone()


class EndForm(PortalForm):
    """Which sign-in to end; the choices come with the page."""

    which = RadioField(
        "Which one should end?", [InputRequired("Choose a sign-in")], validate_choice=False
    )
    password = Password("Your password")
