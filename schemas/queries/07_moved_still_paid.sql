-- question_id: Siapa yang masih dibayar daerah lama setelah pindah?
-- question_en: Who is still paid for by the old regency after a move?
SELECT payer_name, regency_name, count(*) AS people, sum(rupiah_per_month) AS rupiah_per_month
FROM moved_still_paid
GROUP BY ALL
ORDER BY people DESC, payer_name, regency_name
