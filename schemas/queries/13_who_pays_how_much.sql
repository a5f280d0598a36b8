-- question_id: Berapa orang dan rupiah yang ditanggung tiap pembayar?
-- question_en: How many people and how much money does each payer carry?
SELECT programme, ground, payer, payer_name, count(DISTINCT person_id) AS people, sum(rupiah_per_month) AS rupiah_per_month
FROM who_pays
GROUP BY ALL
ORDER BY programme, ground, people DESC, payer, payer_name
