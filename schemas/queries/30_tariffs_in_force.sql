-- question_id: Tarif apa yang dipakai malam ini, dan apa dasar hukumnya?
-- question_en: Which tariffs were used tonight, and on what legal basis?
SELECT rule, item, value, unit, legal_basis, mark, berlaku_mulai
FROM rule_in_force
WHERE unit LIKE 'rupiah%' AND rule <> 'umk'
ORDER BY rule, item
