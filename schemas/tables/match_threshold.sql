-- From which probability a pair of records has an outcome: what is below review is distinct (id: ambang putusan).
-- key: outcome
CREATE TABLE match_threshold (
    outcome VARCHAR,             -- link or review (id: putusan)
    probability DOUBLE,          -- The least probability (id: peluang terendah)
    match_weight DOUBLE          -- The same in bits: log2 of its odds (id: bobot terendah)
);
