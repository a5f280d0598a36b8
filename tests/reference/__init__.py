"""Slow, obvious references of what `matchers` does: records as dicts, one pair at a time, nothing clever.

A record is a dict by column (None or "" where it is missing). Pairs are `(left, right)` with the lower number left.
"""
