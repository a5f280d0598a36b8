"""What can go wrong on the way here: one plain sentence in English and Indonesian, and whether to try again.

No sentence repeats what a server answered: that may hold a value of the data or of a secret.
"""

import re
from dataclasses import replace

from flows.reading_problem import Problem, missing_file

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


class Trouble(Exception):
    """Why something could not be fetched. `again`: it may be better in a moment."""

    def __init__(self, problem: Problem, again: bool = False) -> None:
        # A name on a server may hold anything.
        self.problem = replace(problem, text=shown(problem.text), text_id=shown(problem.text_id))
        self.again = again
        super().__init__(self.problem.text)


def shown(name: str) -> str:
    """A name with a question mark for each character that would break a line or turn the text around it."""
    return UNSEEN.sub("?", name)


def _trouble(code: str, place: str, says: str, says_id: str, again: bool = False) -> Trouble:
    """A place with what is to be said of it."""
    return Trouble(Problem(code, f"{place} {says}", f"{place} {says_id}"), again)


def unreachable(place: str) -> Trouble:
    """No answer, or one that says to come back later."""
    return _trouble(
        "unreachable",
        place,
        "could not be fetched: the server did not answer.",
        "tidak dapat diambil: server tidak menjawab.",
        again=True,
    )


def cut_off(place: str) -> Trouble:
    """Fewer bytes than there are, or a connection that broke."""
    return _trouble(
        "unreachable",
        place,
        "could not be fetched: the transfer was cut off.",
        "tidak dapat diambil: pengiriman terputus.",
        again=True,
    )


def endless(place: str) -> Trouble:
    """An answer that does not say how long it is."""
    return _trouble(
        "unreachable",
        place,
        "was not read: the server does not say how long it is, so a part could pass for the whole.",
        "tidak dibaca: server tidak menyebutkan panjangnya sehingga sebagian dapat dikira seluruhnya.",
    )


def refused(place: str) -> Trouble:
    """A wrong user or secret, or no right to read."""
    return _trouble(
        "refused",
        place,
        "could not be fetched: the server refused the user, the secret or the right to read it.",
        "tidak dapat diambil: server menolak pengguna, kata sandi, atau hak bacanya.",
    )


def unknown_server(place: str, what: str, what_id: str) -> Trouble:
    """A host key or a certificate that is not the one expected; `what` names it."""
    return _trouble(
        "refused",
        place,
        f"was not fetched: {what} of the server is not one that is trusted here.",
        f"tidak diambil: {what_id} server tidak dipercaya di sini.",
    )


def asked_wrongly(place: str, why: str) -> Trouble:
    """A server that understood and said no, by the code `why` of its protocol."""
    return _trouble(
        "refused",
        place,
        f"could not be fetched: the server answered {why}.",
        f"tidak dapat diambil: jawaban server {why}.",
    )


def no_secret(place: str, name: str) -> Trouble:
    """A secret that is named and is not there."""
    return _trouble(
        "refused",
        place,
        f"was not fetched: the secret {name} is not set.",
        f"tidak diambil: rahasia {name} belum diisi.",
    )


def no_file(place: str, name: str) -> Trouble:
    """A file of the connection itself (a key, a certificate) that cannot be read."""
    return _trouble(
        "refused",
        place,
        f"was not fetched: the file {name} of its connection cannot be used.",
        f"tidak diambil: berkas {name} pada sambungannya tidak dapat dipakai.",
    )


def nothing_there(place: str) -> Trouble:
    """No file of that name."""
    return Trouble(missing_file(place))


def no_tls(place: str) -> Trouble:
    """A server that cannot be talked to in secret."""
    return _trouble(
        "refused",
        place,
        "was not fetched: the server does not encrypt (setting tls of its connection).",
        "tidak diambil: server tidak memakai enkripsi (setelan tls pada sambungannya).",
    )


def too_many(place: str) -> Trouble:
    """More names than a pattern can mean in earnest."""
    return _trouble(
        "too_large",
        place,
        "was not read: its folder holds more files than padan looks through.",
        "tidak dibaca: berkas di foldernya terlalu banyak untuk ditelusuri.",
    )


def too_large(place: str) -> Trouble:
    """More bytes than `fetch.max_gigabytes`."""
    return _trouble(
        "too_large",
        place,
        "was not read: it is larger than the setting fetch.max_gigabytes allows.",
        "tidak dibaca: lebih besar daripada batas setelan fetch.max_gigabytes.",
    )


def too_slow(place: str) -> Trouble:
    """More time than `fetch.transfer_seconds`."""
    return _trouble(
        "unreachable",
        place,
        "could not be fetched within the time of the setting fetch.transfer_seconds.",
        "tidak selesai diambil dalam waktu setelan fetch.transfer_seconds.",
    )


def growing(place: str) -> Trouble:
    """A file that somebody is writing."""
    return _trouble(
        "growing",
        place,
        "is still being written and was not read.",
        "masih sedang ditulis sehingga tidak dibaca.",
        again=True,
    )


def changed(place: str) -> Trouble:
    """A file that is not what it was when reading it began."""
    return _trouble(
        "changed",
        place,
        "changed while it was being read and was not used.",
        "berubah ketika sedang dibaca sehingga tidak dipakai.",
        again=True,
    )


def archive(place: str, why: str, why_id: str) -> Trouble:
    """A ZIP that nothing is taken from."""
    return _trouble("archive", place, f"was not unpacked: {why}.", f"tidak dibongkar: {why_id}.")


def not_text(place: str, column: str) -> Trouble:
    """A column of a database that holds bytes instead of text."""
    return _trouble(
        "unreadable",
        place,
        f"cannot be read: its column {column} holds bytes that are not text.",
        f"tidak dapat dibaca: kolom {column} berisi bita yang bukan teks.",
    )
