-- question_id: Berapa yang kira-kira sudah terbayar sejak kematian, per kabupaten/kota?
-- question_en: How much has about been paid since the deaths, by regency?
SELECT regency_name, count(*) AS people, sum(greatest(months_since_death, 0) * rupiah_per_month) AS rupiah_since_death
FROM dead_still_paid
WHERE death_date IS NOT NULL
GROUP BY regency_name
ORDER BY rupiah_since_death DESC
