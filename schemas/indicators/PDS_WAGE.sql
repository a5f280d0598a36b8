-- indicator: PDS_WAGE
-- term_id: PDS upah
-- term_en: PDS of wages
-- definition: Pemberi kerja terdaftar dengan temuan TK04 yang terbuka (upah dilaporkan di bawah UMK), dibagi semua pemberi kerja WLKP yang terdaftar.
-- definition_en: Registered employers with an open finding TK04 (wage reported below the minimum wage), divided by all employers of the manpower report that are registered.
-- formula: pemberi kerja WLKP terdaftar dengan temuan TK04 ÷ pemberi kerja WLKP yang terdaftar
-- formula_en: registered employers with a finding TK04 ÷ employers of the manpower report that are registered
-- unit: employers
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota. Usaha mikro dan kecil tidak diuji TK04; upah yang lebih dari UMK tetapi kurang dari sebenarnya tidak terlihat.
-- limits_en: Not below the regency: the manpower report names the regency only. Micro and small employers are not tested by TK04; a wage above the minimum but below the true one is not seen.
-- needs: bpjs_ketenagakerjaan, employers, rule:umk
SELECT regency_code, (wage_findings > 0)::INTEGER AS numerator, 1 AS denominator
FROM employer_compliance
WHERE registered
