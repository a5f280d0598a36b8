-- question_id: Apa yang malam ini tidak dapat diuji, dan karena apa?
-- question_en: What could not be tested tonight, and why?
SELECT code, term_id, not_testable_reason
FROM finding_type
WHERE not_testable_reason IS NOT NULL
ORDER BY code
