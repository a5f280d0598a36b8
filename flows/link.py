"""padan link: two files of any people, or one with itself, through the linkage engine by a spec of the user's."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from flows.link_errors import told_errors
from flows.link_files import check_target, read_table, write_table, write_text
from flows.link_records import NUMBER, Records, read_records
from flows.matching import SPEC_FILE, read_spec
from flows.text_table import text_table
from matchers.blocks import fit_limits, forecast
from matchers.households import link_households
from matchers.labels import giving_way
from matchers.link import Linkage, link_records
from matchers.model import Model, from_json, to_json
from matchers.model_report import never_seen
from matchers.spec import MISSING_EN, Spec, SpecError, with_limits
from matchers.table import Hashes, prepare
from reports.form import number
from schemas.errors import UsageError

YES: Final = ("ya", "yes", "y", "1", "true", "link", "same")
NO: Final = ("tidak", "no", "n", "0", "false", "distinct", "different")
FIRST: Final = ("left_id", "right_id", "probability", "match_weight", "outcome", "prior_weight", "rival_weight")
# How many levels that were never seen in training the summary names.
NAMED: Final = 5
FORECAST: Final = ("block", "records", "pairs", "split_records", "dropped_records", "dropped_pairs")


@dataclass(frozen=True)
class Request:
    """What `padan link` was asked: files, thresholds, language, and what else to read and write."""

    left: Path
    right: Path
    spec: str
    out: Path | None = None
    link: float = 0.5
    review: float = 0.2
    language: str = "en"
    dry_run: bool = False
    model: Path | None = None
    save_model: Path | None = None
    labels: Path | None = None


def link_files(request: Request) -> str:
    """Link two files, or find the duplicates of one when both are the same, and write the pairs.

    Gives the summary to show: counts only, nothing of a record. With `dry_run` only the forecast of pairs for each
    blocking rule, and nothing is written. Raises UsageError, one plain sentence, for whatever is wrong with a file,
    the spec or a setting.
    """
    started = time.perf_counter()
    _check(request)
    spec = _speaking(read_spec(spec_file(request.spec)), request.language)
    _must_be_writable(spec)
    records = read_records(request.left, request.right, spec, request.spec)
    try:
        if request.dry_run:
            return _forecast(records)
        model, labels = _model(request.model, records), _labels(request.labels, records)
        linkage = link_records(
            records.frame, records.spec, request.link, request.review, model=model, labels=labels, complete=True
        )
    except SpecError as error:
        raise UsageError(f"By the linkage spec {request.spec}, {error}.") from None
    # What is large and needed no longer is let go before the results are made.
    records = replace(records, frame=records.frame.select(_places(records)))
    pairs = _pairs(linkage, records)
    assert request.out is not None
    write_table(pairs, request.out)
    if request.save_model is not None:
        write_text(to_json(linkage.model, records.spec), request.save_model)
    less = 0 if labels is None else giving_way(labels)
    if less:
        note = f"Decisions that contradict others through third records and give way: {number(less)}"
        records = replace(records, notes=(*records.notes, note))
    return _summary(request, records, linkage, pairs, labels, time.perf_counter() - started)


def _check(request: Request) -> None:
    """Everything that can be refused before a file is read."""
    if request.review > request.link:
        raise UsageError("The setting --review must not be above --link.")
    sources = tuple(p for p in (request.left, request.right, request.model, request.labels) if p is not None)
    if not request.dry_run and request.out is None:
        raise UsageError("Say with --out where the pairs go, or ask with --dry-run for the forecast only.")
    if request.out is not None and request.out.suffix.lower() not in {".parquet", ".csv"}:
        raise UsageError(f"The result {request.out.name} must end in .parquet or .csv.")
    for target in (request.out, request.save_model):
        if target is not None and not request.dry_run:
            check_target(target, sources)


def spec_file(name: str) -> Path:
    """The spec's file: a path, or the bare name of one that comes with padan."""
    path = Path(name)
    if path.exists() or path.suffix or len(path.parts) != 1:
        return path
    ready = SPEC_FILE.parent / f"{name}.toml"
    if not ready.exists():
        known = ", ".join(sorted(file.stem for file in SPEC_FILE.parent.glob("*.toml")))
        raise UsageError(f"There is no linkage spec {name}; give a TOML file or one of {known}.")
    return ready


