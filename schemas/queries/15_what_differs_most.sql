-- question_id: Kolom apa yang paling sering berbeda antarregister?
-- question_en: Which columns differ most between the registers?
SELECT column_name, source, count(*) AS records
FROM (SELECT source, unnest(string_split(differs, ', ')) AS column_name FROM person_side_by_side)
GROUP BY ALL
ORDER BY records DESC, column_name, source
