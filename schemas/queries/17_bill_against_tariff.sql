-- question_id: Berapa selisih tagihan terhadap tarif tiap kabupaten/kota?
-- question_en: How far is each regency's bill from the tariff?
SELECT payer_name, count(*) AS rows, sum(amount) AS billed, sum(tariff) AS by_tariff, sum(difference) AS difference
FROM bill_line
GROUP BY payer_name
ORDER BY difference DESC, payer_name
