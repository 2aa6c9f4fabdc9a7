"""What a tutor sends: a choice, the clauses opened again, who reads aloud."""

from wtforms import HiddenField, IntegerField, PasswordField, RadioField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp
from wtforms.widgets import HiddenInput

from portal.forms import PortalForm
from portal.people.forms import Email
from portal.people.rules import LONGEST


class ChooseForm(PortalForm):
    """One option, by its number as shown, at one step."""

    seq = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1, max=999)])
    option = RadioField(
        "What do you do?", [InputRequired("Choose what you would do")], validate_choice=False
    )


class ReopenForm(PortalForm):
    """One of the missed clauses; its whole section is opened again."""

    clause = HiddenField(validators=[Regexp(r"^[A-Z]{2,5}-\d{1,3}$")])


class HelperForm(PortalForm):
    """Who sits beside the tutor and reads aloud, shown by their own password."""

    email = Email(autocomplete="off")
    password = PasswordField(
        "Their password",
        [InputRequired("Whoever reads aloud types their password"), Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )
