"""A file at an http(s) address."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpx

from flows.sources import trouble
from flows.sources.inbox import CONNECT_SECONDS, SILENT_SECONDS, Inbox, Place
from flows.sources.pattern import written_back

MOST_REDIRECTS = 5
# What may be better in a moment.
BUSY = {408, 425, 429, 500, 502, 503, 504}
# They tell whole addresses in their logs.
for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)


def collect(place: Place, inbox: Inbox) -> None:
    """Bring the file of an address into an inbox; raises Trouble when the server or the file cannot be had.

    An address with a date is asked for with the day of the data written in, then with earlier ones, until one is there:
    a web server does not list what it has.
    """
    with _told(place.name), _client(place) as client:
        for address in written_back(place.pattern, place.as_of):
            name = urlsplit(address).path or "/"
            if inbox.has(name) or _fetch(client, address, name, place, inbox):
                return
    raise trouble.nothing_there(place.name)


def _client(place: Place) -> httpx.Client:
    connection, password = place.connection, place.password
    headers = {"Accept-Encoding": "identity"}  # so that Content-Length counts the bytes of the file
    basic = None
    if password is not None and connection.header is not None:
        headers[connection.header] = password
    elif password is not None and connection.user is not None:
        basic = httpx.BasicAuth(connection.user, password)
    elif password is not None:
        headers["Authorization"] = f"Bearer {password}"
    trusted = ssl.create_default_context()
    if connection.ca is not None:
        trusted.load_verify_locations(place.file(connection.ca))
    timeout = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(headers=headers, auth=basic, timeout=timeout, verify=trusted, trust_env=False)


def _fetch(client: httpx.Client, address: str, name: str, place: Place, inbox: Inbox) -> bool:
    """Take in what is at an address; False when nothing is there."""
    for _ in range(MOST_REDIRECTS + 1):
        with client.stream("GET", address) as answer:
            if answer.is_redirect:
                address = _redirected(address, answer.headers.get("Location", ""), place)
                continue
            if answer.status_code in {404, 410}:
                return False
            if answer.status_code in {401, 403, 407}:
                raise trouble.refused(place.name)
            if answer.status_code in BUSY:
                raise trouble.unreachable(place.name)
            if answer.status_code != 200:
                raise trouble.asked_wrongly(place.name, f"HTTP {answer.status_code}")
            length = answer.headers.get("Content-Length")
            chunked = "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
            if length is None and not chunked and answer.http_version != "HTTP/2":
                raise trouble.endless(place.name)
            with inbox.receive(name, int(length) if length is not None else None) as write:
                for chunk in answer.iter_raw():
                    write(chunk)
            return True
    raise trouble.asked_wrongly(place.name, "with too many redirections")


def _redirected(address: str, location: str, place: Place) -> str:
    """Where an answer points to: never from https to http, and never with a secret to another server."""
    target = urljoin(address, location)
    old, new = urlsplit(address), urlsplit(target)
    downgraded = old.scheme == "https" and new.scheme != "https"
    elsewhere = place.secret is not None and (old.scheme, old.netloc) != (new.scheme, new.netloc)
    if downgraded or elsewhere or new.scheme not in {"http", "https"}:
        raise trouble.asked_wrongly(place.name, "with a redirection to another server")
    return target


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Errors of the library as sentences; their own text may hold the address and what the server answered."""
    try:
        yield
    except httpx.RemoteProtocolError:
        raise trouble.cut_off(name) from None
    except httpx.ConnectError as error:
        if isinstance(error.__cause__ and error.__cause__.__context__, ssl.SSLCertVerificationError) or (
            "CERTIFICATE_VERIFY_FAILED" in str(error)
        ):
            raise trouble.unknown_server(name, "the certificate", "sertifikat") from None
        raise trouble.unreachable(name) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise trouble.unreachable(name) from None
