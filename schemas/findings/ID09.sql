-- code: ID09
-- term_id: Tidak padan Dukcapil
-- term_en: Not matched to the civil registry
-- definition: NIK orang itu tidak ada, atau tidak aktif, pada hasil pemadanan Dukcapil. Memerlukan berkas data penduduk (hidup) dari Dukcapil, yang belum menjadi jenis sumber; daftar akta kematian tidak cukup.
-- definition_en: The NIK that stands for a person not known dead is in no row of an extract of living residents from the civil registry, or only in a row that is not active there. That extract (kind civil_registry) is no kind of source yet; the list of death certificates does not serve.
-- severity: 1
-- actor: Dukcapil dan Dinas Sosial kabupaten/kota
-- action_id: Padankan ulang NIK dengan Dukcapil; tahan pembayaran hanya setelah dipastikan.
-- action_en: Match the NIK with the civil registry again; stop a payment only when that is certain.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when a PBI card is active, plus the PBPU Pemda tariff when a PDA card is active or the person is billed
-- needs: civil_registry, province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan
WITH registered AS (
    SELECT DISTINCT nik FROM record
    WHERE source = 'civil_registry' AND nik IS NOT NULL AND coalesce(status, 'AKTIF') = 'AKTIF'
), received AS (
    SELECT 1 FROM registered LIMIT 1
)
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(coalesce(p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active OR p.billed THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    any_value('NIK ' || left(p.nik, 4) || '••••••••' || right(p.nik, 4)
        || ' tidak ditemukan atau tidak aktif pada data penduduk Dukcapil.') AS detail,
    '' AS discriminator
FROM (SELECT * FROM person ANTI JOIN registered USING (nik)) AS p
CROSS JOIN parameter AS m
CROSS JOIN received
JOIN link AS l USING (person_id)
JOIN record AS r ON r.record_id = l.record_id AND r.nik = p.nik
WHERE p.alive
GROUP BY p.person_id
