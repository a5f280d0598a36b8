"""What an officer may say of a finding: the verdicts, the words for them, and what each does the next night."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Verdict:
    """One verdict: its code in tables, the word in workbooks, what it says and does in Indonesian and English.

    `settles`: the finding is not open any more while its values are the same. `same`: what it says of the deciding
    records, one person or not; None when it says nothing of that. `stance`: two verdicts of different stance
    contradict each other where both answer the same question (about the finding, or about the people); None is neutral.
    """

    code: str
    word: str
    meaning_id: str
    meaning_en: str
    stance: str | None
    settles: bool = False
    same: bool | None = None


VERDICTS = (
    Verdict(
        "confirmed", "BENAR",
        "Temuan benar; tindakan dijalankan. Tetap terbuka sampai berkas berikutnya menunjukkan perbaikannya.",
        "The finding is right; it stays open until the files show that it was put right.", stance="act",
    ),
    Verdict(
        "wrong", "SALAH",
        "Temuan keliru: datanya sudah benar seperti tertulis. Tidak muncul lagi selama nilainya sama.",
        "The finding is wrong; it does not come back while its values are the same.", stance="wrong", settles=True,
    ),
    Verdict(
        "justified", "DIKECUALIKAN",
        "Temuan benar tetapi dapat diterima, bila perlu sampai tanggal di kolom Berlaku sampai. "
        "Tidak muncul lagi selama nilainya sama.",
        "Right, but accepted, until a day when one is given; hidden while its values are the same.",
        stance="accept", settles=True,
    ),
    Verdict(
        "same_person", "SAMA ORANG",
        "Rekaman-rekaman pada baris ini satu orang. Malam berikutnya disatukan, apa pun buktinya.",
        "The records of the row are one person; they are linked the next night.", stance="same", same=True,
    ),
    Verdict(
        "different_people", "BEDA ORANG",
        "Rekaman-rekaman pada baris ini dua orang. Malam berikutnya dipisahkan, apa pun buktinya.",
        "The records of the row are two people; they are kept apart the next night.", stance="different", same=False,
    ),
    Verdict(
        "corrected", "SUDAH DIPERBAIKI",
        "Sudah dibetulkan di register. Tetap terbuka dengan tanda sampai berkas berikutnya memastikannya.",
        "Corrected in the register; it stays open and marked until the next files show it or do not.", stance="act",
    ),
    Verdict(
        "field_check", "PERLU CEK LAPANGAN",
        "Belum dapat diputuskan; tetap terbuka dengan tanda.",
        "Cannot be decided without a visit; it stays open and marked.", stance=None,
    ),
)  # fmt: skip
BY_CODE = MappingProxyType({verdict.code: verdict for verdict in VERDICTS})
BY_WORD = MappingProxyType({verdict.word: verdict for verdict in VERDICTS})
# Which verdicts a row can have: O, a pair for review, of which only one thing is asked; G, two records or two people,
# which may be one person or two; T, everything else.
CHOICES = MappingProxyType(
    {
        "T": ("confirmed", "wrong", "justified", "corrected", "field_check"),
        "G": tuple(verdict.code for verdict in VERDICTS),
        "O": ("same_person", "different_people", "field_check"),
    }
)


def words_of(choice: str) -> tuple[str, ...]:
    """The words that a row of the kind T, G or O can have, in the order of the drop-down."""
    return tuple(BY_CODE[code].word for code in CHOICES[choice])
