-- question_id: Siapa yang dibayar dua kali di Lebak?
-- question_en: Who is paid for twice in Lebak?
SELECT nik, name, village_name, codes, rupiah_per_month, detail
FROM paid_twice
WHERE regency_name ILIKE '%Lebak%'
ORDER BY rupiah_per_month DESC, name
