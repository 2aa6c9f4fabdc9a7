"""What happened, append-only.

Every change leaves one entry here in its own transaction; entries are chained by hash, so that a
later alteration shows. Whoever must know in the same transaction subscribes.
"""
