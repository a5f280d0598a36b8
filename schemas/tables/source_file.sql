-- One file or query that was read, or that should have been (id: berkas sumber).
-- key: run_id, source, owner_code, file
-- keep: earlier runs
CREATE TABLE source_file (
    run_id VARCHAR,             -- The run that read it (id: kode proses)
    source VARCHAR,             -- Kind of extract: province, regency, decree, ... (id: jenis sumber)
    owner_code VARCHAR,         -- Kemendagri code of the office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- Name of the file, or the pattern that matched nothing (id: nama berkas)
    layout VARCHAR,             -- The layout it was read with (id: tata letak)
    sha256 VARCHAR,             -- SHA-256 of its bytes (id: sidik berkas)
    bytes BIGINT,               -- Its size in bytes (id: ukuran berkas)
    rows_read BIGINT,           -- Data rows found in it, headings and totals not counted (id: baris terbaca)
    rows_unreadable BIGINT,     -- Rows that could not be cut into fields (id: baris tak terbaca)
    rows_accepted BIGINT,       -- Rows that went into record, employer or workforce (id: baris diterima)
    rows_quarantined BIGINT,    -- Rows that were set aside, each with its reason in quarantine (id: baris dikarantina)
    rows_refused BIGINT,        -- Rows fit for use that were set aside with the whole file, because the file was refused (id: baris berkas yang ditolak)
    rows_stood_in BIGINT,       -- Rows of the sender's last good night that are in record instead (id: baris pengganti)
    stale_since DATE,           -- The night from which those rows are (id: data per tanggal)
    encoding VARCHAR,           -- Character encoding it was read with (id: penyandian huruf)
    delimiter VARCHAR,          -- Field separator, null for a workbook (id: pemisah kolom)
    heading_row BIGINT,         -- Row of the file that holds the headings, from 1 (id: baris judul kolom)
    problem VARCHAR,            -- Code of what is wrong with the file, null when nothing is (id: kode masalah)
    problem_text VARCHAR,       -- What is wrong with the file, one English sentence (id: masalah, bahasa Inggris)
    problem_text_id VARCHAR,    -- What is wrong with the file, one Indonesian sentence (id: masalah)
    missing_columns VARCHAR     -- Declared columns that the file lacks, comma separated (id: kolom yang hilang)
);
