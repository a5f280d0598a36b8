-- question_id: Temuan apa saja yang terbuka, dan berapa rupiahnya per bulan?
-- question_en: Which findings are open, and how much money a month is it?
SELECT code, any_value(term_id) AS istilah, sum(findings) AS findings, sum(rupiah_counted) AS rupiah_counted
FROM finding_by_regency
GROUP BY code
ORDER BY rupiah_counted DESC, code
