-- A person on a subsidised JKN card who is an active wage worker, the finding FN02, with employer and wage (id: pekerja upah bersubsidi).
-- question_id: Pekerja upah mana yang iurannya masih dibayar negara?
-- question_en: Which wage workers have their contribution paid by the state?
CREATE VIEW subsidised_worker (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    has_pbi_active,        -- Has an active PBI card (id: PBI JK aktif)
    has_pda_active,        -- Has an active PBPU Pemda card (id: PBPU Pemda aktif)
    employer_name,         -- Employer in Jamsostek, null where only a PPU card says so (id: nama perusahaan)
    wage,                  -- Highest wage reported there, rupiah a month (id: upah)
    rupiah_per_month,      -- Money at stake, rupiah a month (id: rupiah per bulan)
    detail                 -- The deciding values in one sentence (id: penjelasan)
) AS
WITH job AS (
    SELECT l.person_id, max(r.wage) AS wage, arg_max(r.employer_name, coalesce(r.wage, 0)) AS employer_name
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.segment = 'PU' AND r.status = 'AKTIF'
    GROUP BY l.person_id
)
SELECT
    p.person_id,
    p.nik,
    p.name,
    p.regency_code,
    k.region_name AS regency_name,
    p.has_pbi_active,
    p.has_pda_active,
    j.employer_name,
    j.wage,
    f.rupiah_per_month,
    f.detail
FROM finding AS f
JOIN person AS p USING (person_id)
LEFT JOIN job AS j USING (person_id)
LEFT JOIN region AS k ON k.region_code = p.regency_code
WHERE f.state = 'open' AND f.code = 'FN02'
