-- question_id: Berapa orang layak PBI yang belum aktif, menurut desil?
-- question_en: How many eligible people are not active, by decile?
SELECT decile, remedy, count(*) AS people, sum(rupiah_per_month) AS rupiah_per_month
FROM eligible_uncovered
GROUP BY ALL
ORDER BY decile, remedy
