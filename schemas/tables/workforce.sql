-- Workers to be covered by Jamsostek in a regency and year (id: sasaran pekerja).
CREATE TABLE workforce (
    owner_code VARCHAR,         -- Office whose list it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    regency_code VARCHAR,       -- Regency, 4 digits (id: kode kabupaten/kota)
    year INTEGER,               -- Year (id: tahun)
    workers_target BIGINT,      -- Workers to be covered (id: sasaran pekerja)
    vulnerable_target BIGINT    -- Of these, vulnerable workers (id: sasaran pekerja rentan)
);
