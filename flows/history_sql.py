"""The declared SQL of the history of findings (schemas/history/*.sql)."""

from pathlib import Path

from schemas.tables import quoted

FOLDER = Path(__file__).parent.parent / "schemas" / "history"


def history_sql(name: str) -> str:
    """The text of schemas/history/<name>.sql."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def stood_sql(catalog: str, chain: str, only: str = "") -> str:
    """The query that gives the findings as they stood after the run at step 0 of the relation `chain`.

    only: a WHERE clause on the events (`e`), where not all findings are asked for.
    """
    return history_sql("known").format(catalog=catalog, chain=chain, only=only)


def as_of_macro(catalog: str) -> list[str]:
    """The statements that make the table macro findings_as_of(day), with its comment, in the database `catalog`."""
    text = history_sql("as_of").format(catalog=f"{catalog}.", known=stood_sql("", "chain"))
    comment = " ".join(line.removeprefix("-- ") for line in text.partition("CREATE")[0].splitlines())
    return [text, f"COMMENT ON MACRO TABLE {catalog}.findings_as_of IS {quoted(comment)}"]
