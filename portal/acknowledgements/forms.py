"""The form that signs: shape only."""

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.acknowledgements.statement import STATEMENT
from portal.forms import Line, PortalForm
from portal.people.rules import LONGEST


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
    password = PasswordField(
        "Your password, once more",
        [InputRequired("Type your password once more"), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
