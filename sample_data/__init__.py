"""The synthetic province: people who do not exist, in the extracts of real form, with the answer beside them."""

from sample_data.faults import Faults
from sample_data.names import REGIONS
from sample_data.plants import Mismatches
from sample_data.world import WorldSummary, write_world

__all__ = ["REGIONS", "Faults", "Mismatches", "WorldSummary", "write_world"]
