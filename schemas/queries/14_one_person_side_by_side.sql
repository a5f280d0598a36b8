-- question_id: Apa kata setiap register tentang satu orang?
-- question_en: What does each register say of one person?
SELECT s.source, s.owner_code, s.file, s.source_row, s.differs, s.nik, s.name, s.birth_date, s.segment, s.status
FROM person_side_by_side AS s
JOIN (SELECT person_id FROM person ORDER BY registers DESC, records DESC, person_id LIMIT 1) USING (person_id)
ORDER BY s.source, s.record_id
