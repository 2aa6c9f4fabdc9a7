"""Who is who: accounts, roles, teams, engagements, and signing in.

What a clearance depends on is kept as dated periods that are never changed: ending one is a new
row. So "cleared on that day, as known then" can be answered years later.
"""
