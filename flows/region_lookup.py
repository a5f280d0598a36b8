"""The regions of `schemas.reference` as the standardisers take them."""

from functools import cache

from matchers.standardise.regions import RegionTable
from schemas import reference


@cache
def region_table() -> RegionTable:
    """Everything known about regions; read once a process."""
    return RegionTable(
        reference.villages().drop("bps_code"),
        reference.districts().drop("bps_code"),
        reference.regencies().drop("bps_code", "since"),
        reference.former_codes(),
        reference.bps_codes(),
    )
