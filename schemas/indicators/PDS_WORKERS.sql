-- indicator: PDS_WORKERS
-- term_id: PDS tenaga kerja
-- term_en: PDS of workers
-- definition: Pemberi kerja terdaftar dengan pekerja aktif di BPJS Ketenagakerjaan lebih sedikit daripada yang dilaporkan di WLKP, dibagi semua pemberi kerja WLKP yang terdaftar.
-- definition_en: Registered employers with fewer active members in Jamsostek than workers reported to the manpower office, divided by all employers of the manpower report that are registered.
-- formula: pemberi kerja WLKP terdaftar yang pekerja aktifnya kurang dari yang dilaporkan ÷ pemberi kerja WLKP yang terdaftar
-- formula_en: registered employers with fewer active members than workers reported ÷ employers of the manpower report that are registered
-- unit: employers
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota.
-- limits_en: Not below the regency: the manpower report names the regency only.
-- needs: bpjs_ketenagakerjaan, employers
SELECT regency_code, (missing > 0)::INTEGER AS numerator, 1 AS denominator
FROM employer_compliance
WHERE registered AND workers IS NOT NULL
