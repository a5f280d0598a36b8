-- question_id: Perusahaan mana yang paling banyak belum mendaftarkan pekerja?
-- question_en: Which employers have most workers not registered?
SELECT employer_name, regency_name, size_class, workers, members, missing
FROM employer_gap
WHERE missing > 0
ORDER BY missing DESC, employer_name
LIMIT 20
