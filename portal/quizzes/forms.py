"""What a tutor sends: a choice, the clauses opened again, who reads aloud."""

from typing import Any

from wtforms import HiddenField, IntegerField, PasswordField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, Input, RadioInput

from portal.forms import PortalForm
from portal.people.forms import Email
from portal.people.rules import LONGEST
from portal.policies.markup import ID


class Answer(SelectMultipleField):
    """Numbers of options as shown: one, all that fit, or an order."""

    option_widget: Input = RadioInput()

    @property
    def numbers(self) -> str:
        """What was sent, apart by spaces."""
        return " ".join(self.data or ())


class ChooseForm(PortalForm):
    """An answer at one step; only the attempt knows how many options it may have."""

    seq = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1, max=999)])
    option = Answer(
        "What do you do?", [InputRequired("Choose what you would do")], validate_choice=False
    )

    def ask(self, question: str, *, several: bool, choices: list[Any]) -> None:
        """Put the question of a step: several may be ticked, or one is chosen."""
        self.option.label.text = question
        self.option.option_widget = CheckboxInput() if several else RadioInput()
        self.option.choices = choices


class ReopenForm(PortalForm):
    """One of the missed clauses; its whole section is opened again."""

    clause = HiddenField(validators=[Regexp(f"^{ID}$")])


class HelperForm(PortalForm):
    """Who sits beside the tutor and reads aloud, shown by their own password."""

    email = Email(autocomplete="off")
    password = PasswordField(
        "Their password",
        [InputRequired("Whoever reads aloud types their password"), Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )
