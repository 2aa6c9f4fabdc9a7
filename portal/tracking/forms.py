"""The filter above the table, and the note with which a wait is lifted."""

from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from portal.clearance.due import State
from portal.forms import Line, Paragraph, PortalForm, options

WORDS = {
    State.CLEARED: "Cleared",
    State.DUE: "Due soon",
    State.BLOCKED: "Blocked",
    State.NOT_STARTED: "Not started",
    State.LEFT: "Left",
}


class WantedForm(PortalForm):
    """Part of a name, and a state; both may be left empty."""

    name = Line("Find a tutor", most=120)
    state = SelectField(
        "State",
        choices=options(
            [("", "Any who are here"), *((state.value, words) for state, words in WORDS.items())]
        ),
        default="",
    )


class UnlockForm(PortalForm):
    """Which wait to lift, and why."""

    policy = HiddenField(validators=[InputRequired("Open the page again")])
    major = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1, max=9999)])
    reason = Paragraph("Why may the next try start now?", [DataRequired("Say why")], most=500)
