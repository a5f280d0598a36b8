"""Words with a closed meaning: status, segment, relation, occupation, who pays. Work is on distinct values.

A table is a list of (code, pattern) tried in order on the value in capitals, A-Z and 0-9 with single spaces.
"""

import polars as pl

from matchers.standardise.text import map_values, words

Table = tuple[tuple[str | None, str], ...]

_DEAD = r"MENINGGAL|WAFAT|\bMATI\b|^MD\b|\bALM(?:H|ARHUM|ARHUMAH)?\b|TUTUP USIA|^DEAD|TIDAK HIDUP|KEMATIAN"
_NOT_ACTIVE = (
    r"(?:\bNON|\bTIDAK|\bTDK|\bIN|\bBELUM|\bTAK) ?AKTIF|\bNON ?AKT|NONAKTIF|INACTIVE|NOT ACTIVE|^NON$"
    r"|KELUAR|BERHENTI|DICABUT|DIHENTIKAN|BERAKHIR|EXPIRED|TIDAK DITANGGUNG|MUTASI|^STOP|PHK|HAPUS|^TIDAK$"
)

JKN_STATUS: Table = (
    ("MENINGGAL", _DEAD),
    ("PENANGGUHAN", r"TANGGUHK|PENANGGUH|DITANGGUH|[TN]UNGGAK|SUSPEN"),
    ("AKTIF", r"AKTIF KEMBALI|REAKTIVASI|REAKTIF"),
    ("NONAKTIF", _NOT_ACTIVE),
    ("AKTIF", r"AKTIF|\bACTIVE|^AKT$|^A$|^YA$|^0+$"),
)
JAMSOSTEK_STATUS: Table = (
    ("MENINGGAL", _DEAD),
    ("AKTIF", r"AKTIF KEMBALI|REAKTIVASI|REAKTIF"),
    ("NONAKTIF", _NOT_ACTIVE + "|TANGGUH|[TN]UNGGAK|KLAIM|LAPSE|^N$"),
    ("AKTIF", r"AKTIF|\bACTIVE|^AKT$|^A$|^YA$"),
)
LIFE_STATUS: Table = (
    ("MENINGGAL", _DEAD + r"|^M$"),
    ("HIDUP", r"HIDUP|PINDAH (?:DATANG|MASUK)|PENDATANG|^DATANG|^ADA$|^H$|DITEMUKAN HIDUP|^AKTIF$|^ALIVE$"),
    ("PINDAH", r"PINDAH|^PDH$|^P$|MUTASI KELUAR|MERANTAU|^MOVED$"),
)
# `status_hidup` in the provincial register is also written as a code or an answer to "alive?".
PROVINCE_LIFE_STATUS: Table = (
    ("HIDUP", r"^0*1(?: 0+)?$|^YA?$|^T$|^TRUE$"),
    ("MENINGGAL", r"^0+$|^0*2(?: 0+)?$|^TIDAK$|^TDK$|^N$|^F$|^FALSE$|^0 0+$"),
    *LIFE_STATUS,
)
JKN_SEGMENT: Table = (
    ("PPU", r"^PPU\b"),
    ("PDA", r"PEMDA|APBD|\bPDA\b|JAMKESDA|PEMERINTAH DAERAH|PEMPROV|PEMKAB|PEMKOT|^PD\b|\bPBI D|BANTUAN IURAN.*DAERAH"),
    ("PBI", r"\bPBI\b|APBN|PENERIMA BANTUAN|^PBI"),
    ("PPU", r"\bPPU|PEKERJA PENERIMA UPAH|PEGAWAI|\bASN\b|\bPNS\b|\bPPPK\b|\bTNI\b|POLRI|BADAN USAHA|PEJABAT"),
    ("PPU", r"PERANGKAT DESA"),
    ("MDR", r"\bPBPU|MANDIRI|\bBP\b|BUKAN PEKERJA|BUKAN PENERIMA|\bMDR\b|PERORANGAN"),
)
JAMSOSTEK_SEGMENT: Table = (
    ("JAKON", r"JAKON|KONSTRUKSI|^JK$"),
    ("PMI", r"\bPMI\b|\bTKI\b|MIGRAN"),
    ("BPU", r"\bBPU\b|BUKAN PENERIMA|^BPU|MANDIRI|INFORMAL"),
    ("PU", r"\bPPU\b|\bPU\b|PENERIMA UPAH|FORMAL"),
)
RELATION: Table = (
    ("parent", r"ORANG ?TUA|ORTU"),
    ("other", r"MENANTU|MERTUA|CUCU|KEPONAKAN|PEMBANTU|FAMILI|KERABAT|SAUDARA|ADIK|KAKAK|TAMBAHAN|LAIN|IPAR"),
    ("head", r"KEPALA|^KK$|^KRT$|^KEP KEL|PESERTA|^HEAD$|^P$"),
    ("spouse", r"SUAMI|ISTE?RI|PASANGAN|^SPOUSE$|^[SI]$"),
    ("child", r"ANAK|^CHILD$|^A$"),
    ("parent", r"AYAH|\bIBU\b|BAPAK|^PARENT$"),
)
# The civil registry's codes (1 to 11) and BPJS Kesehatan's (1 to 5) agree up to 4; 5 is other in both.
_RELATION_CODES: Table = (
    ("head", "^0*1(?: 0+)?$"),
    ("spouse", "^0*[23](?: 0+)?$"),
    ("child", "^0*4(?: 0+)?$"),
    ("parent", "^0*7(?: 0+)?$"),
    ("other", "^0*(?:5|6|8|9|10|11)(?: 0+)?$"),
)
FUNDING: Table = (
    ("DBHCHT", r"DBH ?CHT|CUKAI"),
    ("DANA DESA", r"DANA DESA|\bADD\b|\bAPBDES|\bDD\b"),
    ("APBD", r"APBD|PEMDA|PEMKAB|PEMKOT|PEMPROV"),
    ("APBN", r"APBN"),
    ("BAZNAS", r"BAZNAS|ZAKAT|\bBAZ\b|\bLAZ"),
    ("CSR", r"\bCSR\b|TJSL"),
    ("PERUSAHAAN", r"PERUSAHAAN|PEMBERI KERJA|EMPLOYER|BADAN USAHA"),
    ("MANDIRI", r"MANDIRI|SENDIRI|PRIBADI|PERORANGAN"),
)
JOB: Table = (
    (None, r"^(?:0+|NULL|NAN|NIHIL|TIDAK DIKETAHUI|TIDAK ADA DATA|TIDAK DIISI|KOSONG|UNKNOWN|N A)$"),
    ("retired", r"PENSIUN|PURNA|RETIRED"),
    ("pupil", r"PELAJAR|MAHASISW|\bSISW[AI]\b|SANTRI|^(?:MASIH |IKUT )?(?:SEKOLAH|KULIAH)$|^STUDENT|\bPUPIL"),
    ("not_working", r"(?:TIDAK|TDK|BELUM|BLM|TAK) ?(?:BEKERJA|KERJA|BERKERJA|SEKOLAH)|^BTB$|BALITA|^BAYI$"),
    ("not_working", r"PENGANGGUR|MENGANGGUR|UNEMPLOY|^NOT WORKING$"),
    ("domestic_worker", r"PEMBANTU|ASISTEN RUMAH TANGGA|\bART\b|\bPRT\b|PEKERJA RUMAH TANGGA|DOMESTIC"),
    ("housework", r"RUMAH TANGGA|\bM?IRT\b|\bMRT\b|HOUSEW"),
    ("police", r"POLRI|POLISI|KEPOLISIAN|^POLICE"),
    ("military", r"\bTNI\b|TENTARA|\bABRI\b|MILITER|MILITARY"),
    ("civil_servant", r"\bC?PNS\b|\bASN\b|PEGAWAI NEGERI|APARATUR SIPIL|\bPPPK\b|\bP3K\b|CIVIL SERVANT"),
    # WIRASWASTA is one's own business: only the whole word SWASTA is employment.
    ("private_employee", r"KARYAWA|PEGAWAI|\bSWASTA\b|\bBUM[ND]\b|HONORER|PRIVATE EMPLOYEE|BURUH PABRIK"),
    ("trader", r"PEDAGANG|DAGANG|WARUNG|JUALAN|PENJUAL|TRADER|ASONGAN"),
    ("fisher", r"NELAYAN|PERIKANAN|(?:PENANGKAP|BUDIDAYA|CARI|TANGKAP) IKAN|TAMBAK|FISHER"),
    ("farmer", r"PETANI|PEKEBUN|\bTANI\b|PERTANIAN|BERTANI|PENDERES|PENYADAP|KEBUN|FARMER|PENGGARAP|TERNAK"),
    ("driver", r"SOPIR|SUPIR|PENGEMUDI|\bOJEK|\bOJOL\b|DRIVER|KUSIR|BECAK|\bANGKOT\b|MASINIS|TRANSPORTASI"),
    ("trader", r"\bTOKO\b|KIOS"),
    ("artisan", r"PENGRAJIN|PERAJIN|KERAJINAN|JAHIT|PEMBATIK|TENUN|ANYAM|PANDAI BESI|PENGUKIR|ARTISAN|MEU?BEL"),
    ("artisan", r"TUKANG (?:KAYU|UKIR|SEPATU|SOL|LAS|EMAS|BATIK|CUKUR|GIGI|RIAS|LISTRIK)"),
    ("labourer", r"BURUH|\bBHL\b|KULI|TUKANG|LABOU?RER|PEKERJA LEPAS|SERABUTAN|HARIAN LEPAS|PEKERJA BEBAS|KONSTRUKSI"),
)
# The civil registry's numbers of occupations (1 to 88), as far as they fall under a code [K].
_JOB_NUMBERS = {
    **{"not_working": (1,), "housework": (2,), "pupil": (3,), "retired": (4,), "civil_servant": (5,), "military": (6,)},
    **{"police": (7,), "trader": (8, 83), "farmer": (9, 10, 20, 22), "fisher": (11, 21), "labourer": (13, 19, 26)},
    **{"driver": (14, 80), "private_employee": (15, 16, 17, 18), "domestic_worker": (23,)},
    **{"artisan": (24, 25, 27, 28, 29, 30, 31)},
}
_JOB_CODES: Table = tuple(
    (code, f"^0*(?:{'|'.join(map(str, numbers))})(?: 0+)?$") for code, numbers in _JOB_NUMBERS.items()
)


