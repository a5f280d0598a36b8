-- question_id: Pasangan rekaman mana yang menunggu keputusan?
-- question_en: Which pairs of records wait for a decision?
SELECT probability, left_source, left_name, left_birth_date, right_source, right_name, right_birth_date
FROM doubtful_pair
ORDER BY probability DESC, left_record_id, right_record_id
