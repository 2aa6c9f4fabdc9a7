"""What is typed to change a tutor's standing; shape only."""

from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional

from portal.forms import Day, Line, Paragraph, PortalForm, sensible
from portal.people.forms import phone_number


class ReasonForm(PortalForm):
    """Why; the label comes with the page."""

    reason = Paragraph("Why?", [DataRequired("Say why")])


class LeavingForm(ReasonForm):
    """Why, and which day is the last."""

    last_day = Day(
        "Last day",
        [Optional(), sensible],
        description="Until it is over nothing changes. Leave it empty to end it now.",
    )


class LastDayForm(ReasonForm):
    """Why, and which day is the last instead."""

    last_day = Day(
        "Last day",
        [InputRequired("Enter the day"), sensible],
        description="Today or later. Until it is over nothing changes.",
    )


class ReleaseForm(PortalForm):
    """Whom a suspended tutor may ask."""

    name = Line("Whom the tutor may ask", [DataRequired("Enter a name")], most=120)
    phone = Line(
        "Phone number",
        [DataRequired("Enter the phone number"), phone_number],
        most=40,
        render_kw={"type": "tel", "autocomplete": "off"},
    )


class WaiverForm(PortalForm):
    """Which policy, until when, and why; the policies come with the page."""

    policy = SelectField("What is not signed", [InputRequired("Choose the policy")])
    until = DateTimeLocalField(
        "Until",
        [InputRequired("Enter the date and time at which it ends"), sensible],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    reason = Paragraph("Why may the tutor teach without it?", [DataRequired("Say why")])
