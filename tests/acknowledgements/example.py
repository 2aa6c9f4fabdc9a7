"""Make what docs/evidence.md speaks of: `python -m tests.acknowledgements.example`.

One sealed file of each kind, the record of the plain one, and the certificates to check them with.
The people are invented and every page says so. The keys are gone when this ends.
"""

import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.acknowledgements.keys import ROOT, make_seal
from portal.acknowledgements.printing import make
from portal.acknowledgements.record import Record, canonical
from portal.acknowledgements.wire import Given
from tests.acknowledgements.samples import SIGNED, TUTOR, fields, record
from tests.standins.timestamp_authority import timestamp_authority

FOLDER = Path("docs/examples")
SCHEMA = Path("docs/record.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
HELPER = {"id": "m4x7k2v9q3t8r6wb", "name": "Grace Oduya", "role": "learning manager", "after": 0}
ORIGINAL = {
    "signed_on": (SIGNED - timedelta(days=2)).date(),
    "original": "Personnel file, cabinet 2, folder “Signed policies”",
    "printed": "large",
    "recorded": {"id": "h2n5c8j7p3x9v4kd", "name": "Hanna Reed", "at": SIGNED - timedelta(hours=3)},
    "confirmed": {"id": "m4x7k2v9q3t8r6wb", "name": "Grace Oduya", "at": SIGNED},
}
NAME = {"name": "𠮷田 花子", "name_typed": "𠮷田 花子"}
FORM = {
    "name": "𠮷田 花子",
    "printed_as": "吉田 花子 (Yoshida Hanako)",
    "recorded_at": SIGNED - timedelta(days=1),
    "recorded_by": "Hanna Reed",
}


def schema() -> dict[str, object]:
    """Return the JSON Schema of a record as it is stored."""
    return {"$schema": DIALECT, **Record.model_json_schema(mode="serialization")}


def kinds() -> dict[str, Record]:
    """Return a record of each kind, by the name of its file."""
    means = fields()["identified_by"] | {"means": "paper"}
    aloud = fields()["attempt"] | {"read_aloud_by": HELPER}
    return {
        "example": _invented(),
        "assisted": _invented(attempt=aloud),
        "on-paper": _invented(on_paper=ORIGINAL, identified_by=means),
        "another-form-of-a-name": _invented(tutor={**TUTOR, **NAME}, printed_as=[FORM]),
    }


def all_at_once(**changes: Any) -> Record:
    """Return a record in which everything that can differ does, with two of the scenarios."""
    attempt = fields()["attempt"]
    told: dict[str, Any] = {
        "attempt": {**attempt, "scenarios": attempt["scenarios"][1:3], "read_aloud_by": HELPER},
        "on_paper": ORIGINAL,
        "identified_by": fields()["identified_by"] | {"means": "paper"},
        "tutor": {**TUTOR, **NAME},
        "printed_as": [FORM],
    }
    return record(**{**told, **changes})


def main(folder: Path = FOLDER) -> None:
    """Write the schema, a sealed file of each kind, record.json, seal.root.pem, authority.pem."""
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, timestamp_authority() as authority:
        keys = Path(name)
        make_seal(keys, "Larkfield Tuition Ltd", SIGNED)
        for kind, made in kinds().items():
            (folder / f"{kind}.pdf").write_bytes(make(canonical(made), keys))
        given = Given(timestamp_url=authority.url, timestamp_seconds=30)
        stamped = make(canonical(kinds()["example"]), keys, given)
        (folder / "time-stamped.pdf").write_bytes(stamped)
        (folder / "record.json").write_bytes(canonical(kinds()["example"]))
        (folder / ROOT).write_bytes((keys / ROOT).read_bytes())
        (folder / "authority.pem").write_bytes(authority.certificate.read_bytes())


def _invented(**changes: Any) -> Record:
    return record(demonstration=True, **changes)


if __name__ == "__main__":
    main()
