"""What a tutor sends: a choice, the clauses opened again."""

from typing import Any

from wtforms import HiddenField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, Input, RadioInput

from portal.forms import PortalForm


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

    clause = HiddenField(validators=[Regexp(r"^[A-Z]{2,5}-\d{1,3}$")])
