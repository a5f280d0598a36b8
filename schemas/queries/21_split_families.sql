-- question_id: Keluarga layak mana yang sebagian anggotanya tidak aktif?
-- question_en: Which eligible families have members who are not active?
SELECT kk, regency_code, members, active, eligible_uncovered, lowest_decile
FROM household
WHERE is_split AND eligible_uncovered > 0
ORDER BY eligible_uncovered DESC, kk
LIMIT 50
