"""Small registers of invented people for the linkage tests, by a seed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

SYLLABLES = (
    "su",
    "ra",
    "ti",
    "wan",
    "di",
    "ko",
    "ma",
    "ni",
    "sa",
    "ro",
    "ha",
    "ri",
    "yu",
    "no",
    "da",
    "bu",
    "la",
    "ka",
)
TEXTS = ("source", "register", "nik", "name_std", "sex", "kk", "village_code", "regency_code", "birth_place")
SOURCES = (("province", 0.8), ("regency", 0.6), ("bpjs_kesehatan", 0.8), ("bpjs_ketenagakerjaan", 0.3))


def registers(people: int, seed: int, faults: float = 0.1) -> pl.DataFrame:
    """Records of `people` invented people in four registers, with the column `truth`; `faults` is the share of each
    field that is wrong or missing."""
    random = np.random.default_rng(seed)
    words = ["".join(random.choice(SYLLABLES, random.integers(2, 4))).upper() for _ in range(300)]
    household = random.integers(0, max(people // 4, 1), people)
    rows = []
    for person in range(people):
        name = " ".join(random.choice(words, random.integers(1, 4)))
        born = date(1950, 1, 1) + timedelta(days=int(random.integers(0, 27000)))
        sex = "LP"[int(random.integers(0, 2))]
        village = f"3602{household[person] % 5 + 1:02d}20{household[person] % 12 + 1:02d}"
        nik = f"{village[:6]}{born.day + 40 * (sex == 'P'):02d}{born:%m%y}{random.integers(1, 50):04d}"
        for source, share in SOURCES:
            if random.random() < share:
                rows.append((source, person, _spoil(random, faults, name, nik, born), sex, household[person], village))
    return pl.DataFrame(
        {
            "record_id": range(1, len(rows) + 1),
            "truth": [row[1] for row in rows],
            "source": [row[0] for row in rows],
            "register": [row[0] for row in rows],
            "nik": [row[2][1] for row in rows],
            "name_std": [row[2][0] for row in rows],
            "birth_date": [row[2][2] for row in rows],
            "sex": [row[3] for row in rows],
            "kk": [f"3602010101{row[4]:06d}" for row in rows],
            "village_code": [row[5] for row in rows],
            "regency_code": ["3602"] * len(rows),
            "birth_place": ["LEBAK"] * len(rows),
            "card": pl.Series([None] * len(rows), dtype=pl.String),
        },
        schema_overrides=dict.fromkeys(TEXTS, pl.String) | {"birth_date": pl.Date, "record_id": pl.Int64},
    ).with_columns(
        pl.col("name_std").str.replace_all("[AIUEOH]", "").alias("name_key"),
        _nik_birth_date().alias("nik_birth_date"),
    )


def _spoil(random: np.random.Generator, faults: float, name: str, nik: str, born: date) -> tuple[str, str | None, date]:
    if random.random() < faults:
        place = int(random.integers(0, len(name)))
        name = name[:place] + "X" + name[place + 1 :]
    if random.random() < faults / 3:
        born = born.replace(month=1, day=1)
    return name.strip(), None if random.random() < faults else nik, born


def _nik_birth_date() -> pl.Expr:
    day = pl.col("nik").str.slice(6, 2).cast(pl.Int32)
    year = 1900 + pl.col("nik").str.slice(10, 2).cast(pl.Int32)
    return pl.date(
        pl.when(year < 1950).then(year + 100).otherwise(year),
        pl.col("nik").str.slice(8, 2).cast(pl.Int32),
        pl.when(day > 40).then(day - 40).otherwise(day),
    )


def pairwise(entity: pl.Series, truth: pl.Series) -> tuple[float, float]:
    """Precision and recall over all pairs of records, from group sizes."""
    frame = pl.DataFrame({"entity": entity, "truth": truth})
    size = pl.len() * (pl.len() - 1) / 2

    def pairs(*keys: str) -> float:
        return float(frame.group_by(keys).agg(size.alias("pairs"))["pairs"].sum())

    both = pairs("entity", "truth")
    return both / max(pairs("entity"), 1.0), both / max(pairs("truth"), 1.0)
