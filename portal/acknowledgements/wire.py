"""What the press and its process say to each other: lengths, and one byte for how a job went."""

import struct

LENGTH = struct.Struct("!I")
SEALED, UNPRINTABLE, UNFIT = b"+", b"?", b"!"
PACK = b"P"  # stands before a record that is to be printed for signing by hand, not sealed
