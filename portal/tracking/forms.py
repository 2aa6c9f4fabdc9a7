"""The filters above the tables, and the note with which a wait is lifted."""

from collections.abc import Sequence

from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from portal.clearance.due import State
from portal.forms import Line, Paragraph, PortalForm, options
from portal.tracking.understanding import Course

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


class CourseForm(PortalForm):
    """Which major to show the figures of."""

    course = SelectField("Policy", validate_choice=False)

    def pick(self, courses: Sequence[Course]) -> Course:
        """Offer these, and return the one that is asked for, or else the first."""
        titles = [(each.key, f"{each.title}, version {each.major}") for each in courses]
        self.course.choices = options(titles)
        chosen = next((each for each in courses if each.key == self.course.data), courses[0])
        self.course.data = chosen.key
        return chosen


class UnlockForm(PortalForm):
    """Which wait to lift, and why."""

    policy = HiddenField(validators=[InputRequired("Open the page again")])
    major = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1, max=9999)])
    reason = Paragraph("Why may the next try start now?", [DataRequired("Say why")], most=500)
