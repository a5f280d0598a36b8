-- code: SB02
-- term_id: Kolom hilang
-- term_en: Column lost
-- definition: Berkas tidak memuat kolom yang wajib ada, atau kolom yang ada pada kiriman baik terakhir pengirim ini.
-- definition_en: A file lacks a column that it must have, or one that the sender's last good file had.
-- severity: 1
-- actor: Pengirim berkas
-- action_id: Kembalikan kolom yang hilang, lalu kirim ulang berkas.
-- action_en: Put the column back and send the file again.
-- payer: tidak ada
-- rupiah: none; it is about a whole file
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_kesehatan_bill|bpjs_ketenagakerjaan|employers|civil_deaths|workforce|letters|roster|construction|quota|claims
WITH lost AS (
    SELECT q.source, q.owner_code, q.file, coalesce(q.columns_lost, f.missing_columns) AS column_names,
           coalesce('Kolom yang hilang: ' || q.columns_lost || '.', f.problem_text_id) AS told
    FROM source_quality AS q
    JOIN parameter AS m USING (run_id)
    JOIN source_file AS f ON f.run_id = q.run_id AND f.source = q.source
        AND f.owner_code IS NOT DISTINCT FROM q.owner_code AND f.file = q.file
    WHERE q.columns_lost IS NOT NULL OR f.problem = 'column_missing'
)
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    owner_code,
    CASE WHEN length(owner_code) = 4 THEN owner_code END AS regency_code,
    NULL::VARCHAR AS village_code,
    0::BIGINT AS rupiah_per_month,
    string_agg(DISTINCT file || ': ' || told, ' ' ORDER BY file || ': ' || told) AS detail,
    concat_ws('|', source, owner_code, column_names) AS discriminator
FROM lost
GROUP BY source, owner_code, column_names
