"""The learning manager's desk: who can teach, who cannot, why, and what comes next."""
