-- A question that every night answers: what would it cost to cover the uncovered (id: skenario).
-- key: scenario
CREATE TABLE scenario (
    scenario VARCHAR,           -- Its code, as in schemas/scenarios.toml (id: skenario)
    term_id VARCHAR,            -- Indonesian term (id: istilah)
    term_en VARCHAR,            -- English term (id: istilah Inggris)
    testable BOOLEAN,           -- TRUE when its sources arrived (id: dapat dihitung)
    not_testable_reason VARCHAR, -- Why it could not be reckoned, in Indonesian (id: alasan tidak dapat dihitung)
    from_month DATE,            -- First day of its first month, the one after as_of (id: bulan pertama)
    months INTEGER,             -- How many months (id: jumlah bulan)
    people BIGINT,              -- People who would be covered (id: jumlah orang)
    rupiah_total BIGINT         -- What that costs over these months, all funds together (id: rupiah seluruhnya)
);
