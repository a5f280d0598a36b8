"""The command line: what an operator types, one function a command (CONTRACT §1)."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

from schemas.errors import PadanError, UsageError

if TYPE_CHECKING:
    from flows.config import Config

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data" / "banten" / "padan.toml"
CLOCK = ZoneInfo("Asia/Jakarta")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1, 2 or 3 as CONTRACT §1 says, an error is one plain sentence."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter is no reason to stop
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except PadanError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("Stopped by the operator; the published database still stands.")
        return 1
    except SystemExit:  # of --help
        raise
    except BaseException as error:  # no traceback and no value of a row; a panic of Polars is no Exception
        _complain(
            f"Something unforeseen stopped this command ({type(error).__name__}); the published database still stands."
        )
        return 1


def say(text: str = "") -> None:
    """One line to the operator; when nobody listens any more (`| head`, a lost connection) the work goes on."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(sentence: str) -> None:
    sys.stderr.write(f"padan: {sentence}\n")


class _Parser(argparse.ArgumentParser):
    """Tells wrong arguments in one plain sentence, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; {self.prog} --help says more.")


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="padan", description="Nightly reconciliation of poverty (PBI) and social-security records in Indonesia."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = _command(commands, "run", _run, "one whole reconciliation; without CONFIG on the sample data")
    _config(run)
    run.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="the day that dates are compared with")
    init = _command(commands, "init", _init, "look at a folder's files and write padan.toml there")
    init.add_argument("folder", type=Path, metavar="DIR")
    check = _command(commands, "check", _check, "read and validate the sources only; changes nothing")
    _config(check)
    check.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="the day that dates are compared with")
    check.add_argument("--out", type=Path, metavar="DIR", help="write the workbooks that go back to the senders there")
    sample = _command(commands, "sample", _sample, "write a synthetic province with its truth")
    sample.add_argument("folder", type=Path, metavar="DIR")
    sample.add_argument("--people", type=_count, required=True, metavar="N")
    sample.add_argument("--seed", type=int, default=1, metavar="S")
    sample.add_argument("--hard", action="store_true", help="bad files: a third of the NIKs missing, and so on")
    sample.add_argument("--region", default="banten", help="whose names and regencies: banten, jawa, bali, papua")
    _link_arguments(_command(commands, "link", _link, "link two files of any people, or one with itself"))
    evaluate = _command(commands, "evaluate", _evaluate, "precision and recall of links and findings")
    _config(evaluate)
    evaluate.add_argument("--truth", type=Path, required=True, metavar="DIR")
    query = _command(commands, "query", _query, "run read-only SQL on the published database")
    _query_arguments(query)
    _simulate_arguments(_command(commands, "simulate", _simulate, "what covering the uncovered would cost, by fund"))
    _read_back_arguments(_command(commands, "read-back", _read_back, "take officers' verdicts from returned workbooks"))
    pack = _command(commands, "audit-pack", _audit_pack, "BPK's five tests of a month, with evidence and method")
    _config(pack)
    pack.add_argument("--period", type=_month, required=True, metavar="YYYY-MM", help="the billed month")
    pack.add_argument("--regency", metavar="CODE", help="its four digits; without it the whole province")
    pack.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for the pack")
    public = _command(commands, "public-figures", _public_figures, "the indicators for outsiders, small cells hidden")
    _config(public)
    public.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for the files")
    public.add_argument("--language", choices=("id", "en"), default="id", help="the page's first one")
    _minutes_arguments(_command(commands, "minutes", _minutes, "the berita acara of a regency and month, to be signed"))
    explain = _command(commands, "explain", _explain, "why two records are, or are not, the same person")
    explain.add_argument("left", type=int, metavar="RECORD")
    explain.add_argument("right", type=int, metavar="RECORD")
    _config(explain)
    explain.add_argument("--show-values", action="store_true", help="show names and numbers instead of masks")
    explain.add_argument("--picture", type=Path, metavar="FILE.html", help="draw the sum too; .svg is possible")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    parser.set_defaults(command=function)
    return parser


def _query_arguments(query: argparse.ArgumentParser) -> None:
    query.add_argument("sql", nargs="?", metavar="SQL")
    _config(query)
    query.add_argument("--format", choices=("table", "csv", "json", "parquet", "xlsx"), help="else by the file's name")
    query.add_argument("--out", type=Path, metavar="FILE", help="a .csv, .json, .parquet, .xlsx or .txt file")
    query.add_argument("--excel", action="store_true", help="a CSV for Excel: no formulas, numbers of people whole")
    instead = query.add_mutually_exclusive_group()
    instead.add_argument("--tables", action="store_true", help="list the tables and views")
    instead.add_argument("--describe", metavar="NAME", help="the columns of a table or view")
    instead.add_argument("--examples", action="store_true", help="list the example queries")
    instead.add_argument("--example", metavar="NAME", help="run an example query, by name or number")


def _minutes_arguments(minutes: argparse.ArgumentParser) -> None:
    _config(minutes)
    minutes.add_argument("--regency", required=True, metavar="CODE", help="its four digits")
    minutes.add_argument("--month", type=_month, required=True, metavar="YYYY-MM", help="the billed month")
    minutes.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=".docx or .pdf; the annex goes beside it"
    )
    minutes.add_argument("--previous", type=Path, metavar="FILE.duckdb", help="a database of the month before")
    minutes.add_argument("--number-office", metavar="NO", help="the document's number at the social office")
    minutes.add_argument("--number-bpjs", metavar="NO", help="its number at BPJS Kesehatan")


def _link_arguments(link: argparse.ArgumentParser) -> None:
    link.add_argument("left", type=Path, metavar="LEFT", help="CSV or Parquet")
    link.add_argument("right", type=Path, metavar="RIGHT", help="CSV or Parquet; the same file finds its duplicates")
    link.add_argument("--spec", required=True, metavar="SPEC.toml", help="or full_name, given_name_surname, person")
    link.add_argument("--out", type=Path, metavar="PAIRS.parquet", help="where the pairs go; .csv is possible")
    link.add_argument("--dry-run", action="store_true", help="only tell how many pairs each blocking rule makes")
    link.add_argument("--link", type=_share, default=0.5, metavar="P", help="probability from which a pair is linked")
    link.add_argument("--review", type=_share, default=0.2, metavar="P", help="probability from which it is reviewed")
    link.add_argument("--model", type=Path, metavar="FILE.json", help="score by this model and train nothing")
    link.add_argument("--save-model", type=Path, metavar="FILE.json", help="keep the model")
    link.add_argument("--labels", type=Path, metavar="FILE.csv", help="decided pairs: left_id, right_id, same")
    link.add_argument("--language", choices=("en", "id"), default="en", help="of the levels in the result")


def _simulate_arguments(simulate: argparse.ArgumentParser) -> None:
    _config(simulate)
    simulate.add_argument(
        "--cover", choices=("pbi", "pda", "bpu"), required=True, help="PBI JK, PBPU Pemda, or BPU with JKK and JKM"
    )
    simulate.add_argument("--where", metavar="SQL", help="which people: a condition on the table person")
    simulate.add_argument("--anyone", action="store_true", help="not only the eligible")
    simulate.add_argument("--payer", metavar="FUND", help="who pays for bpu: APBD (without one), CSR, MANDIRI ...")
    simulate.add_argument("--province-share", type=_share, default=0.0, metavar="S", help="of the APBD's part in pda")
    simulate.add_argument("--from", dest="begin", type=_month, metavar="YYYY-MM", help="default: the next month")
    simulate.add_argument("--months", type=_count, default=12, metavar="N")
    simulate.add_argument("--budget", type=_count, metavar="RUPIAH", help="over all months; the poorest come first")
    simulate.add_argument("--budget-fund", metavar="FUND", help="the budget is of this fund alone")
    simulate.add_argument("--out", type=Path, metavar="FILE", help="a .csv, .json, .parquet, .xlsx or .txt file")


def _read_back_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a worklist workbook, .xlsx or .ods")
    parser.add_argument("--config", type=Path, metavar="CONFIG", help="padan.toml, or the folder it is in")
    parser.add_argument("--author", metavar="NAME", help="who decided, where a workbook does not say")
    parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="the day of the decisions; today without it")
    parser.add_argument("--overrule", action="store_true", help="let these verdicts stand over what others said")
    parser.add_argument("--language", choices=("id", "en"), default="id", help="of what is told")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, nargs="?", metavar="CONFIG", help="padan.toml, or the folder it is in")


def _day(text: str) -> date:
    from flows.config import iso_date

    try:
        return iso_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError("must be a month, as 2026-11") from None


def _count(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number above 0")
    return number


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise argparse.ArgumentTypeError("must be a probability from 0 to 1")
    return share


# --- commands: modules are imported when needed, so that a small command starts fast -----------------------------


def _load(options: argparse.Namespace) -> Config:
    from flows.config import load

    return load(options.config or SAMPLE)


def _as_of(options: argparse.Namespace, configured: date | None) -> date:
    asked: date | None = options.as_of
    return asked or configured or datetime.now(CLOCK).date()


def _run(options: argparse.Namespace) -> int:
    from flows.night import run_night
    from flows.steps import Foreground
    from reports.form import number

    config = _load(options)
    outcome = run_night(config, _as_of(options, config.run.as_of), Foreground(say), say)
    say()
    for name, count in outcome.counts.items():
        say(f"  {name.replace('_', ' '):<28}{number(count):>14}")
    say()
    say(f"Database: {outcome.database}")
    say(f"Report:   {outcome.report}")
    return 0


def _init(options: argparse.Namespace) -> int:
    from flows.recognise import init, told

    for line in told(init(options.folder)):
        say(line)
    return 0


def _check(options: argparse.Namespace) -> int:
    from flows.check import check

    config = _load(options)
    return check(config, _as_of(options, config.run.as_of), say, options.out)


def _sample(options: argparse.Namespace) -> int:
    from sample_data.world import write_world

    folder, people = options.folder, options.people
    try:
        summary = write_world(folder, people, seed=options.seed, hard=options.hard, region=options.region)
    except OSError as error:
        raise UsageError(f"The sample world cannot be written in {folder}: {error.strerror}.") from None
    say(f"{summary.people} people, {summary.person_rows} rows; the truth is in {folder / 'truth'}")
    say(f"Next: padan init {folder}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from flows.evaluate import evaluate, table
    from flows.publish import published

    say(table(evaluate(published(_load(options).output_folder), options.truth)))
    return 0


def _link(options: argparse.Namespace) -> int:
    from flows.link import Request, link_files

    asked = {name: value for name, value in vars(options).items() if name != "command"}
    say(link_files(Request(**asked)))
    return 0


def _query(options: argparse.Namespace) -> int:
    from flows.query_command import run_query

    run_query(options, lambda: _load(options).output_folder, say)
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from flows.simulate import Scenario
    from flows.simulate_command import simulate_published

    asked = Scenario(
        options.cover,
        date.min,
        options.months,
        payer=options.payer,
        where=options.where,
        anyone=options.anyone,
        province_share=options.province_share,
        budget=options.budget,
        budget_fund=options.budget_fund,
    )
    say(simulate_published(_load(options).output_folder, asked, options.begin, options.out))
    return 0


def _read_back(options: argparse.Namespace) -> int:
    from flows.read_back import read_back, told

    config = _load(options)
    day = options.date or datetime.now(CLOCK).date()
    output, folder = config.output_folder, config.decisions_folder
    report = read_back(options.files, output, folder, day, options.author, options.overrule, options.language)
    say(told(report))
    return 0


def _audit_pack(options: argparse.Namespace) -> int:
    from flows.audit_pack import audit_pack

    audit_pack(_load(options).output_folder, options.period, options.regency, options.out, say)
    return 0


def _public_figures(options: argparse.Namespace) -> int:
    from flows.public_figures import public_figures

    config = _load(options)
    public_figures(config.output_folder, options.out, config.report.small_cells, options.language, say)
    return 0


def _minutes(options: argparse.Namespace) -> int:
    from flows.minutes import minutes

    numbers = options.number_office, options.number_bpjs
    output = _load(options).output_folder
    minutes(output, options.regency, options.month, options.out, say, options.previous, numbers)
    return 0


def _explain(options: argparse.Namespace) -> int:
    from flows.explain import explain

    output = _load(options).output_folder
    say(explain(output, options.left, options.right, options.show_values, options.picture))
    return 0


if __name__ == "__main__":
    sys.exit(main())
