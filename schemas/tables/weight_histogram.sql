-- How many compared pairs have which match weight, by outcome: all pairs that a blocking key brought together, also those not worth keeping in pair (id: histogram bobot kecocokan).
-- key: weight, outcome
CREATE TABLE weight_histogram (
    weight INTEGER,              -- From this many bits to less than one more; the first and last bin also hold what lies beyond (id: bobot, batas bawah)
    outcome VARCHAR,             -- link: both records are one person; review; distinct (id: putusan)
    pairs BIGINT                 -- Number of pairs (id: jumlah pasangan)
);
