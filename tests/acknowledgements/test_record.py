"""The record: one byte form, closed to what is not documented."""

import hashlib
import json
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import ValidationError

from portal.acknowledgements.record import canonical, digest, read
from portal.policies.text import digest as text_digest
from tests.acknowledgements.samples import SIGNED, TEXT, fields, record


def test_anyone_can_make_the_canonical_form_again_with_a_json_library():
    content = canonical(record())

    again = json.dumps(
        json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )

    assert again.encode() == content
    assert hashlib.sha256(content).hexdigest() == digest(record())


def test_a_record_is_read_back_as_it_was():
    assert read(canonical(record())) == record()


def test_times_are_utc_whatever_zone_they_came_in():
    summer = datetime(2027, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))

    assert b'"expires_at":"2027-07-01T11:00:00Z"' in canonical(record(expires_at=summer))


def test_a_name_in_two_spellings_of_unicode_gives_one_record():
    composed, apart = (unicodedata.normalize(form, "Zoë Nguyễn") for form in ("NFC", "NFD"))

    assert composed != apart
    assert canonical(record(organisation=composed)) == canonical(record(organisation=apart))


def test_line_ends_do_not_change_the_text_that_was_signed():
    policy = fields()["policy"]

    windows = record(policy={**policy, "text": policy["text"].replace("\n", "\r\n")})

    assert canonical(windows) == canonical(record())


def test_the_text_inside_has_the_digest_that_the_record_names():
    inside = json.loads(canonical(record()))["policy"]

    assert hashlib.sha256(inside["text"].encode()).hexdigest() == inside["digest"]


def wrong_records():
    policy, attempt = fields()["policy"], fields()["attempt"]
    step = attempt["scenarios"][1]["steps"][0]

    def stepping(**changes):
        scenarios = [{**attempt["scenarios"][1], "steps": [{**step, **changes}]}]
        return {"attempt": {**attempt, "scenarios": scenarios}}

    return {
        "the digest of another text": {"policy": {**policy, "digest": text_digest(TEXT + ".")}},
        "a time without a zone": {"signed_at": SIGNED.replace(tzinfo=None)},
        "a field nobody documented": {"reading_seconds": 61},
        "an option that was not shown": stepping(chosen=[4]),
        "an option chosen twice": stepping(chosen=[1, 1]),
        "a step as in format 1": stepping(chosen=1, asks=None),
        "nothing chosen": stepping(chosen=[]),
        "a control character": {"organisation": "Larkfield\x00Ltd"},
        "no statement": {"statements": []},
        "half of a character": {"button": "\ud83d"},
        "another format": {"record_format": 3},
        "the number of the format before": {"record_format": 1},
    }


@pytest.mark.parametrize("changes", wrong_records().values(), ids=wrong_records().keys())
def test_a_record_is_refused_with(changes):
    with pytest.raises(ValidationError):
        record(**changes)


@pytest.mark.parametrize("rewrite", [b" ", b"\n"], ids=["space", "line"])
def test_bytes_in_any_other_form_are_no_record(rewrite):
    with pytest.raises(ValueError, match="canonical"):
        read(canonical(record()) + rewrite)


def test_a_record_of_the_first_format_stays_what_it_was():
    content = Path("docs/examples/record.format-1.json").read_bytes()

    first = read(content)

    assert first.record_format == 1
    assert first.attempt.scenarios[0].steps[0].taken == (1,)
    assert canonical(first) == content
