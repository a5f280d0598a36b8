"""The settings of validation in `padan.toml`: `[quality]`, `[last_good]` and `[[signed_total]]`.

Why the defaults are what they are is said beside each; docs/quality.md says what they do.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator, model_validator

from schemas.errors import UsageError
from schemas.grades import GRADES
from schemas.layouts import KINDS

Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quality(_Model):
    """`[quality]`: shifts against the sender's last good night. `_told` lowers the grade, beyond `_refused` the file
    is refused. Shares of rows; those of NIKs, repeated rows and regencies are differences of two shares."""

    # A register moves by births, deaths and moves: a few per mille a month, a mass cut-off 7 % (May 2025: 7.3 of 96.8
    # million). A tenth is worth a look; where it is refused, [gates] max_drop says.
    rows_told: Share = 0.10
    # Good and bad offices lie at 5 and 35 % missing; an office does not become another one overnight.
    nik_missing_told: Share = 0.05
    nik_missing_refused: Share = 0.25
    # One NIK in ten ends in 0 by nature; 15-digit rounding makes it all of them. Whether a file has more of them than
    # chance allows is another question, with no share fixed (matchers/standardise/number_tails.py, ID03).
    nik_zero_end_told: Share = 0.05
    nik_zero_end_refused: Share = 0.30
    # Repeated rows are below 1 %; a list pasted twice has half of its rows repeated, one of its sheets a fifth.
    duplicates_told: Share = 0.02
    duplicates_refused: Share = 0.20
    # A regency that is lost moves as large a share as it had: on the average an eighth, the largest about a quarter.
    regency_told: Share = 0.05
    regency_refused: Share = 0.20
    # With fewer rows a handful of people moves a share by more than the limits.
    enough_rows: Annotated[int, Field(ge=1, strict=True)] = 200
    # Files with a worse grade are refused. E can still be matched by name, date and village.
    lowest_grade: StrictStr = "E"

    @field_validator("lowest_grade")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in GRADES[:5]:
            raise ValueError("it must be one of A, B, C, D, E")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> "Quality":
        for measure in ("nik_missing", "nik_zero_end", "duplicates", "regency"):
            if getattr(self, f"{measure}_told") > getattr(self, f"{measure}_refused"):
                raise ValueError(f"{measure}_told must not be above {measure}_refused")
        return self


class LastGood(_Model):
    """`[last_good]`: for whom the rows of the last good night stand in when tonight's file is refused.

    `use`: kinds, or `kind:owner` for one sender. A required kind that is not named holds the run instead. By default
    the kinds that are not required: for them nobody waits.
    """

    use: tuple[StrictStr, ...] = ("civil_deaths", "workforce")
    # Decrees and bills come once a month: beyond a month and some days a whole list was missed.
    max_age_days: Annotated[int, Field(ge=0, strict=True)] = 35

    def allows(self, kind: str, owner: str | None) -> bool:
        """Whether the last good rows of this sender may stand in."""
        return kind in self.use or f"{kind}:{owner}" in self.use


class SignedTotal(_Model):
    """`[[signed_total]]`: what both institutions signed for (berita acara), to be compared with what arrived."""

    kind: StrictStr
    owner: Annotated[str, Field(pattern=r"^(\d{2}|\d{4})$", strict=True)] | None = None
    rows: Annotated[StrictInt, Field(ge=0)] | None = None
    rupiah: Annotated[StrictInt, Field(ge=0)] | None = None
    document: StrictStr


def check_kinds(name: str, last_good: LastGood, signed: tuple[SignedTotal, ...]) -> None:
    """Raise UsageError, naming the configuration file, when a setting names a kind that is none."""
    for kind in (*(entry.partition(":")[0] for entry in last_good.use), *(one.kind for one in signed)):
        if kind not in KINDS:
            raise UsageError(
                f"In {name} the settings last_good.use and signed_total.kind must name one of {', '.join(KINDS)}, "
                f"not {kind!r}."
            )
