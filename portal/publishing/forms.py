"""What people type who answer for policies and scenarios; shape only."""

from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.forms import Day, Line, Paragraph, PortalForm, options, sensible
from portal.policies.manuscript import LONGEST, Passage
from portal.policies.markup import ID
from portal.policies.seen import seen

ONE, SEVERAL = f"^{ID}$", f"^{ID}([ ,]+{ID})*$"
LIKE = "Write it like CSP-4; of several, put a comma between them"
MAJOR = "Yes, a rule changes: everybody signs again"
MINOR = "No, only words change: nobody signs again; a second person must agree"
TOO_LONG = f"A clause has at most {LONGEST:,} characters: press Enter where it parts into two"


class Words(Paragraph):
    """Some lines of a policy; marks that nobody sees are left out, so that none can be signed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed or pasted."""
        super().process_formdata([seen(each) for each in valuelist])


class Name(Line):
    """One line of a policy, without such marks."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed or pasted."""
        super().process_formdata([seen(each) for each in valuelist])


def short(_form: Form, field: Any) -> None:
    """Refuse a clause that is longer than one may be; each line is one."""
    if any(len(each) > LONGEST for each in (field.data or "").splitlines()):
        raise ValidationError(TOO_LONG)


def _kind() -> RadioField:
    """Ask for the kind of a change; whoever writes chooses, nothing is chosen beforehand."""
    return RadioField(
        "Might a tutor do anything else after reading it?",
        [InputRequired("Choose whether a rule changes, or only words")],
        choices=options([("major", MAJOR), ("minor", MINOR)]),
    )


class ApproveForm(PortalForm):
    """Carries the digest of the words that were shown."""

    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])


class UploadForm(PortalForm):
    """The company's document, and which policy it is; the policies come with the page."""

    policy = RadioField(
        "It takes the place of",
        description="Scenarios stay with their policy. Choose a new one only for another subject.",
    )
    document = FileField(
        "The document",
        [InputRequired("Choose the document")],
        description="Word (.docx), .md or .txt. Only its words are kept.",
        render_kw={"accept": ".docx,.md,.txt"},
    )


class BeginForm(PortalForm):
    """Which policy to go on from, or the title of a new one."""

    policy = SelectField("Go on from the newest text of")
    title = Name("Title, for a new policy")


class EditionForm(PortalForm):
    """Which edition of the draft the page showed."""

    edition = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1)])

    def shows(self, edition: int) -> None:
        """Say that this edition is on the page now: the next press may save over it."""
        self.edition.data, self.edition.raw_data = edition, None  # what was sent would be shown


class ClauseForm(Form):
    """One clause in a form of many."""

    id = Line("Id", [Optional(), Regexp(SEVERAL, message=LIKE)])
    text = Words("Clause", [short], most=4000, render_kw={"rows": 3})
    help = Words("Help in plain words", most=2000, render_kw={"rows": 2})
    joins = BooleanField("Join it to the clause above")


class OneClauseForm(EditionForm):
    """One clause by itself, and what tutors are told of the change."""

    text = Words(
        "Words",
        [short],
        most=4000,
        render_kw={"rows": 4},
    )
    change_note = Paragraph(
        "What changed, and why",
        [DataRequired("Say what changed, and why: tutors read it")],
        description="Tutors read it.",
        render_kw={"rows": 2},
    )
    kind = _kind()
    id = Line("Id", [Optional(), Regexp(SEVERAL, message=LIKE)])
    help = Words(
        "Help in plain words",
        most=2000,
        description="Stands beside the clause, labelled as help. Nobody signs it.",
        render_kw={"rows": 2},
    )


def in_form(passage: Passage) -> dict[str, str]:
    """Return a clause as these fields show it."""
    return {"id": passage.label, "text": passage.text, "help": passage.help}


class JoinForm(EditionForm):
    """Which clause is joined to the one above it."""

    clause = HiddenField(validators=[Regexp(ONE)])


class SendBackForm(ApproveForm):
    """A second person's no, and why."""

    reason = Paragraph("What should be different, and why?", [DataRequired("Say what and why")])


class SectionForm(EditionForm):
    """A section with its clauses."""

    title = Name("Title of the section", [DataRequired("Give the section a title")])
    clauses: Any = FieldList(FormField(ClauseForm))


class NewSectionForm(EditionForm):
    """A section more."""

    title = Name("Title of the new section", [DataRequired("Give the section a title")])
    addition = BooleanField("It is the organisation’s own and not part of the code")


class TermsForm(EditionForm):
    """What the version is, from when it counts, and for whom; the audiences come with the page."""

    title = Line("Title", [DataRequired("Give the policy a title")])
    summary = Paragraph("What it is about, in a sentence or two", render_kw={"rows": 3})
    owner = Line("Owner", most=120, description="Who answers for it, by name or office.")
    review = Day(
        "Next review",
        [Optional(), sensible],
        description="HR and the safeguarding lead are reminded 28 days before.",
    )
    change_note = Words(
        "What changed, and why",
        description="Tutors read it before the text.",
        render_kw={"rows": 3},
    )
    kind = _kind()
    effective_on = Day(
        "In effect from",
        [Optional(), sensible],
        description="Leave it empty for the day of publishing.",
    )
    grace_days = IntegerField(
        "Days of grace",
        [NumberRange(min=0, max=365, message="Write a number of days from 0 to 365")],
        description="Whoever signed the version before may teach on so long.",
    )
    renewal_months = IntegerField(
        "Months until a signature is renewed",
        [NumberRange(min=1, max=60, message="Write a number of months from 1 to 60")],
    )
    audience = SelectField("For whom")


class MatchForm(EditionForm):
    """Which clause of the draft says what the scenarios cite: a list for each, by its id."""


class CancelForm(PortalForm):
    """Why an announced version will not come."""

    reason = Paragraph("Why is it called off?", [DataRequired("Say why")], most=500)


class AudienceForm(PortalForm):
    """Whom a policy is for; the choices come with the page."""

    audience = SelectMultipleField(
        "Whom is it for?",
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validators=[InputRequired("Tick at least one")],
    )


class EnforceForm(PortalForm):
    """From when a policy binds those who were here before."""

    enforced_from = Day(
        "Binding from",
        [InputRequired("Choose a day"), sensible],
        description="Until then, tutors who were here before are only watched.",
    )
    spread_weeks = IntegerField(
        "Weeks over which their first renewals fall",
        [Optional(), NumberRange(min=0, max=26, message="Write a number of weeks from 0 to 26")],
        description="Who signs together renews together. Some renew that much earlier, none later.",
        default=8,
    )
