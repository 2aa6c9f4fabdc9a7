"""The filter above the table."""

from wtforms import SelectChoice, SelectField

from portal.clearance.due import State
from portal.forms import Line, PortalForm

WORDS = {
    State.CLEARED: "Cleared",
    State.DUE: "Due soon",
    State.BLOCKED: "Blocked",
    State.NOT_STARTED: "Not started",
}


class WantedForm(PortalForm):
    """Part of a name, and a state; both may be left empty."""

    name = Line("Find a tutor", most=120)
    state = SelectField(
        "State",
        choices=[
            SelectChoice("", label="Any"),
            *(SelectChoice(state.value, label=words) for state, words in WORDS.items()),
        ],
        default="",
    )
