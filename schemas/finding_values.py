"""What a finding was judged on: a digest of the values of its deciding records, and the choice of verdicts it has.

A verdict holds as long as the digest is the same. The records' file, row, delivery and billed month are not in it, so
that the same facts in the next month's files are the same values.
"""

# Every value of a record that an officer sees on the row and that is a fact of the person, the card or the money.
DECIDING = (
    "register", "source_key", "nik", "name_std", "birth_date", "sex", "kk", "village_code", "decile", "excluded",
    "segment", "status", "status_date", "start_date", "amount", "wage", "programs", "funding", "decree_no",
)  # fmt: skip
RECORD_TEXT = "concat_ws('|', {})".format(", ".join(f"coalesce(r.{name}::varchar, '')" for name in DECIDING))
# A finding of no record (a quota, a file) is judged on its sentence.
FINDING_VALUES = f"""
select f.finding_id, md5(concat_ws(chr(10), f.code, coalesce(list_aggregate(list_sort(list_distinct(
    list({RECORD_TEXT}) filter (where r.record_id is not null))), 'string_agg', chr(10)), f.detail))) as values_digest
from (select finding_id, code, detail, unnest(if(len(record_ids) = 0, [null], record_ids)) as record_id
      from $findings) f
left join record r using (record_id) group by f.finding_id, f.code, f.detail
"""
# Of two people, or of two records that are not both bills, an officer can say whether they are one person.
CHOICE = """
case when any_value(f.code) = 'ID12' then 'O'
  when count(distinct k.person_id) = 2 or (count(distinct r.record_id) = 2
    and bool_or(r.source <> 'bpjs_kesehatan_bill')) then 'G' else 'T' end"""
