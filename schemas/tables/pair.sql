-- A scored pair of records worth keeping, with the level and weight of each comparison (id: pasangan rekaman).
-- key: left_record_id, right_record_id
-- extra level_*: VARCHAR: Level of agreement of this comparison in words; comparison_level holds them all (id: tingkat kecocokan)
-- extra weight_*: DOUBLE: Weight of this comparison in bits; with prior_weight and rival_weight they add up to match_weight (id: bobot pembanding)
CREATE TABLE pair (
    left_record_id BIGINT,      -- The first record (id: rekaman kiri)
    right_record_id BIGINT,     -- The second record (id: rekaman kanan)
    probability DOUBLE,         -- Probability that they are one person (id: peluang)
    match_weight DOUBLE,        -- Sum of the weights, in bits (id: bobot kecocokan)
    outcome VARCHAR,            -- link, review or distinct (id: putusan)
    prior_weight DOUBLE,        -- Where the sum starts: any two records of these two sources, before comparing (id: bobot awal)
    rival_weight DOUBLE         -- What other records that fit as well take away, or their absence adds (id: bobot saingan)
);
