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


def unreachable(place: str) -> Trouble:
    """No answer, or one that says to come back later."""
    return Trouble(
        Problem(
            "unreachable",
            f"{place} could not be fetched: the server did not answer.",
            f"{place} tidak dapat diambil: server tidak menjawab.",
        ),
        again=True,
    )


def cut_off(place: str) -> Trouble:
    """Fewer bytes than there are, or a connection that broke."""
    return Trouble(
        Problem(
            "unreachable",
            f"{place} could not be fetched: the transfer was cut off.",
            f"{place} tidak dapat diambil: pengiriman terputus.",
        ),
        again=True,
    )


def endless(place: str) -> Trouble:
    """An answer that does not say how long it is."""
    return Trouble(
        Problem(
            "unreachable",
            f"{place} was not read: the server does not say how long it is, so a part could pass for the whole.",
            f"{place} tidak dibaca: server tidak menyebutkan panjangnya sehingga sebagian dapat dikira seluruhnya.",
        )
    )


def refused(place: str) -> Trouble:
    """A wrong user or secret, or no right to read."""
    return Trouble(
        Problem(
            "refused",
            f"{place} could not be fetched: the server refused the user, the secret or the right to read it.",
            f"{place} tidak dapat diambil: server menolak pengguna, kata sandi, atau hak bacanya.",
        )
    )


def unknown_server(place: str, what: str, what_id: str) -> Trouble:
    """A host key or a certificate that is not the one expected; `what` names it."""
    return Trouble(
        Problem(
            "refused",
            f"{place} was not fetched: {what} of the server is not one that is trusted here.",
            f"{place} tidak diambil: {what_id} server tidak dipercaya di sini.",
        )
    )


def asked_wrongly(place: str, why: str) -> Trouble:
    """A server that understood and said no, by the code `why` of its protocol."""
    return Trouble(
        Problem(
            "refused",
            f"{place} could not be fetched: the server answered {why}.",
            f"{place} tidak dapat diambil: jawaban server {why}.",
        )
    )


def no_secret(place: str, name: str) -> Trouble:
    """A secret that is named and is not there."""
    return Trouble(
        Problem(
            "refused",
            f"{place} was not fetched: the secret {name} is not set.",
            f"{place} tidak diambil: rahasia {name} belum diisi.",
        )
    )


def no_file(place: str, name: str) -> Trouble:
    """A file of the connection itself (a key, a certificate) that cannot be read."""
    return Trouble(
        Problem(
            "refused",
            f"{place} was not fetched: the file {name} of its connection cannot be used.",
            f"{place} tidak diambil: berkas {name} pada sambungannya tidak dapat dipakai.",
        )
    )


def nothing_there(place: str) -> Trouble:
    """No file of that name."""
    return Trouble(missing_file(place))


def no_tls(place: str) -> Trouble:
    """A server that cannot be talked to in secret."""
    return Trouble(
        Problem(
            "refused",
            f"{place} was not fetched: the server does not encrypt (setting tls of its connection).",
            f"{place} tidak diambil: server tidak memakai enkripsi (setelan tls pada sambungannya).",
        )
    )


def too_many(place: str) -> Trouble:
    """More names than a pattern can mean in earnest."""
    return Trouble(
        Problem(
            "too_large",
            f"{place} was not read: its folder holds more files than padan looks through.",
            f"{place} tidak dibaca: berkas di foldernya terlalu banyak untuk ditelusuri.",
        )
    )


def too_large(place: str) -> Trouble:
    """More bytes than `fetch.max_gigabytes`."""
    return Trouble(
        Problem(
            "too_large",
            f"{place} was not read: it is larger than the setting fetch.max_gigabytes allows.",
            f"{place} tidak dibaca: lebih besar daripada batas setelan fetch.max_gigabytes.",
        )
    )


def too_slow(place: str) -> Trouble:
    """More time than `fetch.transfer_seconds`."""
    return Trouble(
        Problem(
            "unreachable",
            f"{place} could not be fetched within the time of the setting fetch.transfer_seconds.",
            f"{place} tidak selesai diambil dalam waktu setelan fetch.transfer_seconds.",
        )
    )


def growing(place: str) -> Trouble:
    """A file that somebody is writing."""
    return Trouble(
        Problem(
            "growing",
            f"{place} is still being written and was not read.",
            f"{place} masih sedang ditulis sehingga tidak dibaca.",
        ),
        again=True,
    )


def changed(place: str) -> Trouble:
    """A file that is not what it was when reading it began."""
    return Trouble(
        Problem(
            "changed",
            f"{place} changed while it was being read and was not used.",
            f"{place} berubah ketika sedang dibaca sehingga tidak dipakai.",
        ),
        again=True,
    )


def archive(place: str, why: str, why_id: str) -> Trouble:
    """A ZIP that nothing is taken from."""
    return Trouble(
        Problem("archive", f"{place} was not unpacked: {why}.", f"{place} tidak dibongkar: {why_id}."),
    )


def not_text(place: str, column: str) -> Trouble:
    """A column of a database that holds bytes instead of text."""
    return Trouble(
        Problem(
            "unreadable",
            f"{place} cannot be read: its column {column} holds bytes that are not text.",
            f"{place} tidak dapat dibaca: kolom {column} berisi bita yang bukan teks.",
        )
    )
