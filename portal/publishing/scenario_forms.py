"""The forms behind the buttons of those who answer for scenarios."""

from wtforms.validators import DataRequired

from portal.forms import Paragraph
from portal.publishing.forms import ApproveForm


class WithdrawForm(ApproveForm):
    """The digest of the words that were shown, and why the question is wrong."""

    reason = Paragraph("What is wrong with it?", [DataRequired("Say what is wrong")], most=500)
