-- code: DM01
-- term_id: Nama berbeda
-- term_en: Name differs
-- definition: Nama baku pada baris register (bukan tagihan) kemiripannya di bawah ambang terhadap nama pembanding. Nilai pembanding: akta kematian Dukcapil bila ada, selain itu nilai yang berlaku bagi orang itu.
-- definition_en: The standard name of a row (bills aside) resembles the name compared with less than name_similarity_min (DM01): the greater of the Jaro-Winkler similarities of the standard names as written and with their words sorted. The value compared with is that of the civil registry (civil_deaths) where it has one, else the one that stands for the person. One finding a person and register, with the rows that carry the value compared with beside it.
-- severity: 3
-- actor: Pemilik register
-- action_id: Samakan nama dengan data Dukcapil; nama berbeda menggagalkan reaktivasi.
-- action_en: Align the name to the civil registry; a differing name makes a reactivation fail.
-- payer: -
-- rupiah: none; a reactivation is rejected
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
WITH shared AS (
    SELECT value AS least_alike FROM rule, parameter
    WHERE rule = 'name_similarity_min' AND item = 'DM01'
      AND as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, as_of)
), several AS (
    -- most people are written in one way, and drop out here
    SELECT l.person_id FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill'
    GROUP BY l.person_id HAVING min(r.name_std) <> max(r.name_std)
), named AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, r.name, r.name_std
    FROM several JOIN link AS l USING (person_id) JOIN record AS r USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill' AND r.name_std IS NOT NULL
), standing AS (
    SELECT person_id, any_value(p.regency_code) AS home, any_value(p.village_code) AS village_code,
           coalesce(
               arg_min(struct_pack(std := n.name_std, shown := n.name), n.record_id) FILTER (n.source = 'civil_deaths'),
               arg_min(struct_pack(std := n.name_std, shown := n.name), n.record_id) FILTER (n.name = p.name)
           ) AS standing
    FROM named AS n JOIN person AS p USING (person_id)
    GROUP BY person_id
), deviating AS (
    SELECT n.*, s.home, s.village_code, s.standing, greatest(
        jaro_winkler_similarity(name_std, standing.std),
        jaro_winkler_similarity(
            array_to_string(list_sort(string_split(name_std, ' ')), ' '),
            array_to_string(list_sort(string_split(standing.std, ' ')), ' ')
        )
    ) AS similarity
    FROM named AS n JOIN standing AS s USING (person_id), shared
    WHERE n.name_std <> s.standing.std AND similarity < least_alike
), beside AS (
    SELECT n.person_id, list(n.record_id) AS record_ids
    FROM named AS n JOIN standing AS s USING (person_id) SEMI JOIN deviating USING (person_id)
    WHERE n.name_std = s.standing.std
    GROUP BY n.person_id
)
SELECT
    r.person_id,
    list_sort(list_concat(list(r.record_id), coalesce(any_value(b.record_ids), []))) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, r.home, r.regency_code)) AS regency_code,
    any_value(r.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Nama di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' tertulis "' || string_agg(DISTINCT r.name, '" dan "' ORDER BY r.name)
        || '", pembanding "' || any_value(r.standing.shown) || '" (kemiripan '
        || round(100 * min(r.similarity))::INTEGER || ' %).' AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM deviating AS r
LEFT JOIN beside AS b USING (person_id)
GROUP BY r.person_id, r.source, r.owner_code
