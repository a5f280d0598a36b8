"""Where the people of the sample live: eight real regencies of one province and some of their villages."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sample_data.common import Floats, Ints, Rng
from schemas import reference

PEOPLE_A_VILLAGE = 600  # aimed at; a real village holds thousands, a small world must still have neighbours


@dataclass(frozen=True)
class Places:
    """`villages`: village_code, village_name, district_code, district_name, regency_code, regency_name, owner
    (0-7), sorted by code; `cumulative`: cumulative shares of households over them; `regencies`: the eight
    4-digit codes; `elsewhere`: 6-digit codes of districts of other provinces."""

    villages: pl.DataFrame
    cumulative: Floats
    regencies: tuple[str, ...]
    elsewhere: pl.Series


def places(setting: dict[str, Any], people: int, rng: Rng) -> Places:
    """Choose villages in proportion to `people`, and how households spread over them."""
    codes = tuple(setting["regencies"])
    share = np.asarray(setting["weights"], dtype=np.float64)
    share /= share.sum()
    chosen = [
        _some_villages(code, max(2, round(people * part / PEOPLE_A_VILLAGE)), rng)
        for code, part in zip(codes, share, strict=True)
    ]
    owners = pl.DataFrame({"regency_code": codes, "owner": np.arange(len(codes))})
    villages = (
        pl.concat(chosen)
        .join(reference.districts().select("district_code", "district_name"), on="district_code", how="left")
        .join(reference.regencies().select("regency_code", "regency_name"), on="regency_code", how="left")
        .join(owners, on="regency_code", how="left")
        .sort("village_code")
    )
    weight = rng.gamma(2.0, 0.5, villages.height) + 0.2
    owner = villages["owner"].to_numpy()
    for number, part in enumerate(share):
        weight[owner == number] *= part / weight[owner == number].sum()
    outside = reference.districts().filter(pl.col("district_code").str.slice(0, 2).is_in(setting["elsewhere"]))
    return Places(villages, np.cumsum(weight), codes, outside.sort("district_code")["district_code"])


def _some_villages(regency: str, count: int, rng: Rng) -> pl.DataFrame:
    mine = reference.villages().filter(pl.col("regency_code") == regency).sort("village_code")
    picked = np.sort(rng.permutation(mine.height)[:count])
    return mine[picked].select("village_code", "village_name", "district_code", "regency_code")


def issuing_code(district: pl.Series, before_2022: np.ndarray[Any, np.dtype[np.bool_]]) -> pl.Series:
    """The six digits a NIK got: a number given before a regency was re-coded keeps the former code for life."""
    former = {new: old for old, new in reference.former_regencies().items()}
    frame = pl.DataFrame([district.alias("code"), pl.Series("before", before_2022)])
    regency = pl.col("code").str.slice(0, 4)
    recoded = regency.replace(former) + pl.col("code").str.slice(4)
    return frame.select(pl.when("before").then(recoded).otherwise("code").alias("code"))["code"]


def spread(places_: Places, owner: Ints, rng: Rng) -> Ints:
    """A random village inside each given regency."""
    owners = places_.villages["owner"].to_numpy()
    low = np.searchsorted(owners, owner, side="left")
    high = np.searchsorted(owners, owner, side="right")
    return (low + (rng.random(len(owner)) * (high - low)).astype(np.int64)).astype(np.int64)
