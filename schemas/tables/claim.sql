-- One claim of a Jamsostek member or the heirs (id: klaim).
CREATE TABLE claim (
    owner_code VARCHAR,         -- Office whose list it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    kpj VARCHAR,                -- Jamsostek membership number, 11 digits (id: KPJ)
    nik VARCHAR,                -- Population number, 16 digits (id: NIK)
    programs VARCHAR,           -- Programmes claimed, plus signs between (id: program)
    claim_date DATE,            -- Day of the claim (id: tanggal klaim)
    amount BIGINT               -- Benefit paid, rupiah (id: nominal)
);
