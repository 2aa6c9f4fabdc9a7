"""Section 4 of the rule, read once more, slowly and without a look at the first reading."""


def running(periods, t):
    return [p for p in periods if t >= p.starts_at and (p.ends_at is None or t < p.ends_at)]


def happened(moment, t):
    return moment is not None and moment <= t


def standing_versions(policy, t):
    """Versions published by then and not called off, the lowest first."""
    there = [v for v in policy.versions if happened(v.published_at, t)]
    there = [v for v in there if not happened(v.cancelled_at, t)]
    return sorted(there, key=lambda v: (v.major, v.minor))


def own_signatures(standing, policy, t):
    """Signatures made by then in the engagement that runs, less those of cancelled versions."""
    ids = [e.id for e in running(standing.engagements, t)]
    off = [v.label for v in policy.versions if happened(v.cancelled_at, t)]
    of_policy = [a for a in standing.acknowledgements if a.policy == policy.policy]
    own = [a for a in of_policy if happened(a.signed_at, t) and a.engagement_id in ids]
    return [a for a in own if f"{a.major}.{a.minor}" not in off]


def good(signatures, t):
    made = [a for a in signatures if happened(a.signed_at, t)]
    fresh = [a for a in made if not happened(a.expires_at, t)]
    return [a for a in fresh if not happened(a.revoked_at, t)]


def binding_major(standing, policy, t):
    """The highest major whose time has come; its first wording tells when that is."""
    own = own_signatures(standing, policy, t)
    first = {v.major: v for v in reversed(standing_versions(policy, t))}
    for major in sorted(first, reverse=True):
        begins = first[major].effective_at
        if t >= (first[major].grace_ends_at if good(own, begins) else begins):
            return major
    return None


def spared(standing, policy, t):
    """Not yet enforced for this tutor: by the last word said, its day ahead, engaged before."""
    words = [w for w in policy.enforcements if happened(w.recorded_at, t)]
    if not words:
        return False
    last = max(words, key=lambda w: w.recorded_at)
    engaged = [e.starts_at for e in running(standing.engagements, t)]
    return t < last.enforced_from and min(engaged) < last.spares_before


def excused(standing, policy, t):
    """A waiver of the binding major runs, and some major was signed in this engagement."""
    own = own_signatures(standing, policy, t)
    unrevoked = [a for a in own if not happened(a.revoked_at, t)]
    major = binding_major(standing, policy, t)
    mine = [w for w in standing.waivers if (w.policy, w.major) == (policy.policy, major)]
    begun = [w for w in mine if happened(w.starts_at, t)]
    lasting = [w for w in begun if not happened(w.ends_at, t) and not happened(w.ended_at, t)]
    return bool(unrevoked and lasting)


def signature_fault(standing, policy, t):
    """The code of what is wrong with the signature, or None when the binding major is answered."""
    major = binding_major(standing, policy, t)
    answers = [a for a in own_signatures(standing, policy, t) if a.major >= major]
    if good(answers, t):
        return None
    if not answers:
        return "not-signed"
    last = max(answers, key=lambda a: a.signed_at)
    return "signature-revoked" if happened(last.revoked_at, t) else "signature-expired"


def quiz_open(standing, policy, t):
    """No pass of the newest major in the cycle that the next signature will have."""
    major = standing_versions(policy, t)[-1].major
    wanted = (policy.policy, major)
    before = [a for a in standing.acknowledgements if happened(a.signed_at, t)]
    cycle = len([a for a in before if (a.policy, a.major) == wanted]) + 1
    passes = [p for p in standing.passes if happened(p.passed_at, t)]
    return not [p for p in passes if (p.policy, p.major, p.cycle) == (*wanted, cycle)]


def in_force(standing, t):
    for policy in standing.requirements:
        is_for_tutor = any(len(running(way, t)) == len(way) for way in policy.applies)
        if is_for_tutor and binding_major(standing, policy, t) is not None:
            yield policy


def policy_reasons(standing, policy, t):
    code = signature_fault(standing, policy, t)
    if code is None or spared(standing, policy, t) or excused(standing, policy, t):
        return set()
    quiz = {("quiz-not-passed", policy.policy)} if quiz_open(standing, policy, t) else set()
    return {(code, policy.policy)} | quiz


def reasons(standing, t):
    """Every reason against teaching then, as (code, policy); none means cleared."""
    policies = list(in_force(standing, t))
    plain = {
        "not-engaged": not running(standing.engagements, t),
        "not-enabled": not running(standing.enabled_in, t),
        "suspended": bool(running(standing.suspensions, t)),
        "nothing-in-force": not policies,
    }
    found = {(code, None) for code, holds in plain.items() if holds}
    if not plain["not-engaged"]:
        found = found.union(*(policy_reasons(standing, policy, t) for policy in policies))
    return found
