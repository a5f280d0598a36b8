-- code: ID12
-- term_id: Padanan meragukan
-- term_en: Ambiguous match
-- definition: Pasangan baris dari dua orang yang peluangnya terletak di antara batas: mungkin satu orang, mungkin dua.
-- definition_en: A pair of records of outcome review (probability between the thresholds of the matching) whose records belong to two different persons; one finding for the two, on the person with the lower id.
-- severity: 2
-- actor: Petugas verifikasi
-- action_id: Putuskan apakah keduanya orang yang sama; keputusan diingat.
-- action_en: Decide whether both are one person; the decision is remembered.
-- payer: -
-- rupiah: none
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
WITH doubtful AS (
    SELECT least(a.person_id, b.person_id) AS person_id, greatest(a.person_id, b.person_id) AS other,
           unnest([left_record_id, right_record_id]) AS record_id, pair.probability
    FROM pair
    JOIN link AS a ON a.record_id = left_record_id
    JOIN link AS b ON b.record_id = right_record_id
    WHERE outcome = 'review' AND a.person_id <> b.person_id
)
SELECT
    d.person_id,
    list(DISTINCT r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(coalesce(p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Mungkin orang yang sama (peluang ' || round(100 * max(d.probability))::INTEGER || ' %): '
        || string_agg(DISTINCT r.file || ' baris ' || r.source_row, '; ' ORDER BY r.file || ' baris ' || r.source_row)
        || '.' AS detail,
    d.other AS discriminator
FROM doubtful AS d
JOIN record AS r USING (record_id)
JOIN person AS p USING (person_id)
GROUP BY d.person_id, d.other
