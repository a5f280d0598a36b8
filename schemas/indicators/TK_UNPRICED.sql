-- indicator: TK_UNPRICED
-- term_id: Iuran BPJS Ketenagakerjaan yang tidak dapat dihitung
-- term_en: Jamsostek dues that cannot be reckoned
-- definition: Orang yang aktif di BPJS Ketenagakerjaan yang iurannya tidak dapat dihitung dari data yang diterima (payer.not_priced), menurut sumber dana.
-- definition_en: Persons active in Jamsostek whose dues cannot be reckoned from what arrived (payer.not_priced), by fund.
-- formula: orang yang aktif di BPJS Ketenagakerjaan yang iurannya tidak dapat dihitung ÷ orang yang aktif di BPJS Ketenagakerjaan
-- formula_en: persons active in Jamsostek whose dues cannot be reckoned ÷ persons active in Jamsostek
-- unit: people
-- by: person, fund
-- needs: bpjs_ketenagakerjaan
WITH unknown AS (
    SELECT DISTINCT person_id, fund FROM payer WHERE scheme = 'TK' AND not_priced IS NOT NULL
)
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, (p.person_id IN (SELECT person_id FROM unknown))::INTEGER AS numerator, 1 AS denominator
FROM person AS p
WHERE p.active_jamsostek
UNION ALL
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, u.fund, 1, 0
FROM unknown AS u JOIN person AS p USING (person_id)