def _lookup(raw: pl.Series, table: Table, *, otherwise: str | None = None) -> pl.Series:
    """The code of the first pattern found in each value; `otherwise` for a value in which none is found."""

    def codes(values: pl.Series) -> pl.Series:
        text, found = pl.col("text"), pl.lit(otherwise, dtype=pl.String)
        for code, pattern in reversed(table):
            found = pl.when(text.str.contains(pattern)).then(pl.lit(code, dtype=pl.String)).otherwise(found)
        read = pl.when(text != "").then(found)
        return words(values.rename("text")).to_frame().select(read.alias("out"))["out"]

    return map_values(raw, codes)


def standardise_jkn_status(raw: pl.Series) -> pl.Series:
    """Status of a BPJS Kesehatan card -> AKTIF, NONAKTIF, MENINGGAL, PENANGGUHAN or null (`0 AKTIF` and `0`: AKTIF)."""
    return _lookup(raw, JKN_STATUS)


def standardise_jamsostek_status(raw: pl.Series) -> pl.Series:
    """Status of a BPJS Ketenagakerjaan membership -> AKTIF, NONAKTIF, MENINGGAL or null."""
    return _lookup(raw, JAMSOSTEK_STATUS)


def standardise_life_status(raw: pl.Series, *, province: bool = False) -> pl.Series:
    """HIDUP, MENINGGAL, PINDAH or null; someone who moved in (pindah datang) is HIDUP.

    province: also the codes of `status_hidup` (1 alive, 0 or 2 dead).
    """
    return _lookup(raw, PROVINCE_LIFE_STATUS if province else LIFE_STATUS)


