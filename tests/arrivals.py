"""Fetch and pull as a run does them, for tests that begin at what arrived."""

import tempfile
from datetime import date
from pathlib import Path

from flows.config import Config
from flows.pull import Pulled, pull
from flows.sources.fetch import fetch


def read_sources(config: Config, as_of: date = date(2026, 11, 20)) -> Pulled:
    """What the sources of a configuration give on a day; nothing is archived."""
    with tempfile.TemporaryDirectory() as folder:
        return pull(config, fetch(config, Path(folder), as_of, keep=False))
