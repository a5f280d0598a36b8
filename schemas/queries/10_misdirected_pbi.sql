-- question_id: Mengapa penerima PBI dianggap tidak layak, dan berapa banyak?
-- question_en: Why are PBI recipients not eligible, and how many are there?
SELECT reason, count(*) AS people, sum(rupiah_per_month) AS rupiah_per_month
FROM misdirected_pbi
GROUP BY reason
ORDER BY people DESC, reason
