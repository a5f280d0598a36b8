-- One row that is used although it breaks an expectation: of each file and expectation the first 500, so that its sender can see where to look; how many there are says validation (id: baris bertanda).
-- key: source, owner_code, file, source_row, expectation
CREATE TABLE mark (
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    expectation VARCHAR,        -- The expectation of severity warning that it breaks (id: aturan mutu)
    column_name VARCHAR,        -- The columns it is about (id: kolom)
    written VARCHAR             -- What stood in these columns, as written (id: isi kolom tertulis)
);
