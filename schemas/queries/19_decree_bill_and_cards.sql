-- question_id: Bagaimana SK, tagihan, dan kartu aktif tiap kabupaten/kota dibandingkan?
-- question_en: How do decree, bill and active cards of each regency compare?
SELECT *
FROM regency_account
ORDER BY regency_code
