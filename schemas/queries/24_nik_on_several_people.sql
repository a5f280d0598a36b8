-- question_id: NIK mana yang dipakai beberapa orang?
-- question_en: Which NIKs stand on several people?
SELECT nik, people, records, names
FROM nik_shared
ORDER BY people DESC, records DESC, nik
