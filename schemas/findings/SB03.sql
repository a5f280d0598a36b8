-- code: SB03
-- term_id: Jumlah baris anjlok
-- term_en: Count has fallen
-- definition: Baris layak pakai pengirim ini berkurang nyata dibandingkan malam baik terakhirnya (batas: pengaturan quality.rows_told).
-- definition_en: The sender's rows fit for use fell markedly against its last good night (from the setting quality.rows_told on).
-- severity: 1
-- actor: Pengirim berkas
-- action_id: Pastikan berkas lengkap; bila memang berkurang, beri tahu sebabnya.
-- action_en: Make sure that the file is whole; when the fall is real, say why.
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
    'Baris layak pakai turun dari ' || format('{:t.}', f.before::BIGINT) || ' (' || strftime(f.since, '%d-%m-%Y')
        || ') menjadi ' || format('{:t.}', f.now::BIGINT) || '.'
        || coalesce(' Dipakai data per ' || strftime(q.stale_since, '%d-%m-%Y') || '.', '') AS detail,
    concat_ws('|', f.source, f.owner_code) AS discriminator
FROM source_shift AS f
JOIN parameter AS m USING (run_id)
LEFT JOIN (SELECT run_id, source, owner_code, max(stale_since) AS stale_since FROM source_quality GROUP BY ALL) AS q
    ON q.run_id = f.run_id AND q.source = f.source AND q.owner_code IS NOT DISTINCT FROM f.owner_code
WHERE f.measure = 'rows' AND f.shift < 0
