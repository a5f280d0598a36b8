"""Occupations: the civil registry's words, how offices shorten them, and which are outside "informal worker"."""

import numpy as np

from sample_data.common import Bools, Ints, Rng, choose, strings

# (word of the civil registry, a shorter word some offices write, what CONTRACT section 4 leaves out: formal)
JOBS: tuple[tuple[str, str, bool], ...] = (
    ("BELUM/TIDAK BEKERJA", "TIDAK BEKERJA", True),
    ("PELAJAR/MAHASISWA", "PELAJAR", True),
    ("MENGURUS RUMAH TANGGA", "IBU RUMAH TANGGA", True),
    ("PENSIUNAN", "PENSIUNAN", True),
    ("KARYAWAN SWASTA", "KARYAWAN SWASTA", True),
    ("PEGAWAI NEGERI SIPIL (PNS)", "PNS", True),
    ("TENTARA NASIONAL INDONESIA (TNI)", "TNI", True),
    ("KEPOLISIAN RI (POLRI)", "POLRI", True),
    ("PETANI/PEKEBUN", "PETANI", False),
    ("NELAYAN/PERIKANAN", "NELAYAN", False),
    ("BURUH HARIAN LEPAS", "BURUH HARIAN LEPAS", False),
    ("BURUH TANI/PERKEBUNAN", "BURUH TANI", False),
    ("PEDAGANG", "PEDAGANG", False),
    ("WIRASWASTA", "WIRASWASTA", False),
    ("SOPIR", "SOPIR", False),
    ("TUKANG BATU", "TUKANG BATU", False),
    ("TUKANG KAYU", "TUKANG KAYU", False),
    ("TUKANG JAHIT", "TUKANG JAHIT", False),
    ("PEMBANTU RUMAH TANGGA", "PEMBANTU RUMAH TANGGA", False),
    ("PETERNAK", "PETERNAK", False),
)
WORDS = strings([word for word, _, _ in JOBS])
SHORT_WORDS = strings([short for _, short, _ in JOBS])
FORMAL = frozenset(number for number, (_, _, formal) in enumerate(JOBS) if formal)
NOT_WORKING, PUPIL, HOUSEWORK, RETIRED, PRIVATE, CIVIL_SERVANT = range(6)
WAGE_JOBS = (4, 5, 6, 7)
WAGE_WEIGHTS = (82, 12, 3, 3)
FIRST_INFORMAL = 8
POOR_WEIGHTS = (30, 7, 24, 14, 8, 5, 3, 3, 2, 1, 2, 1)
BETTER_WEIGHTS = (14, 3, 10, 4, 18, 32, 5, 4, 3, 3, 1, 3)


def assign(age: Ints, female: Bools, wage: Bools, decile: Ints, rng: Rng) -> Ints:
    """The job number of each person from age, sex and the household's means."""
    count = len(age)
    formal = np.asarray(WAGE_JOBS)[choose(rng, WAGE_WEIGHTS, count)]
    poor = FIRST_INFORMAL + choose(rng, POOR_WEIGHTS, count)
    better = FIRST_INFORMAL + choose(rng, BETTER_WEIGHTS, count)
    works_for_wage = wage & (rng.random(count) < 0.72)
    draw_ = rng.random(count)
    informal = np.where(decile <= 4, poor, better)
    grown = np.select(
        [draw_ < 0.06, (age < 24) & (draw_ < 0.39), works_for_wage, female & (rng.random(count) < 0.52)],
        [NOT_WORKING, PUPIL, formal, HOUSEWORK],
        informal,
    )
    elder = np.select([wage & (draw_ < 0.7), draw_ < 0.5, female], [RETIRED, informal, HOUSEWORK], NOT_WORKING)
    child = np.where(draw_ < 0.95, PUPIL, NOT_WORKING)
    job: Ints = np.select([age < 6, age < 19, age < 60], [NOT_WORKING, child, grown], elder).astype(np.int64)
    return job
