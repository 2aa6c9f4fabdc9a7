"""HR's desk: every acknowledgement found, opened, downloaded and verified, years later too."""
