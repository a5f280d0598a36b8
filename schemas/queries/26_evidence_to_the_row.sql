-- question_id: Dari berkas dan baris mana temuan orang meninggal berasal?
-- question_en: From which files and rows do the findings of dead people come?
SELECT finding_id, source, file, left(sha256, 12) AS sha256, source_row, status, status_date
FROM finding_evidence
WHERE code = 'ST01'
ORDER BY finding_id, record_id
