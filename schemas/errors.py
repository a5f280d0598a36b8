"""The errors a person is meant to read: one plain sentence and an exit code (CONTRACT §1)."""


class PadanError(Exception):
    """Something that stops a run; its text is one plain sentence without a personal value."""

    exit_code = 1


class UsageError(PadanError):
    """Wrong usage or configuration."""

    exit_code = 2


class Held(PadanError):
    """A gate held the run back; the previous database still stands."""

    exit_code = 3
