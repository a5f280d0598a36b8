-- The levels of the linkage model of this run: how often each occurs among pairs of one person, of relatives and of strangers, what it weighs, and how many pairs that rests on (id: tingkat dalam model pemadanan).
-- key: comparison, given, level
CREATE TABLE model_level (
    comparison VARCHAR,          -- Name of the comparison, as in comparison_level (id: pembanding)
    depends_on VARCHAR,          -- The comparison that it depends on; NULL when on none (id: pembanding induk)
    given INTEGER,               -- Level of that one, from 1, one more than its last when it is missing; 0 when it depends on none (id: tingkat pembanding induk)
    given_id VARCHAR,            -- That level in Indonesian; NULL when it depends on none (id: tingkat induk)
    given_en VARCHAR,            -- That level in English (id: tingkat induk, Inggris)
    level INTEGER,               -- Place of the level, from 1, as in comparison_level (id: urutan tingkat)
    level_id VARCHAR,            -- The level in Indonesian (id: tingkat)
    level_en VARCHAR,            -- The level in English (id: tingkat, Inggris)
    same DOUBLE,                 -- Share of the pairs of one person that have it, where both values are there (id: frekuensi pada orang yang sama)
    relative DOUBLE,             -- The same share among relatives (id: frekuensi pada keluarga)
    stranger DOUBLE,             -- The same share among strangers (id: frekuensi pada orang lain)
    weight DOUBLE,               -- log2 of same / stranger, as trained: before how rare the value is and what officers decided (id: bobot)
    pairs_same BIGINT,           -- Pairs of one person that had it in training, with that given (id: pasangan orang yang sama)
    pairs_relative BIGINT,       -- Pairs of relatives that had it (id: pasangan keluarga)
    pairs_stranger BIGINT,       -- Pairs of strangers that had it (id: pasangan orang lain)
    behind BIGINT,               -- The fewer of the pairs of one person and of strangers that the weight rests on; a class without pairs of that given counts with all its pairs (id: pasangan di balik bobot)
    unseen VARCHAR[],            -- Classes (same, relative, stranger) of which no pair ever had it: their share is supposed, not counted (id: kelompok yang belum pernah memilikinya)
    pairs_now BIGINT             -- Rows of pair that have it in this run (id: pasangan kali ini)
);
