"""What is typed when somebody asks and answers; shape only."""

from wtforms import RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from portal.forms import Paragraph, PortalForm


class AskForm(PortalForm):
    """About which sentence, of whom, and what; the choices come with the page."""

    clause = SelectField("Which sentence?", [InputRequired("Choose the sentence")])
    asked_of = RadioField("Who should answer?", [InputRequired("Choose who should answer")])
    text = Paragraph("Your question", [DataRequired("Write your question")])


class AnswerForm(PortalForm):
    """The answer."""

    text = Paragraph("Your answer", [DataRequired("Write your answer")], most=2000)
