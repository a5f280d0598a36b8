"""What a night leaves for the next one's matching, on the disk: `versions/padan-<run_id>.state` beside its database.

A folder of Arrow files without compression, which are mapped into memory when they are read, and a manifest. An Arrow
file has one row; each of its columns is one array, as a list. What belongs to records that stay is written once: the
next night's folder has a hard link to the file. The folder holds hashes of the records, and names: it is for the eyes
of those who may see the database.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

import matchers
from matchers.again import State
from matchers.again.rehouse import Households, Sharing
from matchers.again.state import Depth, Keyed, Known, Others, Pairs, Part, Records, Rows, Segment
from matchers.labels import Decided
from matchers.model import Calibration, Free, Group, Model, Weights
from matchers.rarity import Rarity

MANIFEST: Final = "manifest.json"
WORKERS: Final = 2
# What states are made of.
PARTS: Final[dict[str, type[Any]]] = {
    part.__name__: part
    for part in (
        *(State, Segment, Part, Depth, Others, Records, Pairs, Rows, Known, Keyed, Households, Sharing, Decided),
        *(Model, Weights, Group, Free, Calibration, Rarity),
    )
}
# The fields whose arrays are never another night's: those of the model, and of records as long as they stay.
LASTING: Final = {
    ("State", "model"),
    ("State", "known"),
    ("State", "segments"),
    ("Rows", "segments"),
    ("Depth", "parts"),
}
LIBRARIES: Final = ("polars", "numpy", "scipy", "rapidfuzz")


class UnusableState(Exception):
    """There is no state, or none that can be gone on from; the text says why, in a few words.

    `changed` is the share of records that changed, where it has been asked.
    """

    def __init__(self, reason: str, changed: float | None = None) -> None:
        super().__init__(reason)
        self.changed = changed


@dataclass(frozen=True)
class Stored:
    """A state that was read.

    `model_day` is the `as_of` of the run that trained its model; `folder` and `places` say where its arrays lie: the
    entry of the manifest of each object, by `id`.
    """

    state: State
    model_day: date
    folder: Path
    places: Mapping[int, Any]


@cache
def program() -> str:
    """What tells one program from another: the text of the engine and of this module, its libraries, this machine.

    Hashes are the same from run to run, but not in every version of Polars nor on every kind of processor.
    """
    digest = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    engine = Path(matchers.__file__).parent
    digest.update(Path(__file__).read_bytes())
    for path in sorted(engine.rglob("*.py")):
        digest.update(path.relative_to(engine).as_posix().encode() + path.read_bytes())
    digest.update(pl.Series(["padan", ""]).hash(seed=7).to_numpy().tobytes())
    digest.update(pl.DataFrame({"a": [1, None], "b": ["padan", None]}).hash_rows(seed=7).to_numpy().tobytes())
    numbers = np.linspace(0.01, 30.0, 1000)
    digest.update(np.log(numbers).tobytes() + np.exp2(-numbers).tobytes() + np.logaddexp(numbers, 3.0).tobytes())
    return digest.hexdigest()[:16]


# --- writing ---------------------------------------------------------------------------------------------------------


def write_state(folder: Path, state: State, model_day: date, before: Stored | None = None) -> None:
    """Write a state into a new folder; `before` is the one that it goes on from. Raises OSError as the disk does."""
    folder.mkdir(mode=0o700)
    night, lasting = _Pile(f"{folder.stem}-night.arrow"), _Pile(f"{folder.stem}-lasting.arrow")
    tree = _encoded(state, "state", night, lasting, {} if before is None else before.places)
    for pile in (night, lasting):
        pile.write(folder)
    files = _files_of(tree)
    for name in files - {night.file, lasting.file}:
        assert before is not None
        _hand_on(before.folder / name, folder / name)
    content = {
        "program": program(),
        "made_for": state.made_for,
        "model_day": model_day.isoformat(),
        "files": _checksums(folder, files),
        "state": tree,
    }
    text = json.dumps({"sha256": _digest(content), "content": content})
    (folder / MANIFEST).touch(mode=0o600)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _hand_on(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError:  # not every file system has hard links
        shutil.copy2(file, place)


class _Pile:
    """Arrays on their way into one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._names: list[str] = []
        self._arrays: list[pa.Array] = []

    def put(self, name: str, values: pa.Array) -> list[Any]:
        """Take up an array; gives where it will be found again."""
        self._names.append(name)
        self._arrays.append(pa.LargeListArray.from_arrays(_as_arrow(np.array([0, len(values)])), values))
        return [self.file, len(self._arrays) - 1]

    def write(self, folder: Path) -> None:
        """Write the file, readable for its owner only."""
        (folder / self.file).touch(mode=0o600)
        batch = pa.RecordBatch.from_arrays(self._arrays, self._names)
        with pa.OSFile(str(folder / self.file), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)


