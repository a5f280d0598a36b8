-- indicator: EMPLOYEES_COVERED
-- term_id: Pekerja WLKP yang terdaftar
-- term_en: Workers of the manpower report who are registered
-- definition: Pekerja aktif di BPJS Ketenagakerjaan menurut pemberi kerjanya, paling banyak sejumlah yang dilaporkan di WLKP, dibagi pekerja yang dilaporkan di WLKP.
-- definition_en: Persons active in Jamsostek by employer, at most as many as the employer reports to the manpower office, divided by the workers reported there.
-- formula: pekerja aktif di BPJS Ketenagakerjaan dari pemberi kerja WLKP ÷ pekerja yang dilaporkan di WLKP
-- formula_en: workers active in Jamsostek of the employers of the manpower report ÷ workers reported there
-- unit: people
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota.
-- limits_en: Not below the regency: the manpower report names the regency only.
-- needs: bpjs_ketenagakerjaan, employers
SELECT regency_code, workers - missing AS numerator, workers AS denominator
FROM employer_compliance
WHERE workers IS NOT NULL
