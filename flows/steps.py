"""How a stage of the night is called: timed and told to an operator in the foreground, or as a Prefect task."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

WAIT_SECONDS = 2.0


@dataclass
class Foreground:
    """Calls stages one after the other and says each one's name and time; `seconds` keeps the times."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, stage: Callable[[], T], retries: int = 0) -> T:
        """Run a stage; an OSError (a network folder that is away for a moment) is tried again `retries` times."""
        started = time.perf_counter()
        for attempt in range(retries + 1):
            try:
                result = stage()
                break
            except OSError:
                if attempt == retries:
                    raise
                time.sleep(WAIT_SECONDS * 2**attempt)
        self.seconds[name] = time.perf_counter() - started
        self.say(f"{name:<12}{self.seconds[name]:7.1f} s")
        return result
