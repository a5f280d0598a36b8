-- indicator: JKN_MULTI_PAYER
-- term_id: Lebih dari satu pembayar JKN
-- term_en: More than one payer for JKN
-- definition: Orang dengan kartu JKN aktif atau ditagihkan ke Pemda yang iurannya dibayar lebih dari satu pembayar (dua sumber dana, atau dua Pemda). Bagian APBN pada PBPU Pemda tidak dihitung sebagai pembayar kedua.
-- definition_en: Persons with an active JKN card or billed to a Pemda whose dues are paid by more than one payer (two funds, or two Pemda). The part of APBN in PBPU Pemda does not count as a second payer.
-- formula: orang dengan kartu JKN aktif atau ditagihkan ke Pemda dengan lebih dari satu pembayar ÷ orang dengan kartu JKN aktif atau ditagihkan ke Pemda
-- formula_en: persons with an active JKN card or billed to a Pemda with more than one payer ÷ persons with an active JKN card or billed to a Pemda
-- unit: people
-- by: person
-- needs: bpjs_kesehatan
WITH several AS (
    SELECT person_id FROM payer WHERE scheme = 'JKN' AND fund <> 'APBN_PDA' GROUP BY person_id HAVING count(*) > 1
)
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, (s.person_id IS NOT NULL)::INTEGER AS numerator, 1 AS denominator
FROM person AS p LEFT JOIN several AS s USING (person_id)
WHERE p.active_jkn OR p.billed
