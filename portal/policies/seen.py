"""Marks that nobody can see: left out of every text that becomes a policy. Pure."""

import re

from portal.policies.text import UNSAFE

# Where a line may part or may not: Word and web pages put them in, and no reader sees them.
BREAKS = re.compile("[\u00ad\u200b\u2060]")
AT_LINE_ENDS = re.compile("\r\n?")


def seen(text: str) -> str:
    """Return the text without marks that hide or turn words, with plain line ends."""
    return UNSAFE.sub("", BREAKS.sub("", AT_LINE_ENDS.sub("\n", text)))
