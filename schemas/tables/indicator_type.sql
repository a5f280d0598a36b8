-- An indicator as declared in schemas/indicators, and whether it could be reckoned (id: jenis indikator).
-- key: indicator
CREATE TABLE indicator_type (
    indicator VARCHAR,          -- Its code (id: indikator)
    term_id VARCHAR,            -- Indonesian term (id: istilah)
    term_en VARCHAR,            -- English term (id: istilah Inggris)
    definition VARCHAR,         -- What it means, in Indonesian (id: definisi)
    definition_en VARCHAR,      -- What it means, in English (id: definisi Inggris)
    formula VARCHAR,            -- What is divided by what, in Indonesian (id: rumus)
    formula_en VARCHAR,         -- The same in English (id: rumus Inggris)
    unit VARCHAR,               -- What the numerator counts: people, rupiah (a month; of projects once), pairs (of records), employers, projects (id: satuan)
    parts VARCHAR,              -- What it is told by besides province and regency, comma separated; the rest cannot be reckoned (id: rincian)
    limits VARCHAR,             -- What it does not tell, and for want of which source, in Indonesian; null when nothing (id: batasan)
    limits_en VARCHAR,          -- The same in English (id: batasan Inggris)
    needs VARCHAR,              -- Kinds of extract it needs, comma separated (id: sumber yang diperlukan)
    testable BOOLEAN,           -- TRUE when all of them arrived (id: dapat dihitung)
    not_testable_reason VARCHAR, -- Why it could not be reckoned, or for which regencies not, in Indonesian (id: alasan tidak dapat dihitung)
    query VARCHAR               -- The SQL that reckons it with all its parts; runs on this database as it stands (id: kueri)
);
