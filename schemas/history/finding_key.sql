-- The key by which a finding is known again: its class, its person and what tells several of that class and person apart.
-- A new finding has it as its finding_id; one that followed its person, or came back, keeps the id that it had.
-- person_id is null in a finding that is of no person: of a quota, a project, a file.
CREATE OR REPLACE TEMP MACRO hashed_finding_id(words) AS 'F' || left(md5(words), 15);

CREATE OR REPLACE TEMP MACRO finding_key_of(code, person_id, discriminator) AS
    hashed_finding_id(concat_ws('|', code, person_id, discriminator));
