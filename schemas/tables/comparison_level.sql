-- The words of the comparisons: what pair.level_* may say, one row a level of a comparison, in the order in which levels are tried; missing values are the last two (id: tingkat tiap pembanding).
-- key: comparison, level
CREATE TABLE comparison_level (
    comparison VARCHAR,          -- Name of the comparison, as in pair.level_<name> and pair.weight_<name> (id: pembanding)
    position INTEGER,            -- Its place among the comparisons, from 1 (id: urutan pembanding)
    label_id VARCHAR,            -- The comparison in Indonesian (id: nama pembanding)
    label_en VARCHAR,            -- The comparison in English (id: nama pembanding, Inggris)
    level INTEGER,               -- Place of the level, from 1, the strongest agreement (id: urutan tingkat)
    level_id VARCHAR,            -- The level in Indonesian, as in pair.level_<name> (id: tingkat)
    level_en VARCHAR,            -- The level in English (id: tingkat, Inggris)
    is_missing BOOLEAN           -- TRUE when a value is missing on one side or both: no evidence either way (id: kosong)
);
