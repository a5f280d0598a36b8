"""The settings of the history of findings in `padan.toml`: `[history]` and `[mass_change]`; docs/findings_life.md."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class History(_Model):
    """`[history]`: closed findings stay in the table `finding` for `closed_days` days; then their events tell of them.

    A quarter: what closed since the last quarterly meeting can still be looked at beside what is open.
    """

    closed_days: Annotated[int, Field(ge=0, le=36_500, strict=True)] = 90


class MassChange(_Model):
    """`[mass_change]`: from how many rows, and which share of a sender's, on a change counts as one event.

    A register moves by a few per mille a month; a decree that drops people, a mass cut-off (7 % in May 2025) or a
    column that was filled wrongly moves per cents in a night. In a small register a few rows are per cents: hence the
    number.
    """

    records: Annotated[int, Field(ge=1, strict=True)] = 100
    share: Share = 0.02


STANDARD_HISTORY = History()
STANDARD_MASS_CHANGE = MassChange()
