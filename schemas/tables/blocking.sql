-- How many pairs each blocking key brought together, and what it left out (id: laporan pengelompokan calon pasangan).
-- key: block
CREATE TABLE blocking (
    block VARCHAR,            -- Name of the blocking key (id: kunci kelompok)
    records BIGINT,           -- Records that stood in a block of two or more (id: jumlah rekaman)
    pairs BIGINT,             -- Pairs of records that it brought together (id: jumlah pasangan)
    split_records BIGINT,     -- Records in blocks over the limit, which were split further (id: rekaman di kelompok besar)
    dropped_records BIGINT,   -- Records in blocks that stayed over the limit and were left out (id: rekaman terlewat)
    dropped_pairs BIGINT      -- Pairs that these would have made (id: pasangan terlewat)
);
