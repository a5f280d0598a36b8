-- A rule in force on the day of this run (id: ketentuan yang berlaku).
-- question_id: Tarif, usia, dan batas mana yang dipakai malam ini, dan apa dasar hukumnya?
-- question_en: Which tariffs, ages and windows were used, and on what legal basis?
CREATE VIEW rule_in_force (
    rule,                  -- Name of the rule (id: nama aturan)
    item,                  -- What within it; empty when there is one only (id: butir)
    value,                 -- The value (id: nilai)
    unit,                  -- Its unit (id: satuan)
    legal_basis,           -- Law, regulation or definition it comes from (id: dasar hukum)
    mark,                  -- F found in public material, K still to be verified, P padan's own, O set by the office (id: tanda kepastian)
    berlaku_mulai,         -- First day in force (id: berlaku mulai)
    berlaku_sampai,        -- Last day in force, null while it lasts (id: berlaku sampai)
    origin                 -- padan, or the file of the office's own rules (id: asal)
) AS
SELECT
    r.rule,
    r.item,
    r.value,
    r.unit,
    r.legal_basis,
    r.mark,
    r.berlaku_mulai,
    r.berlaku_sampai,
    r.origin
FROM rule AS r
JOIN parameter AS m ON m.as_of BETWEEN r.berlaku_mulai AND coalesce(r.berlaku_sampai, m.as_of)
