-- One expectation's verdict on one source or file (id: hasil uji mutu data).
-- keep: earlier runs
CREATE TABLE validation (
    run_id VARCHAR,             -- The run that checked it (id: kode proses)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is, null for the whole kind (id: kode instansi pemilik)
    file VARCHAR,               -- File, null when the verdict is of the whole kind (id: nama berkas)
    expectation VARCHAR,        -- The expectation that was tested (id: aturan mutu)
    column_name VARCHAR,        -- The column it is about, null for a whole row or table (id: kolom)
    success BOOLEAN,            -- TRUE when the source meets the expectation (id: lulus)
    evaluated BIGINT,           -- Values or rows that were looked at (id: jumlah diperiksa)
    unexpected BIGINT,          -- Values or rows that broke it (id: jumlah menyimpang)
    severity VARCHAR            -- critical holds the run, error quarantines rows, warning is counted (id: tingkat keparahan)
);
