-- A class of mismatch, as declared in schemas/findings (id: jenis temuan).
-- key: code
CREATE TABLE finding_type (
    code VARCHAR,               -- Code of the class (id: kode jenis temuan)
    term_id VARCHAR,            -- Indonesian term (id: istilah)
    term_en VARCHAR,            -- English term (id: istilah Inggris)
    definition VARCHAR,         -- What it means, in Indonesian (id: definisi)
    definition_en VARCHAR,      -- What it means, in English (id: definisi Inggris)
    severity INTEGER,           -- 1 before the next bill, 2 this month, 3 clean-up (id: tingkat urgensi)
    actor VARCHAR,              -- Who has to act (id: pelaksana)
    action VARCHAR,             -- What is proposed, in Indonesian (id: tindakan)
    action_en VARCHAR,          -- What is proposed, in English (id: tindakan, bahasa Inggris)
    payer VARCHAR,              -- Whose money it is (id: sumber dana)
    rupiah_rule VARCHAR,        -- How rupiah_per_month is reckoned (id: cara hitung rupiah)
    needs VARCHAR,              -- Kinds of extract the test needs, comma separated (id: sumber yang diperlukan)
    testable BOOLEAN,           -- TRUE when all of them arrived; FALSE: not tested, or only in part, and no count is to be read as complete (id: dapat diuji)
    tested BOOLEAN,             -- TRUE when its query ran, on all of them or on a part; FALSE: none of it was tested, and that there is no finding says nothing (id: diuji)
    not_testable_reason VARCHAR, -- Why it could not be tested, or only in part, in Indonesian (id: alasan tidak dapat diuji)
    precedence INTEGER,         -- Rank that decides which finding of a person is the primary one, 1 first (id: urutan utama)
    query VARCHAR               -- The SQL that finds it; runs on this database as it stands (id: kueri)
);
