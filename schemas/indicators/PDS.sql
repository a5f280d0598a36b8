-- indicator: PDS
-- term_id: Perusahaan daftar sebagian (PDS)
-- term_en: Employers that register a part (PDS)
-- definition: Pemberi kerja yang terdaftar di BPJS Ketenagakerjaan tetapi mendaftarkan sebagian pekerja, upah, atau program, dibagi semua pemberi kerja WLKP yang terdaftar; yang sebagian dalam beberapa hal dihitung sekali.
-- definition_en: Employers registered in Jamsostek that register a part only of the workers, the wages or the programmes, divided by all employers of the manpower report that are registered; who is partial in several ways counts once.
-- formula: pemberi kerja WLKP yang mendaftarkan sebagian pekerja, upah, atau program ÷ pemberi kerja WLKP yang terdaftar
-- formula_en: employers of the manpower report that register part of the workers, wages or programmes ÷ employers of the manpower report that are registered
-- unit: employers
-- by: place
-- limits: Di bawah kabupaten/kota tidak dapat dihitung: WLKP hanya menyebut kabupaten/kota. Tanpa UMK di ketentuan, upah tidak ikut dinilai.
-- limits_en: Not below the regency: the manpower report names the regency only. Without minimum wages in the rules, wages are not judged.
-- needs: bpjs_ketenagakerjaan, employers
SELECT regency_code, (missing > 0 OR wage_findings > 0 OR programme_findings > 0)::INTEGER AS numerator, 1 AS denominator
FROM employer_compliance
WHERE registered
