-- How right the matching is: the estimated share of wrong and of missed links between the records of two kinds of register, in an area (id: galat pemadanan).
-- key: regency_code, left_source, right_source, measure, basis
CREATE TABLE link_error (
    regency_code VARCHAR,       -- Regency in which one of both records lies, 4 digits; the province, 2 digits, for all pairs (id: kode wilayah)
    left_source VARCHAR,        -- Kind of register of one record; ALL for every one (id: jenis sumber pertama)
    right_source VARCHAR,       -- Kind of register of the other record; the same kind: second records of one person (id: jenis sumber kedua)
    measure VARCHAR,            -- false: linked pairs that are not one person; missed: pairs of one person that are not linked (id: jenis galat)
    pairs BIGINT,               -- What the share is of: the linked pairs, or the pairs of one person as far as estimated (id: jumlah pasangan)
    errors DOUBLE,              -- How many of these pairs are expected to be wrong or missed (id: dugaan galat)
    value DOUBLE,               -- errors divided by pairs; 1 is all (id: nilai)
    low DOUBLE,                 -- Lower end of the interval that should hold the true share in 95 of 100 cases (id: batas bawah)
    high DOUBLE,                -- Upper end (id: batas atas)
    basis VARCHAR               -- model: from the probabilities alone; labels: from pairs that people have decided (id: dasar)
);
