"""What HR looks for, where every field may be left empty; and the file that anybody checks."""

from wtforms import FileField, HiddenField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp

from portal.forms import Day, Line, Paragraph, PortalForm, sensible


class SearchForm(PortalForm):
    """Name, policy, version, and the days between which it was signed; `after` turns the page."""

    name = Line("Name or e-mail address", most=120)
    policy = SelectField("Policy")
    version = Line(
        "Version",
        [Optional(), Regexp(r"^\d{1,4}(\.\d{1,4})?$", message="Write the version like 2 or 2.1")],
        most=9,
    )
    since = Day("Signed from", [Optional(), sensible])
    until = Day("Signed up to", [Optional(), sensible])
    after = HiddenField()


class CheckForm(PortalForm):
    """The file to compare with those issued here."""

    pdf = FileField(
        "The PDF",
        [InputRequired("Choose the PDF to check")],
        description="Choose the file, or drop it here. It is compared and not kept.",
        render_kw={"accept": ".pdf,application/pdf"},
    )


class HoldForm(PortalForm):
    """Why something must not be erased; `serial` where it is one acknowledgement."""

    serial = HiddenField()
    reason = Paragraph("Why must it be kept?", [DataRequired("Say why it must be kept")])


class LiftForm(PortalForm):
    """Why a hold ends."""

    reason = Paragraph("Why is it lifted?", [DataRequired("Say why it is lifted")])