def standardise_jkn_segment(raw: pl.Series) -> pl.Series:
    """Segment of JKN -> PBI, PDA (PBPU Pemda, "PBI APBD"), PPU, MDR (PBPU mandiri, BP) or null."""
    return _lookup(raw, JKN_SEGMENT)


def standardise_jamsostek_segment(raw: pl.Series) -> pl.Series:
    """Segment of Jamsostek -> PU, BPU, JAKON, PMI (TKI) or null."""
    return _lookup(raw, JAMSOSTEK_SEGMENT)


def standardise_relation(raw: pl.Series) -> pl.Series:
    """Relation to the head of the family, as a word or a code -> head, spouse, child, parent, other or null."""
    return _lookup(raw, (*_RELATION_CODES, *RELATION))


def standardise_job(raw: pl.Series) -> pl.Series:
    """Occupation -> one of pupil, housework, not_working, retired, private_employee, civil_servant, military, police,
    farmer, fisher, trader, labourer, driver, artisan, domestic_worker; `other` when given and none of these; else null.
    """
    return _lookup(raw, (*_JOB_CODES, *JOB), otherwise="other")


def standardise_funding(raw: pl.Series) -> pl.Series:
    """Who pays a membership -> MANDIRI, PERUSAHAAN, APBD, APBN, CSR, DANA DESA, BAZNAS, DBHCHT; else null."""
    return _lookup(raw, FUNDING)


def standardise_programs(raw: pl.Series) -> pl.Series:
    """Programmes -> those named among JKK, JKM, JHT, JP, JKP, in this order, joined by +; null when none."""

    def programs(values: pl.Series) -> pl.Series:
        found = [
            pl.when(pl.col("text").str.contains(rf"\b{name}\b")).then(pl.lit(name))
            for name in ("JKK", "JKM", "JHT", "JP", "JKP")
        ]
        joined = pl.concat_str(found, separator="+", ignore_nulls=True)
        read = pl.when(joined != "").then(joined)
        return words(values.rename("text")).to_frame().select(read.alias("out"))["out"]

    return map_values(raw, programs)
