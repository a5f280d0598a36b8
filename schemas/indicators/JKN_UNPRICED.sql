-- indicator: JKN_UNPRICED
-- term_id: Iuran JKN yang tidak dapat dihitung
-- term_en: JKN dues that cannot be reckoned
-- definition: Orang dengan kartu JKN aktif atau ditagihkan ke Pemda yang iurannya tidak dapat dihitung dari data yang diterima (payer.not_priced), menurut sumber dana.
-- definition_en: Persons with an active JKN card or billed to a Pemda whose dues cannot be reckoned from what arrived (payer.not_priced), by fund.
-- formula: orang dengan kartu JKN aktif atau ditagihkan ke Pemda yang iurannya tidak dapat dihitung ÷ orang dengan kartu JKN aktif atau ditagihkan ke Pemda
-- formula_en: persons with an active JKN card or billed to a Pemda whose dues cannot be reckoned ÷ persons with an active JKN card or billed to a Pemda
-- unit: people
-- by: person, fund
-- needs: bpjs_kesehatan
WITH unknown AS (
    SELECT DISTINCT person_id, fund FROM payer WHERE scheme = 'JKN' AND not_priced IS NOT NULL
)
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, (p.person_id IN (SELECT person_id FROM unknown))::INTEGER AS numerator, 1 AS denominator
FROM person AS p
WHERE p.active_jkn OR p.billed
UNION ALL
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, u.fund, 1, 0
FROM unknown AS u JOIN person AS p USING (person_id)
