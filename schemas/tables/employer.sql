-- One employer of the compulsory manpower report (id: perusahaan, WLKP).
CREATE TABLE employer (
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    business_no VARCHAR,        -- Business identification number (id: NIB)
    employer_no VARCHAR,        -- Jamsostek number (id: NPP)
    employer_name VARCHAR,      -- Name (id: nama perusahaan)
    regency_code VARCHAR,       -- Regency, 4 digits (id: kode kabupaten/kota)
    size_class VARCHAR,         -- Size class (id: skala)
    workers BIGINT,             -- Number of workers reported (id: jumlah tenaga kerja)
    mean_wage BIGINT            -- Mean wage reported, rupiah a month (id: rata-rata upah)
);
