"""Signing: one tutor's statement about one major of a policy, and the evidence behind it.

The record, the sealed PDF, the ledger entry and the queued mail commit in one transaction: whoever
was told "signed" is signed. A PDF that cannot be made means that nothing was signed.
"""
