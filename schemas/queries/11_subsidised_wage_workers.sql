-- question_id: Pekerja upah mana yang masih bersubsidi, di perusahaan apa?
-- question_en: Which wage workers are still subsidised, and who employs them?
SELECT employer_name, name, wage, has_pbi_active, has_pda_active, rupiah_per_month
FROM subsidised_worker
ORDER BY wage DESC NULLS LAST, name
