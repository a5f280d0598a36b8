-- An employer of the manpower report beside what it insures in Jamsostek, one row an employer (id: kepatuhan pemberi kerja, PWBD dan PDS).
-- key: employer_key
CREATE TABLE employer_compliance (
    employer_key VARCHAR,       -- Jamsostek number, else NIB and the business number (id: kunci pemberi kerja)
    employer_no VARCHAR,        -- Jamsostek number; null when it has none (id: NPP)
    business_no VARCHAR,        -- Business identification number (id: NIB)
    employer_name VARCHAR,      -- Name (id: nama perusahaan)
    regency_code VARCHAR,       -- Regency, 4 digits (id: kode kabupaten/kota)
    size_class VARCHAR,         -- Size class as reported (id: skala)
    workers BIGINT,             -- Workers reported to the manpower office (id: jumlah tenaga kerja)
    registered BOOLEAN,         -- Some membership in Jamsostek, active or not, names its number; FALSE: PWBD (id: terdaftar)
    members BIGINT,             -- Persons with an active membership under its number (id: pekerja terdaftar)
    missing BIGINT,             -- Workers reported but not insured: PDS tenaga kerja, of a registered one (id: pekerja belum terdaftar)
    wage_findings BIGINT,       -- Open findings TK04 of its memberships: PDS upah (id: temuan upah)
    programme_findings BIGINT   -- Open findings TK05 of its memberships: PDS program (id: temuan program)
);
