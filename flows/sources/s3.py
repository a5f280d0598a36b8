"""Objects of S3 or of storage that speaks its language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import (
    BaseError,
    GenericError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from flows.sources import trouble
from flows.sources.inbox import CHUNK, CONNECT_SECONDS, MOST_FILES, SILENT_SECONDS, Inbox, Place
from flows.sources.pattern import chosen, fixed_folder, is_glob
from flows.sources.trouble import Trouble

if TYPE_CHECKING:
    from obstore.store import ClientConfig


def collect(place: Place, inbox: Inbox) -> None:
    """Bring the objects that a place means into an inbox; raises Trouble when the storage or they cannot be had."""
    with _told(place.name):
        store = _store(place, inbox.seconds_left)
        names = [place.pattern]
        if is_glob(place.pattern):
            names = chosen(_listed(store, fixed_folder(place.pattern)), place.pattern, place.as_of)
        if not names:
            raise trouble.nothing_there(place.name)
        for name in names:
            if not inbox.has(name):
                _fetch(store, name, inbox)


def _store(place: Place, seconds: float) -> S3Store:
    connection = place.connection
    options: ClientConfig = {
        "timeout": timedelta(seconds=seconds),
        "read_timeout": timedelta(seconds=SILENT_SECONDS),
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "allow_http": not connection.tls,
    }
    if connection.ca is not None:
        options["root_certificate"] = place.file(connection.ca).read_bytes()
    return S3Store(
        connection.bucket or "",
        endpoint=connection.endpoint,
        region=connection.region or "us-east-1",
        virtual_hosted_style_request=connection.endpoint is None,
        # Without a user the bucket is an open one; never the credentials that this machine may have of its own.
        **(
            {"access_key_id": connection.user, "secret_access_key": place.password or ""}
            if connection.user
            else {"skip_signature": True}
        ),
        client_options=options,
        retry_config={"max_retries": 0},
    )


def _listed(store: S3Store, folder: str) -> Iterator[str]:
    """The names of the objects below a folder."""
    count = 0
    for page in obstore.list(store, folder or None):
        for found in page:
            count += 1
            if count > MOST_FILES:
                raise trouble.too_many(folder)
            yield str(found["path"])


def _fetch(store: S3Store, name: str, inbox: Inbox) -> None:
    """One object, whole; what is wrong with it alone is noted, the others go on."""
    try:
        with _told(name):
            about = obstore.head(store, name)
            got = obstore.get(store, name, options={"if_match": about["e_tag"]} if about["e_tag"] else {})
            with inbox.receive(name, about["size"]) as write:
                for chunk in got.stream(min_chunk_size=CHUNK):
                    write(bytes(chunk))
    except Trouble as why:
        if why.again or why.problem.code == "refused":
            raise
        inbox.put_off(name, why)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Errors of the library as sentences; their own text may hold what the server answered."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise trouble.nothing_there(name) from None
    except (PermissionDeniedError, UnauthenticatedError):
        raise trouble.refused(name) from None
    except PreconditionError:
        raise trouble.changed(name) from None
    except GenericError as error:
        raise _generic(name, str(error)) from None
    except (BaseError, TimeoutError, ConnectionError):
        raise trouble.unreachable(name) from None


def _generic(name: str, told: str) -> Trouble:
    """The library has one error for all that fails in a listing or on the way; its text alone tells them apart."""
    status = re.search(r"non-2xx status code: ([0-9]{3})", told)
    if status and status[1] in {"401", "403"}:
        return trouble.refused(name)
    if status and status[1] == "404":
        return trouble.nothing_there(name)
    if status and status[1][0] == "4" and status[1] not in {"408", "429"}:
        return trouble.asked_wrongly(name, f"HTTP {status[1]}")
    if "ertificate" in told:
        return trouble.unknown_server(name, "the certificate", "sertifikat")
    if "decoding response body" in told or "end of file before message" in told:
        return trouble.cut_off(name)
    return trouble.unreachable(name)
