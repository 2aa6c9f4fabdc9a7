"""What must reach the outside: mail now, more later.

A row is queued in the transaction that gave rise to it and sent by a worker afterwards, at least
once. A row holds a kind and ids; whoever registered for the kind makes the message when it is sent,
so that no secret and no stale word waits here.
"""
