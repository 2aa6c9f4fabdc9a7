"""The form behind the approval button."""

from wtforms import HiddenField
from wtforms.validators import Regexp

from portal.forms import PortalForm


class ApproveForm(PortalForm):
    """Carries the digest of the words that were shown."""

    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])
