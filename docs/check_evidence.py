"""Check an acknowledgement without the portal: `check_evidence.py FILE.pdf [seal.root.pem]`."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from tempfile import NamedTemporaryFile


def prove(holds: object, otherwise: str) -> None:
    """Stop at the first thing that is not as it must be."""
    _ = holds or sys.exit(f"NOT PROVED: {otherwise}")


pdf, root = Path(sys.argv[1]).read_bytes(), sys.argv[2:3]
spans = re.findall(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+) *\]", pdf)
prove(len(spans) == 1, f"it has {len(spans)} seals instead of one")
start, first, second, rest = map(int, spans[0])
prove((start, second + rest) == (0, len(pdf)), "it was cut, added to or saved again")
prove(re.fullmatch(rb"<([0-9a-fA-F]{2})+>", pdf[first:second]), "the seal is not in its place")
seal, sealed = bytes.fromhex(pdf[first + 1 : second - 1].decode()), pdf[:first] + pdf[second:]
prove(b"\x04\x20" + hashlib.sha256(sealed).digest() in seal, "it was changed after sealing")
prove(not any(seal[4 + int.from_bytes(seal[2:4], "big") :]), "something lies behind the seal")
prove(file := re.search(rb"/Type ?/EmbeddedFile.*?stream\r?\n", pdf, re.DOTALL), "it has no record")
source = zlib.decompressobj().decompress(pdf[file.end() :], 10_000_000)
record, digest = json.loads(source), hashlib.sha256(source).hexdigest()
text = hashlib.sha256(record["policy"]["text"].encode()).hexdigest()
prove(text == record["policy"]["digest"], "the text in the record is not the one it names")
prove(openssl := shutil.which("openssl"), "openssl is not here to check the seal itself")
trust = ["-no_check_time", "-no-CApath", "-no-CAstore", "-CAfile", *root] if root else ["-noverify"]
words = [openssl, "cms", "-verify", "-binary", "-inform", "DER", *trust, "-content"]
with NamedTemporaryFile() as content:
    _ = content.write(sealed), content.flush()
    done = subprocess.run([*words, content.name], input=seal, capture_output=True, check=False)
prove(done.returncode == 0, f"the seal is not valid under {root[0] if root else 'its own key'}")
print("Unchanged:", record["serial"], "record", digest, "under", *root or ["a root not named"])