def _speaking(spec: Spec, language: str) -> Spec:
    """The spec with its levels named in one language: the engine names them by `label_id`."""
    if language == "id":
        return spec
    comparisons = tuple(
        replace(c, levels=tuple(replace(level, label_id=level.label_en) for level in c.levels))
        for c in spec.comparisons
    )
    return replace(spec, comparisons=comparisons, missing=MISSING_EN)


def _must_be_writable(spec: Spec) -> None:
    names = list(FIRST)
    for comparison in spec.comparisons:
        for name in (comparison.name, f"{comparison.name}_weight"):
            if name in names:
                raise UsageError(f"The comparison {comparison.name!r} needs another name: {name!r} is a result column.")
            names.append(name)


# --- what else comes in --------------------------------------------------------------------------------------------


def _model(path: Path | None, records: Records) -> Model | None:
    if path is None:
        return None
    try:
        model = from_json(path.read_text(encoding="utf-8"), records.spec)
    except OSError as error:
        raise UsageError(f"The model {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The model {path.name} is no model that padan wrote: it is no text.") from None
    except ValueError as error:
        raise UsageError(f"The model {path.name} {str(error).removeprefix('the model ')}.") from None
    trained = {group.left_source for group in model.groups} | {group.right_source for group in model.groups}
    present = _sources(records)
    if trained != present:
        raise UsageError(
            f"The model {path.name} was trained for other files ({', '.join(sorted(trained))}) "
            f"than these ({', '.join(sorted(present))})."
        )
    return model


def _sources(records: Records) -> set[str]:
    table = prepare(records.frame.head(0), records.spec)
    if records.spec.source is None:
        return set(table.sources)
    return set(records.frame[records.spec.source].cast(pl.String).drop_nulls().unique().to_list())


def _labels(path: Path | None, records: Records) -> pl.DataFrame | None:
    """Pairs that people decided: `left_record_id, right_record_id: Int64, same: Boolean`."""
    if path is None:
        return None
    frame = read_table(path)
    for name in ("left_id", "right_id", "same"):
        if name not in frame.columns:
            raise UsageError(f"{path.name} has no column {name!r}; labels are left_id, right_id, same.")
    said = frame["same"].cast(pl.String).str.to_lowercase()
    same = said.replace_strict({**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}, default=None)
    if same.null_count():
        row = same.is_null().arg_true()[0] + 1
        raise UsageError(f"{path.name}, data row {row}: the column 'same' must say yes or no (ya, tidak, 1, 0).")
    sides = [records.ids["left"], records.ids.get("right", records.ids["left"])]
    numbers = [
        frame.select(pl.col(column).cast(pl.String).alias("id")).join(
            side.select(pl.col("id").cast(pl.String), NUMBER), on="id", how="left", maintain_order="left"
        )[NUMBER]
        for column, side in zip(("left_id", "right_id"), sides, strict=True)
    ]
    labels = pl.DataFrame({"one": numbers[0], "other": numbers[1], "same": same})
    known = labels.filter(pl.col("one") != pl.col("other")).select(
        pl.min_horizontal("one", "other").alias("left_record_id"),
        pl.max_horizontal("one", "other").alias("right_record_id"),
        "same",
    )
    if known.is_empty():
        raise UsageError(f"{path.name}: none of its pairs is of these files.")
    return known


# --- results out ---------------------------------------------------------------------------------------------------


def _pairs(linkage: Linkage, records: Records) -> pl.DataFrame:
    """The pairs as they are written: ids of the files, levels in words, one comparison beside the other."""
    left, right = records.ids["left"], records.ids.get("right", records.ids["left"])
    pairs = _across(linkage.pairs, records)
    columns: list[pl.Expr] = []
    for comparison in records.spec.comparisons:
        columns.append(pl.col(f"level_{comparison.name}").alias(comparison.name))
        columns.append(pl.col(f"weight_{comparison.name}").alias(f"{comparison.name}_weight"))
    # Records are numbered in the order of their ids.
    order = ["probability", "left_record_id", "right_record_id"]
    pairs = pairs.sort(order, descending=[True, False, False])
    ids = (
        _id_of(pairs["left_record_id"], left).alias("left_id"),
        _id_of(pairs["right_record_id"], right).alias("right_id"),
    )
    return pairs.with_columns(*ids).select(*FIRST, *columns)


