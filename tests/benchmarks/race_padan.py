"""padan's side of the race: `padan link` as it is typed, in a process of its own, with its stages timed.

    python -m tests.benchmarks.race_padan STAGES.json LEFT RIGHT --spec SPEC --out PAIRS

A stage is a function of another module that `padan link` or the engine calls; one called by another is not counted
twice. What is in none of them (imports among it) is the rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

STARTED = time.perf_counter()


def main() -> int:
    """Run the command and write its stages' seconds."""
    from flows import cli, link
    from matchers import link as engine

    seconds: dict[str, float] = {"import": time.perf_counter() - STARTED}
    within: list[str] = []
    for module in (link, engine):
        for name, function in list(vars(module).items()):
            if _is_stage(module, function):
                setattr(module, name, _timed(name, function, seconds, within))
    code = cli.main(["link", *sys.argv[2:]])
    seconds["rest"] = time.perf_counter() - STARTED - sum(seconds.values())
    Path(sys.argv[1]).write_text(json.dumps(seconds))
    return code


def _is_stage(module: ModuleType, function: object) -> bool:
    if not isinstance(function, FunctionType) or function.__name__ == "link_records":
        return False
    home = function.__module__
    return home.partition(".")[0] in {"flows", "matchers"} and home != module.__name__


def _timed(name: str, function: Callable[..., Any], seconds: dict[str, float], within: list[str]) -> Callable[..., Any]:
    def called(*given: Any, **named: Any) -> Any:
        if within:
            return function(*given, **named)
        within.append(name)
        started = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started
            within.pop()

    return called


if __name__ == "__main__":
    sys.exit(main())
