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
WITH member AS (
    SELECT r.employer_no, count(DISTINCT l.person_id) AS members
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.employer_no IS NOT NULL
    GROUP BY r.employer_no
), found AS (
    SELECT r.employer_no, count(DISTINCT f.finding_id) AS findings
    FROM (SELECT finding_id, unnest(record_ids) AS record_id FROM finding
          WHERE state = 'open' AND code IN ('TK04', 'TK05')) AS f
    JOIN record AS r USING (record_id)
    WHERE r.employer_no IS NOT NULL
    GROUP BY r.employer_no
)
SELECT
    e.employer_no,
    e.business_no,
    e.employer_name,
    e.regency_code,
    k.region_name AS regency_name,
    e.size_class,
    e.workers,
    coalesce(m.members, 0) AS members,
    greatest(e.workers - coalesce(m.members, 0), 0) AS missing,
    coalesce(f.findings, 0) AS findings
FROM employer AS e
LEFT JOIN member AS m USING (employer_no)
LEFT JOIN found AS f USING (employer_no)
LEFT JOIN region AS k ON k.region_code = e.regency_code
