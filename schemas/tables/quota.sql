-- How many participants of a segment are budgeted for a regency in a month (id: kuota peserta).
CREATE TABLE quota (
    owner_code VARCHAR,         -- Office whose list it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    regency_code VARCHAR,       -- Regency, 4 digits (id: kode kabupaten/kota)
    segment VARCHAR,            -- PBI or PDA (id: segmen)
    period DATE,                -- First day of the month (id: bulan)
    quota BIGINT                -- People budgeted (id: kuota)
);
