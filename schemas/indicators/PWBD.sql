-- indicator: PWBD
-- term_id: Perusahaan wajib belum daftar (PWBD)
-- term_en: Employers that must register and have not (PWBD)
-- definition: Pemberi kerja yang melaporkan pekerja di WLKP tetapi tidak punya NPP atau NPP-nya tidak ada di BPJS Ketenagakerjaan, dibagi semua pemberi kerja yang melaporkan pekerja di WLKP.
-- definition_en: Employers that report workers to the manpower office but have no Jamsostek number, or one that no membership in Jamsostek names, divided by all employers that report workers.
-- formula: pemberi kerja WLKP tanpa kepesertaan di BPJS Ketenagakerjaan ÷ pemberi kerja WLKP yang melaporkan pekerja
-- formula_en: employers of the manpower report without any membership in Jamsostek ÷ employers of the manpower report that report workers
-- unit: employers
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota.
-- limits_en: Not below the regency: the manpower report names the regency only.
-- needs: bpjs_ketenagakerjaan, employers
SELECT regency_code, (NOT registered)::INTEGER AS numerator, 1 AS denominator
FROM employer_compliance
