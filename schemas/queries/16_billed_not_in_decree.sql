-- question_id: Siapa yang ditagihkan tanpa ada di SK?
-- question_en: Who is billed without being in the decree?
SELECT payer_name, nik, name, covered_month, amount, file, source_row
FROM bill_line
WHERE NOT in_decree
ORDER BY payer_name, name, source_row
