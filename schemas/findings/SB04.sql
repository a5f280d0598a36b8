-- code: SB04
-- term_id: Berkas yang sama
-- term_en: Repeated file
-- definition: Berkas yang isinya sama persis (sidik SHA-256) dengan berkas lain malam ini, atau dengan berkas bernama lain dari malam sebelumnya.
-- definition_en: A file of the very same content (SHA-256) as another one tonight, or as one of another name of an earlier night.
-- severity: 1
-- actor: Pengirim berkas
-- action_id: Kirim berkas yang seharusnya; yang lama terkirim ulang.
-- action_en: Send the file that was meant; an old one was sent again.
-- payer: tidak ada
-- rupiah: none; it is about a whole file
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_kesehatan_bill|bpjs_ketenagakerjaan|employers|civil_deaths|workforce|letters|roster|construction|quota|claims
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    q.owner_code,
    CASE WHEN length(q.owner_code) = 4 THEN q.owner_code END AS regency_code,
    NULL::VARCHAR AS village_code,
    0::BIGINT AS rupiah_per_month,
    coalesce('Isi ' || q.file || ' sama persis dengan ' || q.same_as || '.', f.problem_text_id) AS detail,
    concat_ws('|', q.source, q.owner_code, q.file) AS discriminator
FROM source_quality AS q
JOIN parameter AS m USING (run_id)
JOIN source_file AS f ON f.run_id = q.run_id AND f.source = q.source
    AND f.owner_code IS NOT DISTINCT FROM q.owner_code AND f.file = q.file
WHERE q.same_as IS NOT NULL OR f.problem = 'duplicate'
