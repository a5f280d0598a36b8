"""Secrets, looked up by the name that a configuration gives: in the environment, or in a Prefect block."""

import os

from pydantic import SecretStr

from flows.sources import trouble


def secret(place: str, name: str | None) -> SecretStr | None:
    """The secret that `env:NAME` or `prefect:BLOCK` names, None when no name is given.

    place: what it is for, as people call it. Raises Trouble, without the secret, when it is not there.
    """
    if name is None:
        return None
    store, _, key = name.partition(":")
    value = os.environ.get(key) if store == "env" else _block(key)
    if not value:
        raise trouble.no_secret(place, name)
    return SecretStr(value)


def _block(key: str) -> str | None:
    """The value of a Prefect block of the type Secret; None when there is none or no server to ask."""
    from prefect.blocks.system import Secret  # noqa: PLC0415 - a second, and only for who keeps secrets there

    try:
        block: Secret[str] = Secret.load(key, _sync=True)  # type: ignore[call-arg, assignment]
    except Exception:  # an absent block, a block of another type, a server that is away: all mean no secret
        return None
    value = block.get()
    return value if isinstance(value, str) else None
