"""What administration types about people and teams; shape only."""

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.forms import Line, PortalForm
from portal.people.forms import Email, phone_number


class FindForm(PortalForm):
    """Part of a name or an address."""

    named = Line("Name or address", most=120, render_kw={"type": "search", "autocomplete": "off"})


class AddForm(PortalForm):
    """Somebody new; the roles come with the page."""

    name = Line(
        "Full name",
        [DataRequired("Enter the full name")],
        most=120,
        render_kw={"autocomplete": "off"},
    )
    email = Email(
        autocomplete="off", description="A mail with a link to choose a password goes there."
    )
    roles = SelectMultipleField(
        "What do they do here?",
        description="Tick all that fit. Tick none for somebody who only deputises.",
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )


class RoleForm(PortalForm):
    """One more thing that somebody does; the roles come with the page."""

    role = RadioField("Role", [InputRequired("Choose a role")])


class MoveForm(PortalForm):
    """Which team a tutor is on; the teams come with the page."""

    team = SelectField("Team", [InputRequired("Choose a team")])


class Words(Line):
    """Some lower-case words; capitals and double spaces are put right, not refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed in lower case, with one space between words."""
        super().process_formdata(valuelist)
        self.data: Any = " ".join(filter(None, (self.data or "").lower().split(" ")))


class TagForm(PortalForm):
    """What kind of work a tutor does, in a word or some; the page offers those in use."""

    tag = Words(
        "Tag",
        [
            DataRequired("Enter a tag"),
            Regexp(r"[^\W_]+([ -][^\W_]+)*\Z", message="Use words of letters and digits only"),
        ],
        most=40,
        description="A kind of work, such as “evening sessions”. Nothing about health or private "
        "life, and nothing about a child.",
        render_kw={"autocomplete": "off", "list": "tags"},
    )


class PhoneForm(PortalForm):
    """The number on which somebody is rung."""

    phone = Line(
        "Phone number",
        [DataRequired("Enter the phone number"), phone_number],
        most=40,
        render_kw={"type": "tel", "autocomplete": "off"},
    )


class TeamForm(PortalForm):
    """A new team."""

    name = Line(
        "Name of the new team",
        [DataRequired("Enter a name for the team")],
        most=120,
        render_kw={"autocomplete": "off"},
    )


class LeadForm(PortalForm):
    """Who leads a team; the people come with the page."""

    lead = SelectField("Learning manager", [InputRequired("Choose the learning manager")])


class DeputyForm(PortalForm):
    """Who deputises, or nobody; the people come with the page."""

    deputy = SelectField(
        "Deputy", description="Tutors ring the deputy when the learning manager is away."
    )
