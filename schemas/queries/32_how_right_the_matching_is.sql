-- question_id: Berapa perkiraan tautan yang salah dan yang terlewat?
-- question_en: How many links are about wrong, and how many missed?
SELECT regency_code, measure, pairs, round(errors, 1) AS errors, value, low, high
FROM link_error
WHERE left_source = 'ALL' AND right_source = 'ALL'
ORDER BY measure, regency_code
