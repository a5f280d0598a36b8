-- One construction contract of the local government (id: proyek jasa konstruksi).
CREATE TABLE construction (
    owner_code VARCHAR,         -- Office whose list it is (id: kode instansi pemilik)
    file VARCHAR,               -- File the row stands in (id: nama berkas)
    source_row BIGINT,          -- Data row of the file, from 1 (id: nomor baris data)
    contract_no VARCHAR,        -- Number of the contract (id: nomor kontrak)
    project_name VARCHAR,       -- Name of the work (id: nama paket)
    unit_name VARCHAR,          -- Office that commissions it (id: OPD)
    contractor_name VARCHAR,    -- Contractor (id: penyedia)
    contract_value BIGINT,      -- Value of the contract, rupiah (id: nilai kontrak)
    start_date DATE,            -- First day of the work (id: tanggal mulai)
    end_date DATE,              -- Last day of the work (id: tanggal selesai)
    regency_code VARCHAR,       -- Regency, 4 digits (id: kode kabupaten/kota)
    project_no VARCHAR          -- The project's number in Jamsostek (Jakon), 13 digits; null when empty or malformed (id: nomor Jakon)
);
