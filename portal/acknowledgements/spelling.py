"""How a record spells its fields: text in NFC, moments in UTC, nothing that is not documented."""

import re
import unicodedata
from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# Neither JSON readers nor a page can show these; line feed and tab may stand in a text.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if found := UNSAFE.search(plain):
        message = f"the character U+{ord(found[0]):04X} cannot stand in a record"
        raise ValueError(message)
    return plain


Text = Annotated[str, AfterValidator(_plain)]
Filled = Annotated[Text, Field(min_length=1)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Place = Annotated[int, Field(ge=0)]
# In the record only where it was done so: what was never done differently reads as before.
LEFT_OUT = Field(exclude_if=lambda told: told is None)
Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Part(BaseModel):
    """A piece of the record: frozen, and closed to what is not documented."""

    model_config = ConfigDict(frozen=True, extra="forbid")
