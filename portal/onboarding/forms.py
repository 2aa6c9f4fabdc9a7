"""What is typed to invite a tutor."""

from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired

from portal.forms import Line, PortalForm
from portal.people.forms import Email


class InviteForm(PortalForm):
    """Who comes, and onto which team; the teams come with the page."""

    name = Line(
        "Full name",
        [DataRequired("Enter the tutor’s full name")],
        most=120,
        render_kw={"autocomplete": "off"},
    )
    email = Email(autocomplete="off", description="The invitation goes there.")
    team = SelectField("Team", [InputRequired("Choose a team")])
