-- One row of an extract that was not fit for use, with the reason; nothing is lost (id: baris dikarantina).
CREATE TABLE quarantine (
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    line BIGINT,                -- Line or sheet row of the file, from 1 (id: nomor baris berkas)
    expectation VARCHAR,        -- The expectation it broke (id: aturan mutu)
    column_name VARCHAR,        -- The column that broke it (id: kolom)
    reason VARCHAR,             -- Why, in English, without a personal value (id: alasan, bahasa Inggris)
    reason_id VARCHAR,          -- Why, in Indonesian, without a personal value (id: alasan)
    written VARCHAR,            -- What stood in the columns that broke it, as written (id: isi kolom tertulis)
    raw VARCHAR                 -- The row as it was written (id: isi baris asli)
);
