-- question_id: Siapa saja yang membayar untuk satu orang?
-- question_en: Who pays for one person?
SELECT w.*
FROM who_pays AS w
JOIN (SELECT person_id FROM paid_twice ORDER BY rupiah_per_month DESC, person_id LIMIT 1) USING (person_id)
ORDER BY programme, ground, payer_code
