-- A figure of a part of an area, by one dimension: the parts of an area add up to its row in indicator (id: rincian indikator).
-- key: indicator, regency_code, dimension, dimension_value
CREATE TABLE indicator_part (
    indicator VARCHAR,          -- Which figure; indicator_type says what it means (id: indikator)
    regency_code VARCHAR,       -- Regency, 4 digits, or the province, 2 digits; districts and villages under their regency only (id: kode wilayah)
    dimension VARCHAR,          -- district, village, sex, age_band, decile, segment, fund (id: rincian menurut)
    dimension_value VARCHAR,    -- Kemendagri code, L or P, band of completed years, decile (0 not ranked, NOT_IN_DTSEN), segment, fund; UNKNOWN where not known (id: nilai rincian)
    district_code VARCHAR,      -- District of a district or village row, 6 digits (id: kode kecamatan)
    village_code VARCHAR,       -- Village of a village row, 10 digits (id: kode desa/kelurahan)
    unit VARCHAR,               -- What the numerator counts: people, rupiah (a month) (id: satuan)
    numerator BIGINT,           -- What is counted; a person may stand under several funds (id: pembilang)
    denominator BIGINT,         -- What it is set against: of the part; for a segment or fund of the whole area (id: penyebut)
    value DOUBLE,               -- numerator divided by denominator; 1 is all (id: nilai)
    target DOUBLE               -- Target in force at as_of, on the same scale; null when there is none (id: target)
);
