"""Matching from night to night: of records that were there last night only what is new or changed is compared.

`link_with_state` is a full run that leaves its state. On the next night `align` finds which records are still there,
and `link_again` gives what a full run with the same model would give, to the last bit, and the next state.
docs/matching.md tells how.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matchers.again.alignment import Aligned, align
    from matchers.again.begin import link_with_state
    from matchers.again.link import link_again
    from matchers.again.state import FullRunNeeded, State

__all__ = ["Aligned", "FullRunNeeded", "State", "align", "link_again", "link_with_state"]

_HOME: Final = {
    "Aligned": "matchers.again.alignment",
    "FullRunNeeded": "matchers.again.state",
    "State": "matchers.again.state",
    "align": "matchers.again.alignment",
    "link_again": "matchers.again.link",
    "link_with_state": "matchers.again.begin",
}


def __getattr__(name: str) -> Any:
    """Each is loaded when it is first asked for, as in `matchers`."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
