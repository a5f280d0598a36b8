-- indicator: TK_MULTI_PAYER
-- term_id: Lebih dari satu pembayar BPJS Ketenagakerjaan
-- term_en: More than one payer for Jamsostek
-- definition: Orang yang aktif di BPJS Ketenagakerjaan yang iurannya dibayar lebih dari satu pembayar (dua sumber dana, atau dua Pemda).
-- definition_en: Persons active in Jamsostek whose dues are paid by more than one payer (two funds, or two Pemda).
-- formula: orang yang aktif di BPJS Ketenagakerjaan dengan lebih dari satu pembayar ÷ orang yang aktif di BPJS Ketenagakerjaan
-- formula_en: persons active in Jamsostek with more than one payer ÷ persons active in Jamsostek
-- unit: people
-- by: person
-- needs: bpjs_ketenagakerjaan
WITH several AS (
    SELECT person_id FROM payer WHERE scheme = 'TK' GROUP BY person_id HAVING count(*) > 1
)
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, (s.person_id IS NOT NULL)::INTEGER AS numerator, 1 AS denominator
FROM person AS p LEFT JOIN several AS s USING (person_id)
WHERE p.active_jamsostek
