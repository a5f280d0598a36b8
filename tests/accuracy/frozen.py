"""The frozen references: what padan reached once and must not fall below (`frozen.toml`)."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.accuracy.figures import Figures
from tests.accuracy.sets import SETS, Data, World, historical

FILE: Final = Path(__file__).with_name("frozen.toml")
HISTORICAL: Final = "PADAN_HISTORICAL"
# What is looked at, and whether more is better.
HIGHER: Final = ("pairwise_f1", "bcubed_f1", "candidate_recall")
WORST: Final = "worst_bin"
# The bound of the worst bin that is written where what was measured allows it, and the room above where not.
BIN_BOUND: Final = 0.05
BIN_ROOM: Final = 0.02
HEAD: Final = """# What padan reaches on data whose truth is known; written by `python -m tests.accuracy --freeze`.
# The suite fails when a figure falls below its reference by more than the tolerance, or when the worst bin of the
# reliability table (of those with 100 pairs or more) is farther off than `worst_bin_at_most`. A set with `people` is a
# synthetic world. `historical` is looked at only where the environment variable PADAN_HISTORICAL names its file.
"""


@dataclass(frozen=True)
class Reference:
    """A frozen set: which data, and the figures by their names in the file."""

    name: str
    made_by: str
    world: World
    figures: dict[str, float]


def read(path: Path = FILE) -> tuple[dict[str, float], list[Reference]]:
    """The tolerances by figure, and the references in the order of the file."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    references = []
    for name, entry in document["set"].items():
        given = {key: entry[key] for key in ("people", "seed", "hard", "region") if key in entry}
        figures = {key: entry[key] for key in (*HIGHER, f"{WORST}_at_most") if key in entry}
        references.append(Reference(name, entry["data"], World(**given), figures))
    return document["tolerance"], references


def make(reference: Reference, folder: Path) -> Data | None:
    """The reference's files, made in the folder; None where they are not at hand."""
    if reference.made_by != "historical":
        return SETS[reference.made_by](folder, reference.world)
    path = os.environ.get(HISTORICAL)
    return historical(Path(path))(folder, reference.world) if path else None


def measured(found: Figures) -> dict[str, float]:
    """A data set's figures by their names in the file."""
    out = {"pairwise_f1": found.people.f1, "bcubed_f1": found.bcubed.f1, "candidate_recall": found.candidates}
    if found.worst is not None:
        out[WORST] = abs(found.worst.off)
    return out


def fallen(reference: Reference, now: dict[str, float], tolerance: dict[str, float]) -> list[str]:
    """What is worse than frozen, a sentence each."""
    told = []
    for name in HIGHER:
        then = reference.figures.get(name)
        # Frozen figures are rounded to six decimals.
        if then is not None and now[name] < then - tolerance[name] - 1e-6:
            told.append(f"{reference.name}: {name} fell from {then:.4f} to {now[name]:.4f}")
    most = reference.figures.get(f"{WORST}_at_most")
    if most is not None and now.get(WORST, 0.0) > most:
        told.append(f"{reference.name}: the worst bin is off by {now[WORST]:.4f}, more than {most:g}")
    return told


def text(tolerance: dict[str, float], references: list[Reference], now: dict[str, dict[str, float]]) -> str:
    """The file with the figures of `now` (by the sets' names); a set that is not in it stays as it is."""
    lines = [HEAD, "[tolerance]", *(f"{name} = {value:g}" for name, value in tolerance.items())]
    for reference in references:
        lines += ["", f'[set."{reference.name}"]', f'data = "{reference.made_by}"', *_world(reference)]
        figures = reference.figures
        if reference.name in now:
            found = now[reference.name]
            figures = {name: round(found[name], 6) for name in HIGHER}
            if WORST in found:
                figures[f"{WORST}_at_most"] = _bound(found[WORST])
        lines += [f"{name} = {value:{'g' if WORST in name else '.6f'}}" for name, value in figures.items()]
    return "\n".join(lines) + "\n"


def _bound(worst: float) -> float:
    return BIN_BOUND if worst <= BIN_BOUND else round(worst + BIN_ROOM, 2)


def _world(reference: Reference) -> list[str]:
    if reference.made_by not in ("province", "lowoverlap", "skewed", "small"):
        return []
    world: dict[str, Any] = {
        "people": reference.world.people,
        "seed": reference.world.seed,
        "hard": str(reference.world.hard).lower(),
        "region": f'"{reference.world.region}"',
    }
    return [f"{name} = {value}" for name, value in world.items()]
