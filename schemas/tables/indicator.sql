-- A figure of an area, always with what it was divided by (id: indikator).
-- key: indicator, regency_code, segment
CREATE TABLE indicator (
    indicator VARCHAR,          -- UCJ, UCJ_RENTAN, UHC_REGISTERED, UHC_ACTIVE, LINK_FALSE, LINK_MISSED (id: indikator)
    regency_code VARCHAR,       -- Regency, 4 digits, or the province, 2 digits (id: kode wilayah)
    segment VARCHAR,            -- Segment counted in the numerator; ALL for every one (id: segmen)
    numerator BIGINT,           -- Persons counted; LINK_*: pairs of records (id: pembilang)
    denominator BIGINT,         -- Persons, or pairs of records, they are set against (id: penyebut)
    value DOUBLE,               -- numerator divided by denominator; 1 is all (id: nilai)
    low DOUBLE,                 -- Lower end of the 95 % interval of an estimate; null for what was counted (id: batas bawah)
    high DOUBLE,                -- Upper end (id: batas atas)
    target DOUBLE,              -- Target in force at as_of, on the same scale; null when there is none (id: target)
    basis VARCHAR               -- What was divided by what, and where the target comes from (id: dasar hitungan)
);
