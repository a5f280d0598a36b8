-- An indicator as declared in schemas/indicators, and whether it could be reckoned (id: jenis indikator).
-- key: indicator
CREATE TABLE indicator_type (
    indicator VARCHAR,          -- Its code (id: indikator)
    term_id VARCHAR,            -- Indonesian term (id: istilah)
    term_en VARCHAR,            -- English term (id: istilah Inggris)
    definition VARCHAR,         -- What it means, in Indonesian (id: definisi)
    definition_en VARCHAR,      -- What it means, in English (id: definisi Inggris)
    needs VARCHAR,              -- Kinds of extract it needs, comma separated (id: sumber yang diperlukan)
    testable BOOLEAN,           -- TRUE when all of them arrived (id: dapat dihitung)
    not_testable_reason VARCHAR, -- Why it could not be reckoned, in Indonesian (id: alasan tidak dapat dihitung)
    query VARCHAR               -- The SQL that reckons it; runs on this database as it stands (id: kueri)
);
