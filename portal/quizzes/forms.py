"""What a tutor sends: a choice, the clauses opened again."""

from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Regexp
from wtforms.widgets import HiddenInput

from portal.forms import PortalForm


class ChooseForm(PortalForm):
    """One option, by its number as shown, at one step."""

    seq = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1, max=999)])
    option = RadioField(
        "What do you do?", [InputRequired("Choose what you would do")], validate_choice=False
    )


class ReopenForm(PortalForm):
    """One of the missed clauses; its whole section is opened again."""

    clause = HiddenField(validators=[Regexp(r"^[A-Z]{2,5}-\d{1,3}$")])
