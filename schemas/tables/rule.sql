-- A tariff, window, age or target in force between two dates, with its legal basis (id: aturan bertanggal).
-- key: rule, item, berlaku_mulai
CREATE TABLE rule (
    rule VARCHAR,               -- Name of the rule (id: nama aturan)
    item VARCHAR,               -- What within it: a segment, class, job or period; empty when there is one only (id: butir)
    value DOUBLE,               -- The value (id: nilai)
    unit VARCHAR,               -- Its unit (id: satuan)
    legal_basis VARCHAR,        -- Law, regulation or definition it comes from (id: dasar hukum)
    mark VARCHAR,               -- F found in public material, K general knowledge still to be verified, P padan's own definition, O set by the office (id: tanda kepastian)
    berlaku_mulai DATE,         -- First day in force (id: berlaku mulai)
    berlaku_sampai DATE,        -- Last day in force, null while it lasts (id: berlaku sampai)
    note VARCHAR,               -- Remark (id: keterangan)
    origin VARCHAR              -- padan, or the file of the office's own rules it stands in (id: asal)
);
