"""The forms behind the buttons of those who answer for scenarios."""

from wtforms import HiddenField
from wtforms.validators import DataRequired, Regexp

from portal.forms import Paragraph, PortalForm


class ApproveForm(PortalForm):
    """Carries the digest of the words that were shown."""

    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])


class WithdrawForm(ApproveForm):
    """The same, and why the question is wrong."""

    reason = Paragraph("What is wrong with it?", [DataRequired("Say what is wrong")], most=500)
