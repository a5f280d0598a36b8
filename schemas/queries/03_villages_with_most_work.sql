-- question_id: Sepuluh desa mana yang paling banyak pekerjaan mendesak?
-- question_en: Which ten villages have most urgent work?
SELECT regency_name, district_name, village_name, urgent, findings, rupiah_counted
FROM finding_by_village
ORDER BY urgent DESC, village_code
LIMIT 10
