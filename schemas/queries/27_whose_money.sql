-- question_id: Uang siapa yang dipertaruhkan?
-- question_en: Whose money is at stake?
SELECT payer, sum(findings) AS findings, sum(rupiah_per_month) AS rupiah_per_month
FROM money_by_payer
GROUP BY payer
ORDER BY rupiah_per_month DESC
