-- What each indicator of an area was on each night, over all its segments; every night is kept, so that months can be looked back on (id: riwayat indikator).
-- key: run_id, indicator, regency_code
-- keep: earlier runs
CREATE TABLE indicator_history (
    run_id VARCHAR,             -- The run that reckoned it (id: kode proses)
    as_of DATE,                 -- The day of that run (id: tanggal acuan)
    indicator VARCHAR,          -- Which figure; indicator_type says what it means (id: indikator)
    regency_code VARCHAR,       -- Regency, 4 digits, or the province, 2 digits (id: kode wilayah)
    numerator BIGINT,           -- What was counted (id: pembilang)
    denominator BIGINT,         -- What it was set against (id: penyebut)
    value DOUBLE,               -- numerator divided by denominator; 1 is all (id: nilai)
    target DOUBLE               -- Target in force on that day, on the same scale; null when there was none (id: target)
);
