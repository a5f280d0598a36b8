-- The levels whose weight is another than in the linkage model published before: by 0.5 bit or more, with 20 pairs or more behind it both times. Empty when there is no model before, or one of other comparisons (id: perubahan model pemadanan).
-- key: comparison, given, level
CREATE TABLE model_change (
    comparison VARCHAR,          -- Name of the comparison, as in comparison_level (id: pembanding)
    depends_on VARCHAR,          -- The comparison that it depends on; NULL when on none (id: pembanding induk)
    given INTEGER,               -- Level of that one, from 1, one more than its last when it is missing; 0 when it depends on none (id: tingkat pembanding induk)
    given_id VARCHAR,            -- That level in Indonesian; NULL when it depends on none (id: tingkat induk)
    given_en VARCHAR,            -- That level in English (id: tingkat induk, Inggris)
    level INTEGER,               -- Place of the level, from 1 (id: urutan tingkat)
    level_id VARCHAR,            -- The level in Indonesian (id: tingkat)
    level_en VARCHAR,            -- The level in English (id: tingkat, Inggris)
    weight_before DOUBLE,        -- Its weight in the model before, in bits (id: bobot sebelumnya)
    weight DOUBLE,               -- Its weight now (id: bobot)
    difference DOUBLE,           -- Weight now less weight before (id: selisih bobot)
    behind_before BIGINT,        -- Pairs behind the weight before, as in model_level (id: pasangan di balik bobot sebelumnya)
    behind BIGINT                -- Pairs behind the weight now (id: pasangan di balik bobot)
);
