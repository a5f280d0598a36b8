-- code: ST03
-- term_id: Status aktif berbeda
-- term_en: Active status differs
-- definition: SK dan BPJS Kesehatan berbeda tentang kepesertaan PBPU Pemda: ada di SK yang berlaku tetapi kartu PBPU Pemda-nya tidak satu pun aktif, atau kartu PBPU Pemda aktif tetapi tidak ada di SK mana pun yang berlaku.
-- definition_en: In a decree in force, with PDA cards of which none is active; or an active PDA card and in no decree in force (tested where the decree of the person's regency arrived). One finding a person.
-- severity: 2
-- actor: BPJS Kesehatan
-- action_id: Samakan status kepesertaan dengan SK yang berlaku.
-- action_en: Align the membership to the decree in force.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff
-- needs: decree, bpjs_kesehatan
-- by_regency: decree
WITH cards AS (
    SELECT l.person_id, list(r.record_id) AS card_ids, any_value(r.owner_code) AS owner_code,
           any_value(r.regency_code) AS regency_code, bool_or(coalesce(r.status = 'AKTIF', FALSE)) AS active,
           string_agg(DISTINCT coalesce(r.status, 'tidak tercatat'), ', ' ORDER BY coalesce(r.status, 'tidak tercatat')) AS statuses
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_kesehatan' AND r.segment = 'PDA'
    GROUP BY l.person_id
), listed AS (
    SELECT l.person_id, list(r.record_id) AS listed_ids, min(r.owner_code) AS payer
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
    GROUP BY l.person_id
)
SELECT
    p.person_id,
    list_sort(list_concat(c.card_ids, coalesce(d.listed_ids, []))) AS record_ids,
    coalesce(d.payer, c.owner_code) AS owner_code,
    coalesce(d.payer, p.regency_code, c.regency_code) AS regency_code,
    p.village_code,
    m.tariff_pda AS rupiah_per_month,
    CASE WHEN c.active THEN 'Kartu PBPU Pemda aktif, tetapi tidak ada di SK yang berlaku.'
         ELSE 'Ada di SK ' || d.payer || ', tetapi kartu PBPU Pemda berstatus ' || c.statuses || '.' END AS detail,
    '' AS discriminator
FROM cards AS c
CROSS JOIN parameter AS m
JOIN person AS p USING (person_id)
LEFT JOIN listed AS d USING (person_id)
WHERE c.active <> p.in_decree
  AND (p.in_decree OR coalesce(p.regency_code, c.regency_code) IN (SELECT owner_code FROM record WHERE source = 'decree'))
