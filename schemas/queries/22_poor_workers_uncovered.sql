-- question_id: Pekerja informal termiskin mana yang belum terlindungi, menurut pekerjaan?
-- question_en: Which of the poorest informal workers are uncovered, by job?
SELECT job, regency_name, count(*) AS people, sum(rupiah_per_month) AS rupiah_per_month
FROM uncovered_worker
WHERE is_poorest
GROUP BY ALL
ORDER BY people DESC, job, regency_name
