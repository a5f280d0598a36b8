-- How the readable rows of a file spread over regencies, by night (id: sebaran baris menurut kabupaten/kota).
-- key: run_id, source, owner_code, file, regency_code
-- keep: earlier runs
CREATE TABLE source_regency (
    run_id VARCHAR,             -- The run that counted (id: kode proses)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- File (id: nama berkas)
    regency_code VARCHAR,       -- Regency of the rows, null where it is not known (id: kode kabupaten/kota)
    row_count BIGINT            -- Number of rows (id: jumlah baris)
);
