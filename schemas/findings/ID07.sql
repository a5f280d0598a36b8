-- code: ID07
-- term_id: Satu NIK dipakai lebih dari satu orang
-- term_en: One NIK, different people
-- definition: NIK berbentuk sah yang sama tertulis pada baris register (bukan tagihan) orang lain yang namanya tidak mirip dan tanggal lahirnya berbeda.
-- definition_en: A well-formed NIK (status valid, contradicts_birth_date or contradicts_sex) stands on rows (bills aside) of two persons whose names resemble each other less than name_similarity_min (ID07) and whose birth dates differ; on more than nik_holders_max persons it is not compared, all count. One finding a person and NIK, with all rows that carry it (of very many holders only those of the person).
-- severity: 1
-- actor: Dukcapil
-- action_id: Tetapkan pemilik NIK; tahan perubahan kepesertaan kedua orang sampai jelas.
-- action_en: Establish whose NIK it is; hold changes of both memberships until then.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when a PBI card of the person is active, plus the PBPU Pemda tariff when a PDA card is active or the person is billed
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
WITH limits AS (
    SELECT any_value(value) FILTER (rule = 'name_similarity_min' AND item = 'ID07') AS least_alike,
           any_value(value) FILTER (rule = 'nik_holders_max') AS holders
    FROM rule, parameter
    WHERE as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, as_of)
), shared AS (
    -- most numbers are on one person's rows, and drop out here
    SELECT nik FROM record JOIN link USING (record_id)
    WHERE source <> 'bpjs_kesehatan_bill'
      AND nik_status IN ('valid', 'contradicts_birth_date', 'contradicts_sex')
    GROUP BY nik HAVING min(person_id) <> max(person_id)
), on_shared AS (
    SELECT nik, person_id, record_id, name_std, birth_date, owner_code, regency_code
    FROM shared JOIN record USING (nik) JOIN link USING (record_id)
    WHERE source <> 'bpjs_kesehatan_bill'
      AND nik_status IN ('valid', 'contradicts_birth_date', 'contradicts_sex')
), counted AS (
    SELECT nik, count(DISTINCT person_id) AS people FROM on_shared GROUP BY nik
), held AS (
    SELECT * FROM on_shared JOIN counted USING (nik)
), apart AS (
    SELECT DISTINCT a.nik, a.person_id
    FROM held AS a
    JOIN held AS b ON b.nik = a.nik AND b.person_id <> a.person_id
    CROSS JOIN limits
    WHERE a.people <= limits.holders
      AND b.people <= limits.holders
      AND a.birth_date <> b.birth_date
      AND jaro_winkler_similarity(a.name_std, b.name_std) < limits.least_alike
    UNION
    SELECT nik, person_id FROM held, limits WHERE people > limits.holders
), everyone AS (
    SELECT nik, list(record_id ORDER BY record_id) AS record_ids FROM held GROUP BY nik
)
SELECT
    h.person_id,
    CASE WHEN any_value(h.people) <= any_value(x.holders) THEN any_value(e.record_ids)
         ELSE list(h.record_id ORDER BY h.record_id) END AS record_ids,
    arg_min(h.owner_code, h.record_id) AS owner_code,
    any_value(coalesce(p.regency_code, h.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active OR p.billed THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    'NIK ' || left(h.nik, 4) || '••••••••' || right(h.nik, 4) || ' juga tertulis pada ' || any_value(h.people - 1)
        || ' orang lain yang nama dan tanggal lahirnya berbeda; '
        || any_value(CASE WHEN p.nik = h.nik THEN 'pada orang ini nomor itu yang berlaku.'
                          ELSE 'pada orang ini nomor itu tidak berlaku.' END) AS detail,
    h.nik AS discriminator
FROM held AS h
CROSS JOIN parameter AS m
CROSS JOIN limits AS x
JOIN everyone AS e USING (nik)
SEMI JOIN apart USING (nik, person_id)
JOIN person AS p USING (person_id)
GROUP BY h.person_id, h.nik