def _encoded(value: Any, path: str, pile: _Pile, lasting: _Pile, known: Mapping[int, Any]) -> Any:
    """What the manifest says of a part of a state; its arrays go to the `pile`, unless they are `known` elsewhere.

    The arrays of a field of LASTING go to the pile `lasting`.
    """
    if pile is lasting and id(value) in known:
        return known[id(value)]
    if dataclasses.is_dataclass(value):
        kind = type(value).__name__
        out: dict[str, Any] = {"kind": kind}
        for field in dataclasses.fields(value):
            goes = lasting if (kind, field.name) in LASTING else pile
            out[field.name] = _encoded(getattr(value, field.name), f"{path}.{field.name}", goes, lasting, known)
        return out
    if isinstance(value, tuple):
        return [_encoded(one, f"{path}.{place}", pile, lasting, known) for place, one in enumerate(value)]
    if isinstance(value, Mapping):
        return {"map": {name: _encoded(one, f"{path}.{name}", pile, lasting, known) for name, one in value.items()}}
    if isinstance(value, np.ndarray):
        return {"array": pile.put(path, _as_arrow(value)), "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, pl.Series):
        return {"series": pile.put(path, value.to_arrow()), "name": value.name}
    if isinstance(value, pl.DataFrame):
        return {"frame": {one.name: pile.put(f"{path}.{one.name}", one.to_arrow()) for one in value.get_columns()}}
    return value


def _as_arrow(values: NDArray[Any]) -> pa.Array:
    """The same memory as an Arrow array, true and false as bytes; `pyarrow.array` would load the whole of pandas."""
    flat = np.ascontiguousarray(values).ravel()
    kind = pa.from_numpy_dtype(flat.dtype if flat.dtype != np.bool_ else np.dtype(np.uint8))
    return pa.Array.from_buffers(kind, len(flat), [None, pa.py_buffer(flat)])


def _files_of(tree: Any) -> set[str]:
    """The files in which the arrays of a part of the manifest lie."""
    if isinstance(tree, list):
        return set().union(*map(_files_of, tree))
    if not isinstance(tree, dict):
        return set()
    places = [tree[name] for name in ("array", "series") if name in tree] or list(tree.get("frame", {}).values())
    return {place[0] for place in places} if places else set().union(*map(_files_of, tree.values()))


def _checksums(folder: Path, files: Iterable[str]) -> dict[str, int]:
    """CRC-32 of each file: it shows damage; whoever could forge it could forge the database."""
    names = sorted(files)
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(names, pool.map(lambda name: zlib.crc32(_mapped(folder / name)), names), strict=True))


def _mapped(path: Path) -> pa.Buffer:
    return pa.memory_map(str(path)).read_buffer()


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# --- reading ---------------------------------------------------------------------------------------------------------


def read_state(folder: Path, made_for: str) -> Stored:
    """The state in a folder, its arrays mapped into memory; `made_for` is the fingerprint of the spec.

    Raises UnusableState when there is none, when it is damaged, and when it was made by another program or for
    another spec.
    """
    if not folder.is_dir():
        raise UnusableState("the run before left no state")
    try:
        content = _manifest(folder / MANIFEST)
        if content["program"] != program():
            raise UnusableState("padan, or what it computes with, is another version")
        if content["made_for"] != made_for:
            raise UnusableState("the matching spec is another one")
        if _checksums(folder, content["files"]) != content["files"]:
            raise _damaged()
        columns = {name: pa.ipc.open_file(_mapped(folder / name)).get_batch(0).columns for name in content["files"]}
        places: dict[int, Any] = {}
        state = _decoded(content["state"], columns, places)
        return Stored(state, date.fromisoformat(content["model_day"]), folder, places)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, pa.ArrowException):
        raise _damaged() from None


def _manifest(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    content: dict[str, Any] = found["content"]
    if found["sha256"] != _digest(content):
        raise _damaged()
    return content


def _damaged() -> UnusableState:
    return UnusableState("the state that the run before left is damaged")


def _decoded(tree: Any, columns: Mapping[str, list[pa.Array]], places: dict[int, Any]) -> Any:
    """What `_encoded` made `tree` of; notes in `places` where arrays lie."""
    if isinstance(tree, list):
        return tuple(_decoded(one, columns, places) for one in tree)
    if not isinstance(tree, dict):
        return tree
    if "kind" in tree:
        fields = {name: _decoded(one, columns, places) for name, one in tree.items() if name != "kind"}
        return PARTS[tree["kind"]](**fields)
    if "map" in tree:
        return {name: _decoded(one, columns, places) for name, one in tree["map"].items()}
    out: Any
    if "array" in tree:
        memory = _values(columns, tree["array"]).buffers()[1]
        out = np.frombuffer(memory, dtype=tree["dtype"], count=math.prod(tree["shape"])).reshape(tree["shape"])
    elif "series" in tree:
        out = pl.Series(tree["name"], _values(columns, tree["series"]))
    else:
        out = pl.DataFrame([pl.Series(name, _values(columns, place)) for name, place in tree["frame"].items()])
    places[id(out)] = tree
    return out


def _values(columns: Mapping[str, list[pa.Array]], place: list[Any]) -> pa.Array:
    file, number = place
    return columns[file][number].values
