-- question_id: Berapa temuan SEGERA di tiap kabupaten/kota?
-- question_en: How many findings in each regency are due before the next bill?
SELECT regency_code, regency_name, sum(findings) AS findings, sum(rupiah_counted) AS rupiah_counted
FROM finding_by_regency
WHERE severity = 1
GROUP BY ALL
ORDER BY findings DESC
