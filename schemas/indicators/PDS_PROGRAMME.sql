-- indicator: PDS_PROGRAMME
-- term_id: PDS program
-- term_en: PDS of programmes
-- definition: Pemberi kerja terdaftar dengan temuan TK05 yang terbuka (program wajib tidak diikuti), dibagi semua pemberi kerja WLKP yang terdaftar.
-- definition_en: Registered employers with an open finding TK05 (a required programme is lacking), divided by all employers of the manpower report that are registered.
-- formula: pemberi kerja WLKP terdaftar dengan temuan TK05 ÷ pemberi kerja WLKP yang terdaftar
-- formula_en: registered employers with a finding TK05 ÷ employers of the manpower report that are registered
-- unit: employers
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota.
-- limits_en: Not below the regency: the manpower report names the regency only.
-- needs: bpjs_ketenagakerjaan, employers
SELECT regency_code, (programme_findings > 0)::INTEGER AS numerator, 1 AS denominator
FROM employer_compliance
WHERE registered
