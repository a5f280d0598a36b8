"""The linkage engine: records of any people in, links and people out. docs/linking.md shows how to use it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matchers.blocks import forecast
    from matchers.columns import make_columns
    from matchers.explain import explain_pair
    from matchers.link import link_records
    from matchers.model import from_json, to_json
    from matchers.spec import SpecError, parse_spec
    from matchers.table import prepare

__all__ = [
    "SpecError",
    "explain_pair",
    "forecast",
    "from_json",
    "link_records",
    "make_columns",
    "parse_spec",
    "prepare",
    "to_json",
]

_HOME: Final = {
    "SpecError": "matchers.spec",
    "explain_pair": "matchers.explain",
    "forecast": "matchers.blocks",
    "from_json": "matchers.model",
    "link_records": "matchers.link",
    "make_columns": "matchers.columns",
    "parse_spec": "matchers.spec",
    "prepare": "matchers.table",
    "to_json": "matchers.model",
}


def __getattr__(name: str) -> Any:
    """Each is loaded when it is first asked for: who wants a standardiser needs no scorer."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
