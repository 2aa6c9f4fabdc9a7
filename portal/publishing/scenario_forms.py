"""The forms behind the buttons of those who answer for scenarios."""

from wtforms import DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import HiddenInput

from portal.forms import Line, Paragraph, PortalForm, sensible
from portal.publishing.forms import ApproveForm
from portal.quizzes.loader import LARGEST


class WithdrawForm(ApproveForm):
    """The digest of the words that were shown, and why the question is wrong."""

    reason = Paragraph("What is wrong with it?", [DataRequired("Say what is wrong")], most=500)


class RulingForm(ApproveForm):
    """What the company decided about a card, who gave it, and when."""

    words = Paragraph("What is the ruling?", [DataRequired("Write what was decided")], most=500)
    given_by = Line("Who gave it?", [DataRequired("Say who decided")], most=120)
    given_on = DateField("When was it given?", [InputRequired("Enter the date"), sensible])


class SavedForm(PortalForm):
    """Carries how often the draft had been saved when the page was shown."""

    n = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=0)])


class DraftForm(SavedForm):
    """The quiz file as text, or the part of it that is one scenario.

    What is wrong inside it is told line by line.
    """

    scenario = HiddenField(validators=[Optional(), Regexp(r"^[A-Za-z0-9-]{1,20}$")])
    text = TextAreaField(
        "The scenarios",
        [
            InputRequired("Write the scenarios"),
            Length(max=LARGEST, message=f"Use at most {LARGEST // 1024} thousand characters"),
        ],
        render_kw={"rows": 30, "class": "code", "spellcheck": "true"},
    )


class UploadQuizForm(SavedForm):
    """The same, for a file in place of the text."""


class PublishForm(SavedForm):
    """The same, to publish what was shown."""