def _id_of(numbers: pl.Series, side: pl.DataFrame) -> pl.Series:
    """The ids of records of a file by their numbers, which go up one by one."""
    return side["id"].gather(numbers - side[NUMBER].first())


def _across(pairs: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Of two files, the pairs of a record of the left one with a record of the right one.

    The left file's records have the lower numbers, and in each pair the lower number stands first.
    """
    if records.one_file:
        return pairs
    last = records.ids["left"][NUMBER].max()
    return pairs.filter((pl.col("left_record_id") <= last) & (pl.col("right_record_id") > last))


def _forecast(records: Records) -> str:
    """The pairs that each blocking rule will make, as a text table."""
    table = prepare(link_households(records.frame, records.spec), records.spec)
    spec = with_limits(records.spec, fit_limits(table, records.spec, Hashes(table)))
    report = forecast(table, spec)
    total = report.select(pl.lit("all blocks, a pair counted in each").alias("block"), pl.col(FORECAST[1:]).sum())
    shown = pl.concat([report.select(FORECAST), total.select(FORECAST)], how="vertical_relaxed")
    texts = shown.select("block", *(_thousands(pl.col(name)) for name in FORECAST[1:]))
    lines = text_table(texts, [name.replace("_", " ") for name in FORECAST], [False] + [True] * (len(FORECAST) - 1))
    return "\n".join([*records.notes, *lines])


def _thousands(counts: pl.Expr) -> pl.Expr:
    return counts.map_elements(number, return_dtype=pl.String)


def _summary(
    request: Request,
    records: Records,
    linkage: Linkage,
    pairs: pl.DataFrame,
    labels: pl.DataFrame | None,
    seconds: float,
) -> str:
    """What was done, in counts."""
    names = {"left": request.left.name, "right": request.right.name}
    compared = _across(linkage.scored, records)
    outcomes = dict(pairs["outcome"].value_counts().iter_rows())  # a row an outcome
    links = pairs.filter(pl.col("outcome") == "link")
    direct = links.filter(pl.col("probability") >= request.link).height
    people = " (one file with itself)" if records.one_file else ""
    lines = [
        *records.notes,
        *(f"{names[side]}: {number(ids.height)} records{people}" for side, ids in records.ids.items()),
        f"Pairs compared:    {number(compared.height)}",
        f"Links:             {number(links.height)}",
        f"  through others:  {number(links.height - direct)}",
        f"For review:        {number(outcomes.get('review', 0))}",
        *_errors(request, records, linkage, labels),
        *_never_seen(records, linkage),
        f"Time:              {seconds:.1f} s",
        f"Pairs: {request.out}",
    ]
    if request.save_model is not None:
        lines.append(f"Model: {request.save_model}")
    return "\n".join(lines)


def _places(records: Records) -> list[pl.Expr]:
    """Each record's number and register."""
    register = records.spec.register
    return [pl.col(NUMBER), (pl.lit(0) if register is None else pl.col(register)).alias("register")]


def _errors(request: Request, records: Records, linkage: Linkage, labels: pl.DataFrame | None) -> list[str]:
    """How right the links are, as far as the probabilities and the labels tell."""
    of_sides = pl.concat([ids.select(NUMBER, pl.lit(side).alias("source")) for side, ids in records.ids.items()])
    every = records.frame.join(of_sides, on=NUMBER).rename({NUMBER: "record_id"})
    return told_errors(linkage, every, records.spec, request.link, labels)


def _never_seen(records: Records, linkage: Linkage) -> list[str]:
    """The levels that no pair of one person had in training, and that pairs written here rest on."""
    found = never_seen(linkage.model, records.spec, _across(linkage.pairs, records)).rows()
    named = [
        f"{comparison}: {level}{f', given {given}' if given else ''} "
        f"({number(pairs)} pair{'' if pairs == 1 else 's'} rest{'s' if pairs == 1 else ''} on it)"
        for comparison, level, given, pairs in found[:NAMED]
    ]
    more = [f"and {number(len(found) - NAMED)} more"] if len(found) > NAMED else []
    return ["Never seen in training: " + "; ".join(named + more)] if named else []
