-- A figure of an area, always with what it was divided by (id: indikator).
-- key: indicator, regency_code, segment
CREATE TABLE indicator (
    indicator VARCHAR,          -- UCJ, UCJ_RENTAN, UHC_REGISTERED, UHC_ACTIVE (id: indikator)
    regency_code VARCHAR,       -- Regency, 4 digits, or the province, 2 digits (id: kode wilayah)
    segment VARCHAR,            -- Segment counted in the numerator; ALL for every one (id: segmen)
    numerator BIGINT,           -- Persons counted (id: pembilang)
    denominator BIGINT,         -- Persons they are set against (id: penyebut)
    value DOUBLE,               -- numerator divided by denominator; 1 is all (id: nilai)
    target DOUBLE,              -- Target in force at as_of, on the same scale; null when there is none (id: target)
    basis VARCHAR               -- What was divided by what, and where the target comes from (id: dasar hitungan)
);
