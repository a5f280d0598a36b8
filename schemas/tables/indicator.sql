-- A figure of an area, always with what it was divided by; finer figures are in indicator_part (id: indikator).
-- key: indicator, regency_code, segment
CREATE TABLE indicator (
    indicator VARCHAR,          -- Which figure; indicator_type says what it means (id: indikator)
    regency_code VARCHAR,       -- Regency, 4 digits, or the province, 2 digits (id: kode wilayah)
    segment VARCHAR,            -- Segment counted in the numerator; ALL for every one (id: segmen)
    unit VARCHAR,               -- What the numerator counts: people, rupiah (a month; of projects once), pairs (of records), employers, projects (id: satuan)
    numerator BIGINT,           -- What is counted (id: pembilang)
    denominator BIGINT,         -- What it is set against (id: penyebut)
    value DOUBLE,               -- numerator divided by denominator; 1 is all (id: nilai)
    low DOUBLE,                 -- Lower end of the 95 % interval, where matching errors can move the value; null where none is told (id: batas bawah)
    high DOUBLE,                -- Upper end (id: batas atas)
    target DOUBLE,              -- Target in force at as_of, on the same scale; null when there is none (id: target)
    goal DOUBLE,                -- The last target of the dated path, where it lies ahead: UCJ 99.5 % in 2045 (id: sasaran akhir)
    basis VARCHAR               -- What was divided by what, and where the target comes from (id: dasar hitungan)
);
