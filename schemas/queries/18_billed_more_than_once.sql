-- question_id: Kartu mana yang ditagih lebih dari sekali untuk satu bulan?
-- question_en: Which cards are billed more than once for one month?
SELECT card, covered_month, any_value(name) AS name, count(*) AS times, sum(amount) AS billed
FROM bill_line
WHERE times_billed > 1
GROUP BY ALL
ORDER BY times DESC, card
