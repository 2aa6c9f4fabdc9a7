"""What hindered something from leaving, for people. Pure."""


def in_words(failure: str) -> str:
    """Return what kept something from leaving, for people: the worker writes it in short."""
    if failure.startswith("not sent: "):
        return f"Not needed, or not possible: {failure.removeprefix('not sent: ')}."
    if failure.startswith("unexpected: "):
        return f"A fault of the portal ({failure.removeprefix('unexpected: ')}). Its log says more."
    if failure[:3].isdigit():
        return f"The mail server refused it: {failure}"
    if failure.startswith("[Errno") or "timed out" in failure:
        return f"The mail server cannot be reached: {failure.rpartition('] ')[2]}"
    return failure[:1].upper() + failure[1:]
