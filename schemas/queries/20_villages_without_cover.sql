-- question_id: Di desa mana bagian orang layak tanpa perlindungan paling besar?
-- question_en: In which villages is the share of eligible people without cover largest?
SELECT village_name, district_name, eligible, eligible_uncovered, round(eligible_uncovered / eligible, 3) AS share
FROM village_coverage
WHERE eligible >= 10
ORDER BY share DESC, village_code
LIMIT 20
