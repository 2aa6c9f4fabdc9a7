"""Each part says in words what it draws, and ties every control to its label."""

import re
from types import SimpleNamespace

import pytest
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from portal.forms import Paragraph, PortalForm

FORMS = "{% import 'parts/forms.html' as forms %}"
TABLE = (
    "{% from 'parts/table.html' import table %}"
    "{% call table('Tutors', ['Tutor', 'Why & when']) %}ROWS{% endcall %}"
)
BARS = "{% import 'parts/bar.html' as bars %}"
SHARES = [
    ("Cleared", "cleared", 29, ""),
    ("Due", "due", 3, ""),
    ("Blocked", "blocked", 2, "4 late"),
]


class Sign(PortalForm):
    """One field of each kind."""

    name = StringField(
        "Your full name",
        [InputRequired("Enter your full name")],
        description="As on the record.",
        render_kw={"autocomplete": "name"},
    )
    copy = RadioField(
        "Your copy", [InputRequired("Choose one")], choices=[SelectChoice("s", "On screen")]
    )
    agreed = BooleanField("I agree", [InputRequired("Tick the box")])
    note = Paragraph("Anything to add")


@pytest.fixture
def wrong():
    """A form sent empty."""
    form = Sign()
    form.validate()
    return form


def test_the_summary_leads_to_each_field(render, wrong):
    page = render(FORMS + "{{ forms.errors(form) }}", form=wrong)

    links = re.findall(r'<a href="#([^"]+)">([^<]+)', page)
    assert links == [
        ("name", "Enter your full name"),
        ("copy-0", "Choose one"),
        ("agreed", "Tick the box"),
    ]
    assert "There is a problem" in page


def test_a_form_without_problems_has_no_summary(render):
    assert render(FORMS + "{{ forms.errors(form) }}", form=Sign()).strip() == ""


@pytest.mark.parametrize("name", ["name", "copy", "agreed", "note"])
def test_every_control_has_its_label_and_what_describes_it(render, wrong, name):
    page = render(FORMS + "{{ forms.field(part) }}", part=wrong[name])

    ids = set(re.findall(r' id="([^"]+)"', page))
    controls = set(re.findall(r'<(?:input|textarea)[^>]* id="([^"]+)"', page))
    described = {one for each in re.findall(r'describedby="([^"]+)"', page) for one in each.split()}
    assert controls
    assert controls <= set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    assert described <= ids


def test_a_wrong_answer_is_told_to_who_cannot_see_it(render, wrong):
    page = render(FORMS + "{{ forms.field(form.name) }}", form=wrong)

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="name-hint name-wrong"' in page


def test_a_good_answer_is_not_called_wrong(render):
    page = render(FORMS + "{{ forms.field(form.copy) }}{{ forms.field(form.note) }}", form=Sign())

    assert "aria-invalid" not in page
    assert "aria-describedby" not in page


def test_what_a_browser_may_fill_in_reaches_the_field(render):
    assert 'autocomplete="name"' in render(FORMS + "{{ forms.field(form.name) }}", form=Sign())


def test_every_free_text_box_says_what_not_to_write(render):
    page = render(FORMS + "{{ forms.area(form.note) }}", form=Sign())

    assert "Do not write a child’s name" in page
    assert 'aria-describedby="note-hint"' in page


def test_a_bar_is_whole_and_says_its_numbers(render):
    page = render(BARS + "{{ bars.bar(parts) }}", parts=SHARES)

    widths = [float(width) for width in re.findall(r'width="([\d.]+)%"', page)]
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert 'aria-label="29 cleared, 3 due, 2 blocked"' in page


def test_a_bar_of_nobody_is_still_a_bar(render):
    page = render(BARS + "{{ bars.bar(parts) }}", parts=[("Cleared", "cleared", 0, "")])

    assert "<rect" not in page
    assert 'aria-label="0 cleared"' in page


def test_what_is_drawn_is_also_a_table(render):
    page = render(BARS + "{{ bars.figures('Tutors by state', parts) }}", parts=SHARES)

    assert page.count("<tr") == len(SHARES)
    assert '<table class="figures" role="table" aria-label="Tutors by state">' in page
    assert "4 late" in page


def test_progress_is_said_and_not_only_drawn(render):
    page = render("{% from 'parts/way.html' import way %}{{ way(4, 8, 'Scenario') }}")

    assert "Scenario 4 of 8" in page
    assert page.count('class="done"') == 3


def test_a_step_that_is_not_open_is_no_link(render):
    shut = SimpleNamespace(
        words="Sign", href="", state="Locked", kind="blocked", note="", done=False
    )

    page = render("{% from 'parts/tasks.html' import tasks %}{{ tasks([step]) }}", step=shut)

    assert "<a" not in page
    assert '<span class="tag blocked">Locked</span>' in page


def test_a_contact_is_one_tap_and_a_missing_number_is_said(render):
    source = "{% from 'parts/contacts.html' import contacts %}{{ contacts(people) }}"
    deputy = SimpleNamespace(office="Deputy", name="Alex", phone="(01632) 960 890")
    nobody = SimpleNamespace(office="Out of hours", name="Duty phone", phone="")

    page = render(source, people=[deputy, nobody])

    assert page.count('href="tel:01632960890"') == page.count('href="tel:') == 1
    assert "No number yet" in page
    assert "Deputy" in page


def test_a_wide_table_can_be_reached_and_named_by_keyboard(render):
    page = render(TABLE.replace("ROWS", ""))

    assert 'role="region" aria-label="Tutors" tabindex="0"' in page


def test_each_cell_of_a_row_says_what_it_is_where_rows_are_cards(render):
    row = "<tr><th scope='row'>{{ x }}</th><td>{{ x }}</td></tr>"

    page = render(TABLE.replace("ROWS", 2 * row), x="<tr><td>")

    cell = '<td role="cell" data-label="Why &amp; when">&lt;tr&gt;&lt;td&gt;</td></tr>'
    assert page.count(cell) == page.count('<tr role="row"><th role="rowheader"') == 2


def test_a_cell_of_nothing_is_marked_so_that_a_card_leaves_it_out(render):
    page = render(TABLE.replace("ROWS", "<tr><td>–</td><td>{{ x }}</td></tr>"), x="a – b")

    assert page.count("data-none>–</td>") == page.count("data-none") == 1


def test_words_of_people_are_never_markup(render):
    page = render("{% from 'parts/tags.html' import tag %}{{ tag(words) }}", words="<b>x</b>")

    assert "<b>" not in page
