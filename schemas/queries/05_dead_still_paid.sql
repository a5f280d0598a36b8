-- question_id: Siapa yang sudah meninggal lebih dari tiga bulan tetapi masih dibayar?
-- question_en: Who has been dead for more than three months and is still paid for?
SELECT nik, name, regency_name, death_date, months_since_death, jkn_segment, rupiah_per_month
FROM dead_still_paid
WHERE months_since_death > 3
ORDER BY months_since_death DESC, name
