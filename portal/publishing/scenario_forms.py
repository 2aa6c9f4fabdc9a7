"""The forms behind the buttons of those who answer for scenarios."""

from wtforms import DateField
from wtforms.validators import DataRequired, InputRequired

from portal.forms import Line, Paragraph, sensible
from portal.publishing.forms import ApproveForm


class WithdrawForm(ApproveForm):
    """The digest of the words that were shown, and why the question is wrong."""

    reason = Paragraph("What is wrong with it?", [DataRequired("Say what is wrong")], most=500)


class RulingForm(ApproveForm):
    """What the company decided about a card, who gave it, and when."""

    words = Paragraph("What is the ruling?", [DataRequired("Write what was decided")], most=500)
    given_by = Line("Who gave it?", [DataRequired("Say who decided")], most=120)
    given_on = DateField("When was it given?", [InputRequired("Enter the date"), sensible])
