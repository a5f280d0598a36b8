-- code: TK08
-- term_id: Meninggal, JKM belum diklaim
-- term_en: Unclaimed death benefit
-- definition: Diketahui meninggal saat masih menjadi peserta BPJS Ketenagakerjaan, dan tidak ada klaim JKM (atau JKK sesudah meninggal). Tanpa berkas klaim hanya yang keanggotaannya masih aktif.
-- definition_en: Known dead, with a Jamsostek membership that had begun by then and is still AKTIF or was paid for the month of the death or later, with JKM among its programmes (or none given), and no claim of JKM, nor of JKK on or after the day of death, under that KPJ or the person's NIK. Without the file of claims only memberships that are still AKTIF are found: those cannot have been settled.
-- severity: 1
-- actor: BPJS Ketenagakerjaan; Desa/kelurahan
-- action_id: Temui ahli waris dan bantu mengajukan klaim JKM.
-- action_en: Find the heirs and help them claim.
-- payer: BPJS Ketenagakerjaan (hak ahli waris)
-- rupiah: none a month; the detail tells the benefit that is paid once (jkm_benefit, Rp42,000,000)
-- needs: civil_deaths, regency, bpjs_ketenagakerjaan, claims
-- partly: civil_deaths|regency|bpjs_kesehatan, bpjs_ketenagakerjaan
WITH known AS (
    SELECT count(*) > 0 AS claims_known FROM claim
), member AS (
    SELECT p.person_id, p.nik, p.death_date, p.regency_code, p.village_code, r.record_id, r.owner_code, r.kpj, r.status, r.paid_until,
           r.regency_code AS place
    FROM person AS p
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id), known AS k
    WHERE NOT p.alive
      AND r.source = 'bpjs_ketenagakerjaan'
      AND coalesce(r.programs LIKE '%JKM%', TRUE)
      AND coalesce(r.start_date <= p.death_date, TRUE)
      AND (r.status = 'AKTIF' OR (k.claims_known AND r.paid_until >= date_trunc('month', p.death_date)))
), settled AS (
    SELECT s.person_id FROM member AS s JOIN claim AS c ON c.kpj = s.kpj
    WHERE c.programs LIKE '%JKM%' OR (c.programs LIKE '%JKK%' AND c.claim_date >= s.death_date)
    UNION
    SELECT s.person_id FROM member AS s JOIN claim AS c ON c.nik = s.nik
    WHERE c.programs LIKE '%JKM%' OR (c.programs LIKE '%JKK%' AND c.claim_date >= s.death_date)
)
SELECT
    s.person_id,
    list(s.record_id ORDER BY s.record_id) AS record_ids,
    arg_min(s.owner_code, s.record_id) AS owner_code,
    coalesce(any_value(s.regency_code), arg_min(s.place, s.record_id)) AS regency_code,
    any_value(s.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Meninggal' || coalesce(' ' || strftime(any_value(s.death_date), '%d-%m-%Y'), ' (tanggal tidak tercatat)')
        || ', keanggotaan BPJS Ketenagakerjaan '
        || CASE WHEN bool_or(s.status = 'AKTIF') THEN 'masih aktif' ELSE 'aktif saat meninggal' END
        || CASE WHEN any_value(k.claims_known) THEN ', belum ada klaim' ELSE '' END
        || '; santunan Rp' || any_value(m.jkm_benefit) || ' satu kali.' AS detail,
    '' AS discriminator
FROM member AS s
ANTI JOIN settled USING (person_id)
CROSS JOIN known AS k
CROSS JOIN parameter AS m
GROUP BY s.person_id
