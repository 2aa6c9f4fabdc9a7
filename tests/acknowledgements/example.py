"""Make what docs/evidence.md speaks of: `python -m tests.acknowledgements.example`.

The people are invented and the file says so. The key that seals it is gone when this ends.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.acknowledgements.keys import ROOT, make_seal
from portal.acknowledgements.printing import make
from portal.acknowledgements.record import Record, canonical
from tests.acknowledgements.samples import SIGNED, record

FOLDER = Path("docs/examples")
SCHEMA = Path("docs/record.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, object]:
    """Return the JSON Schema of a record as it is stored."""
    return {"$schema": DIALECT, **Record.model_json_schema(mode="serialization")}


def main(folder: Path = FOLDER) -> None:
    """Write the schema; and example.pdf, its record.json and the seal.root.pem to check it with."""
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    source = canonical(record(demonstration=True))
    with TemporaryDirectory() as keys:
        make_seal(Path(keys), "Larkfield Tuition Ltd", SIGNED)
        sealed = make(source, Path(keys))
        root = (Path(keys) / ROOT).read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("example.pdf", sealed), ("record.json", source), (ROOT, root)):
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
