"""The form that asks for a lesson."""

from wtforms import DateTimeLocalField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Regexp

from portal.forms import Line, PortalForm, options, sensible
from portal.scheduling.rules import LENGTH, LONGEST, NOT_OPAQUE, PLACES, PUPIL, SHORTEST


class LessonForm(PortalForm):
    """Who teaches, when, how long, from where, and which pupil by reference."""

    tutor = SelectField("Tutor", [InputRequired("Choose the tutor")])
    starts = DateTimeLocalField(
        "Date and start",
        [InputRequired("Enter the date and time"), sensible],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    minutes = IntegerField(
        "Minutes",
        [InputRequired("Enter how many minutes"), NumberRange(SHORTEST, LONGEST, LENGTH.sentence)],
        default=60,
    )
    place = RadioField(
        "Where the tutor teaches from",
        [InputRequired("Choose the place")],
        choices=options((place.value, words) for place, words in PLACES.items()),
    )
    pupil = Line(
        "Pupil reference",
        [
            InputRequired("Enter the pupil’s reference"),
            Regexp(PUPIL, message=NOT_OPAQUE.sentence),
        ],
        most=40,
        description="A reference such as P-1042, never a name.",
    )
