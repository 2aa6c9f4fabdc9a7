"""The forms behind the buttons of those who answer for scenarios."""

from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from portal.forms import Paragraph, PortalForm
from portal.publishing.forms import ApproveForm
from portal.quizzes.loader import LARGEST


class WithdrawForm(ApproveForm):
    """The digest of the words that were shown, and why the question is wrong."""

    reason = Paragraph("What is wrong with it?", [DataRequired("Say what is wrong")], most=500)


class SavedForm(PortalForm):
    """Carries how often the draft had been saved when the page was shown."""

    n = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=0)])


class DraftForm(SavedForm):
    """The whole quiz file as text; what is wrong inside it is told line by line."""

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
