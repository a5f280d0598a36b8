-- An employer of the manpower report beside its members in Jamsostek (id: kepatuhan pemberi kerja).
-- question_id: Perusahaan mana yang belum mendaftarkan semua pekerjanya?
-- question_en: Which employers have not registered all their workers?
CREATE VIEW employer_gap (
    employer_no,           -- Jamsostek number, null when it has none (id: NPP)
    business_no,           -- Business identification number (id: NIB)
    employer_name,         -- Name (id: nama perusahaan)
    regency_code,          -- Regency (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    size_class,            -- Size class (id: skala)
    workers,               -- Workers it reported (id: jumlah tenaga kerja)
    members,               -- Its people active in Jamsostek in the extracts here (id: peserta aktif)
    missing,               -- Workers less members, 0 where there are more members (id: belum terdaftar)
    findings               -- Open findings of wages and programmes (TK04, TK05) on its members (id: jumlah temuan)
) AS
SELECT
    e.employer_no,
    e.business_no,
    e.employer_name,
    e.regency_code,
    k.region_name AS regency_name,
    e.size_class,
    e.workers,
    e.members,
    e.missing,
    e.wage_findings + e.programme_findings AS findings
FROM employer_compliance AS e
LEFT JOIN region AS k ON k.region_code = e.regency_code
