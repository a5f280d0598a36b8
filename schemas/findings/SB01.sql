-- code: SB01
-- term_id: Berkas tidak datang
-- term_en: No usable file
-- definition: Dari pengirim ini malam ini tidak ada berkas yang dapat dibaca: berkasnya tidak datang, rusak, terkunci, kosong, atau bukan berkas yang dimaksud.
-- definition_en: Tonight there is no readable file of this sender: none came, or it is damaged, locked, empty or another one.
-- severity: 1
-- actor: Pengirim berkas
-- action_id: Kirim ulang berkas yang lengkap.
-- action_en: Send the whole file again.
-- payer: tidak ada
-- rupiah: none; it is about a whole file
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_kesehatan_bill|bpjs_ketenagakerjaan|employers|civil_deaths|workforce|letters|roster|construction|quota|claims
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    f.owner_code,
    CASE WHEN length(f.owner_code) = 4 THEN f.owner_code END AS regency_code,
    NULL::VARCHAR AS village_code,
    0::BIGINT AS rupiah_per_month,
    'Tidak ada berkas yang dapat dibaca: ' || any_value(f.problem_text_id ORDER BY f.file)
        || coalesce(' Dipakai data per ' || strftime(max(f.stale_since), '%d-%m-%Y') || '.', '') AS detail,
    concat_ws('|', f.source, f.owner_code) AS discriminator
FROM source_file AS f JOIN parameter AS m USING (run_id)
WHERE f.problem IS NOT NULL AND f.problem NOT IN ('duplicate', 'column_missing')
GROUP BY f.source, f.owner_code
