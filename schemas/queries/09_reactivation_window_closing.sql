-- question_id: Siapa yang jendela reaktivasinya paling cepat tertutup?
-- question_en: Whose reactivation window closes first?
SELECT nik, name, regency_name, village_name, inactive_since, days_left
FROM eligible_uncovered
WHERE remedy = 'reaktivasi'
ORDER BY days_left, name
LIMIT 50
