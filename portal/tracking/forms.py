"""The filter above the table."""

from wtforms import SelectField

from portal.clearance.due import State
from portal.forms import Line, PortalForm, options

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
        choices=options([("", "Any"), *((state.value, words) for state, words in WORDS.items())]),
        default="",
    )
