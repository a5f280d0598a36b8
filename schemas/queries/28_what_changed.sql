-- question_id: Apa yang baru dan apa yang selesai sejak proses sebelumnya?
-- question_en: What is new and what is closed since the run before?
SELECT change, code, any_value(term_id) AS istilah, count(*) AS findings, sum(rupiah_per_month) AS rupiah_per_month
FROM changed_tonight
GROUP BY change, code
ORDER BY change, findings DESC, code
