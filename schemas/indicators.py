"""The indicators, each declared in schemas/indicators/<name>.sql: a description and the query that reckons it.

A query reads the published tables only. Of an indicator `by: person` it gives facts of persons (columns FACT), and
`IndicatorType.figures` counts them by area and by each of DIMENSIONS in one pass; of one `by: place` it gives facts of
what lies in a regency (columns PLACED), which are counted by area; of one `by: area` it gives the figures of each area
itself (columns OUTPUT, an estimate also INTERVAL). A further word of `by` is what the numerator alone is split by:
`segment` or `fund`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from schemas.declared import kinds_in_words, missing_kinds, read_declared
from schemas.errors import PadanError

FOLDER = Path(__file__).parent / "indicators"
WORDS = (
    "indicator", "term_id", "term_en", "definition", "definition_en", "formula", "formula_en", "unit", "by", "needs",
)  # fmt: skip
OPTIONAL = ("interval", "limits", "limits_en")
UNITS = ("people", "rupiah", "pairs", "employers", "projects")
FORMS = ("person", "place", "area")
# What a fact of a person says; `part` is a segment or fund. A fact with a fund counts for that fund only.
FACT = ("regency_code", "village_code", "sex", "age", "decile", "part", "numerator", "denominator")
# What a fact of an employer or project says.
PLACED = ("regency_code", "numerator", "denominator")
OUTPUT = ("regency_code", "segment", "numerator", "denominator", "target", "basis")
# An estimate gives these too.
INTERVAL = ("low", "high")
DIMENSIONS = ("district", "village", "sex", "age_band", "decile")
SPLITS = ("segment", "fund")
# First year of each age band; those of 18 and 60 are the ends of the working ages of CONTRACT section 4.
AGE_BANDS = (0, 5, 18, 25, 40, 60, 80)
# Facts are first counted by all dimensions together, so that the sets below run over far fewer rows.
FIGURES = """
WITH fact AS (
{query}
), cell AS (
    SELECT
        regency_code,
        coalesce(village_code, 'UNKNOWN') AS village,
        coalesce(sex, 'UNKNOWN') AS sex,
        CASE WHEN age IS NULL OR age < 0 THEN 'UNKNOWN' {bands} END AS age_band,
        coalesce(decile::VARCHAR, 'NOT_IN_DTSEN') AS decile,
        part,
        sum(numerator)::BIGINT AS numerator,
        sum(denominator)::BIGINT AS denominator
    FROM fact, parameter AS m
    WHERE left(regency_code, 2) = m.province_code
    GROUP BY ALL
), counted AS (
    SELECT
        regency_code,
        CASE WHEN village = 'UNKNOWN' THEN village ELSE left(village, 6) END AS district,
        village,
        sex,
        age_band,
        decile,
        NULL AS part,
        sum(numerator)::BIGINT AS numerator,
        sum(denominator)::BIGINT AS denominator
    FROM cell
    WHERE {whole}
    GROUP BY GROUPING SETS (
        (), (sex), (age_band), (decile),
        (regency_code), (regency_code, sex), (regency_code, age_band), (regency_code, decile),
        (regency_code, district), (regency_code, district, village)
    )
), figure AS (
    SELECT
        regency_code,
        CASE WHEN sex IS NOT NULL THEN 'sex' WHEN age_band IS NOT NULL THEN 'age_band'
             WHEN decile IS NOT NULL THEN 'decile' WHEN village IS NOT NULL THEN 'village'
             WHEN district IS NOT NULL THEN 'district' ELSE 'area' END AS dimension,
        coalesce(sex, age_band, decile, village, district, 'ALL') AS dimension_value,
        nullif(district, 'UNKNOWN') AS district_code,
        nullif(village, 'UNKNOWN') AS village_code,
        numerator,
        denominator
    FROM counted{split}
)
SELECT * REPLACE (coalesce(regency_code, m.province_code) AS regency_code)
FROM figure, parameter AS m
WHERE denominator > 0
"""
# Figures of each regency and of the province, in the columns OUTPUT.
PLACES = """
WITH fact AS (
{query}
), figure AS (
    SELECT f.regency_code, sum(f.numerator)::BIGINT AS numerator, sum(f.denominator)::BIGINT AS denominator
    FROM fact AS f, parameter AS m
    WHERE left(f.regency_code, 2) = m.province_code
    GROUP BY GROUPING SETS ((), (f.regency_code))
)
SELECT
    coalesce(g.regency_code, m.province_code) AS regency_code,
    'ALL' AS segment,
    g.numerator,
    g.denominator,
    t.value AS target,
    '{formula}' || coalesce('; target: ' || t.legal_basis, '') AS basis
