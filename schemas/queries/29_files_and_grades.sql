-- question_id: Berkas mana yang mutunya paling rendah malam ini?
-- question_en: Which files have the lowest grade tonight?
SELECT grade, source, owner_name, file, rows_read, rows_quarantined, reason_id
FROM source_tonight
ORDER BY grade DESC NULLS LAST, rows_quarantined DESC, source, file
