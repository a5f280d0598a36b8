-- code: EL08
-- term_id: Desil berbeda provinsi–kabupaten/kota
-- term_en: Decile disagreement
-- definition: Desil 1 sampai 10 di DTSEN provinsi, tetapi register kabupaten/kota mencatat desil lain (1 sampai 10).
-- definition_en: A decile of 1 to 10 in DTSEN, and another one of 1 to 10 in a regency register; one finding a register. 0 (not ranked) or an empty decile disagrees with nothing.
-- severity: 2
-- actor: Dinas Sosial provinsi
-- action_id: Cocokkan dengan DTSEN terbaru dan betulkan register yang salah.
-- action_en: Settle against the latest DTSEN and correct the register that is wrong.
-- payer: -
-- rupiah: none
-- needs: province, regency
-- by_regency: regency
SELECT
    p.person_id,
    list_sort(any_value(d.record_ids) || list(r.record_id)) AS record_ids,
    r.owner_code,
    any_value(coalesce(p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    any_value('Desil DTSEN ' || p.decile || ', register kabupaten/kota ')
        || coalesce(r.owner_code || ' ', '') || 'mencatat desil '
        || string_agg(DISTINCT r.decile::VARCHAR, ' dan ' ORDER BY r.decile::VARCHAR) || '.' AS detail,
    r.owner_code AS discriminator
FROM person AS p
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
JOIN (
    SELECT person_id, list(record_id) AS record_ids
    FROM link JOIN record USING (record_id)
    WHERE source = 'province'
    GROUP BY person_id
) AS d USING (person_id)
WHERE p.decile BETWEEN 1 AND 10
  AND r.source = 'regency'
  AND r.decile BETWEEN 1 AND 10
  AND r.decile <> p.decile
GROUP BY p.person_id, r.owner_code
