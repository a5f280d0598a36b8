-- One kind of fault in one column of a file, and what was done about it (id: perbaikan dan penandaan berkas).
-- key: run_id, source, owner_code, file, column_name, fault
-- keep: earlier runs
CREATE TABLE source_fault (
    run_id VARCHAR,             -- The run that read it (id: kode proses)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Kemendagri code of the office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- Name of the file (id: nama berkas)
    column_name VARCHAR,        -- The column, null for whole rows (id: kolom)
    fault VARCHAR,              -- Code of the fault (id: kode kerusakan)
    treatment VARCHAR,          -- repaired without loss; lost, so that the value is not used; left_out because the row is no data (id: penanganan)
    rows BIGINT,                -- Rows that had it (id: jumlah baris)
    text VARCHAR,               -- What it is, one English sentence (id: penjelasan, bahasa Inggris)
    text_id VARCHAR             -- What it is, one Indonesian sentence (id: penjelasan)
);
