-- code: ID10
-- term_id: Kartu JKN ganda
-- term_en: Two JKN cards
-- definition: Satu orang memiliki dua kartu JKN (PSNOKA) aktif atau lebih.
-- definition_en: Two or more different active JKN cards (PSNOKA) of one person.
-- severity: 1
-- actor: BPJS Kesehatan
-- action_id: Gabungkan kartu; sisakan satu yang aktif.
-- action_en: Merge the cards; leave one active.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the tariffs of the active PBI and PDA cards less the dearest; a card of another segment costs no public money
-- needs: bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    sum(CASE r.segment WHEN 'PBI' THEN m.tariff_pbi WHEN 'PDA' THEN m.tariff_pda ELSE 0 END)
        - max(CASE r.segment WHEN 'PBI' THEN m.tariff_pbi WHEN 'PDA' THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    any_value(p.active_jkn_cards) || ' kartu JKN aktif: '
        || string_agg(coalesce(r.segment, 'segmen tidak tercatat'), ' dan ' ORDER BY r.record_id) || '.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.active_jkn_cards > 1
  AND r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF'
GROUP BY p.person_id