FROM figure AS g
CROSS JOIN parameter AS m
LEFT JOIN rule AS t
  ON t.rule = 'target' AND t.item = '{name}' AND m.as_of BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, m.as_of)
WHERE g.denominator > 0
"""
# What the numerator alone is split by stands against the whole denominator of the area.
SPLIT = """
    UNION ALL
    SELECT s.regency_code, '{name}', s.part, NULL, NULL, s.numerator, c.denominator
    FROM (
        SELECT regency_code, part, sum(numerator)::BIGINT AS numerator
        FROM cell
        WHERE part IS NOT NULL AND numerator > 0
        GROUP BY GROUPING SETS ((part), (regency_code, part))
    ) AS s
    JOIN counted AS c ON c.regency_code IS NOT DISTINCT FROM s.regency_code
     AND c.sex IS NULL AND c.age_band IS NULL AND c.decile IS NULL AND c.district IS NULL"""


@dataclass(frozen=True)
class IndicatorType:
    """One declared indicator; `needs` as in `schemas.declared.missing_kinds`.

    form: its query gives facts of persons, of what lies in a place, or the figures of areas (FORMS). split: `segment`,
    `fund` or empty. interval: which part of the denominator rests on links (`numerator` or `rest`) and between which
    two kinds of register; None where matching errors do not move it, or move it both ways.
    """

    indicator: str
    term_id: str
    term_en: str
    definition: str
    definition_en: str
    formula: str
    formula_en: str
    unit: str
    form: str
    split: str
    interval: tuple[str, str, str] | None
    limits: str | None
    limits_en: str | None
    needs: str
    query: str

    @property
    def by_person(self) -> bool:
        """Whether it counts persons, and so can be told by all DIMENSIONS."""
        return self.form == "person"

    @property
    def parts(self) -> tuple[str, ...]:
        """What it is told by besides province and regency."""
        return (*(DIMENSIONS if self.by_person else ()), *((self.split,) if self.split else ()))

    @property
    def figures(self) -> str:
        """The SQL that reckons it with all its parts; runs on a published database as it stands."""
        if self.form == "place":
            return PLACES.format(query=self.query.strip(), formula=self.formula, name=self.indicator)
        if self.form == "area":
            return self.query
        whole = "part IS NULL" if self.split == "fund" else "TRUE"
        split = SPLIT.format(name=self.split) if self.split else ""
        return FIGURES.format(query=self.query.strip(), bands=_bands(), whole=whole, split=split)

    def not_testable_reason(self, present: frozenset[str]) -> str | None:
        """Why it cannot be reckoned, in Indonesian; None when it can."""
        missing = missing_kinds(self.needs, present)
        return f"tidak dapat dihitung: {kinds_in_words(missing)} tidak ada" if missing else None


@cache
def load_indicator_types() -> Mapping[str, IndicatorType]:
    """Every declared indicator by name; raises PadanError when a description is incomplete."""
    types = [read_indicator(path) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({one.indicator: one for one in types})


def read_indicator(path: Path) -> IndicatorType:
    """One declaration; raises PadanError naming the file and the word that cannot be understood."""
    words, query = read_declared(path, WORDS, OPTIONAL)
    form, *split = (word.strip() for word in words["by"].split(","))
    if form not in FORMS or len(split) > 1 or not set(split) <= set(SPLITS):
        raise PadanError(f"indicators/{path.name} has a word of by that is not known: {words['by']}.")
    if words["unit"] not in UNITS:
        raise PadanError(f"indicators/{path.name} has an unknown unit {words['unit']}.")
    interval = words["interval"].split() if "interval" in words else None
    if interval is not None and (len(interval) != 3 or interval[0] not in ("numerator", "rest")):
        raise PadanError(f"indicators/{path.name} has an interval that cannot be understood.")
    return IndicatorType(
        **{name: words[name] for name in WORDS if name != "by"},
        form=form,
        split=split[0] if split else "",
        interval=(interval[0], interval[1], interval[2]) if interval else None,
        limits=words.get("limits"),
        limits_en=words.get("limits_en"),
        query=query,
    )


def _bands() -> str:
    """The WHEN lines that name an age's band: `00-04` and so on, `80+`."""
    whens = [f"WHEN age < {after} THEN '{first:02}-{after - 1:02}'" for first, after in pairwise(AGE_BANDS)]
    return " ".join([*whens, f"ELSE '{AGE_BANDS[-1]}+'"])
