-- migrate:up

-- For searching: width, case, kana kind and spaces do not matter. The same as JapaneseText.SearchKey; a test compares the two.
create function search_key(words text) returns text language sql immutable strict parallel safe
return translate(
  upper(normalize(regexp_replace(normalize(words, nfkc), '\s', '', 'g'), nfkc) collate "C"),
  'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖ',
  'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶ');

-- Every two neighbouring characters of a search key, each once: words of two characters are found by them, which trigrams cannot.
create function name_grams(key text) returns text[] language sql immutable strict parallel safe
return (select coalesce(array_agg(distinct 'n' || substr(key, i, 2)), '{}') from generate_series(1, length(key) - 1) as i);

-- The date the rules tell everyone (要綱 §7, ExpectedDates): review by the end of the month after reception, the result by the end of the month
-- after that; in 差戻し the date an answer is asked by. What is finished, or a draft, is not urgent.
create function due_date(status text, received_at timestamptz, answer_by date) returns date language sql immutable parallel safe
return case
  when status in ('received', 'reviewing') then (date_trunc('month', received_at at time zone 'Asia/Tokyo') + interval '2 months - 1 day')::date
  when status = 'awaiting-decision' then (date_trunc('month', received_at at time zone 'Asia/Tokyo') + interval '3 months - 1 day')::date
  when status = 'returned' then coalesce(answer_by, (date_trunc('month', received_at at time zone 'Asia/Tokyo') + interval '3 months - 1 day')::date)
  else 'infinity'::date
end;

-- What the queue is filtered by, in one array for one index (docs/adr/0021): s status, g programme, p prefecture, r on whose list (r- nobody's),
-- t team (t- none covers it), f flags, n the name's pairs of characters.
create function queue_tokens(
  status text, programme text, number text, search_text text, reviewer_id uuid, team_id uuid, returned_before boolean, reported boolean, check_failed boolean)
returns text[] language sql immutable parallel safe
return case when status <> 'draft' then
  array['s' || status, 'g' || programme, 'p' || left(number, 2), 'r' || coalesce(reviewer_id::text, '-'), 't' || coalesce(team_id::text, '-')]
  || case when returned_before then array['freturned'] else '{}' end
  || case when reported then array['freported'] else '{}' end
  || case when check_failed then array['ffailed'] else '{}' end
  || name_grams(search_text)
end;

alter table applications
  -- The institution's name in kana as the master has it at the latest submission; blank where it has none.
  add column name_kana text not null default '',
  add column team_id uuid,
  -- 差戻し in any version.
  add column returned_before boolean not null default false,
  -- Somebody else says that the number is theirs, and it is not decided yet (number_claims).
  add column reported boolean not null default false,
  -- An automatic check of the latest submission came out as 否.
  add column check_failed boolean not null default false;

update applications a set
  name_kana = coalesce((select i.name_kana from institutions i where i.programme = a.programme and i.number = a.number), ''),
  returned_before = exists (select from events e where e.application_id = a.id and e.kind = 'returned'),
  reported = exists (select from number_claims c where c.programme = a.programme and c.number = a.number and c.state = 'open')
where a.status <> 'draft';

alter table applications
  add column prefecture text generated always as (left(number, 2)) stored,
  add column due_on date not null generated always as (due_date(status, received_at, answer_by)) stored,
  -- The line break keeps the two apart: no key has one.
  add column search_text text generated always as (search_key(name) || chr(10) || search_key(name_kana)) stored,
  add column tokens text[] generated always as (queue_tokens(
    status, programme, number, search_key(name) || chr(10) || search_key(name_kana), reviewer_id, team_id, returned_before, reported, check_failed)) stored;

create index applications_urgency on applications (status, due_on, received_at, id) where status <> 'draft';
create index applications_amount on applications (status, applied_yen, received_at, id) where status <> 'draft';
create index applications_number on applications (number collate "C") where status <> 'draft';
create index applications_receipt on applications (receipt_number collate "C") where status <> 'draft';
-- Without a list of pending entries: a search would read all of it.
create index applications_tokens on applications using gin (tokens) with (fastupdate = off);

-- Claims are made and decided; the live application for the number says whether one is open.
create function mark_reported() returns trigger language plpgsql as $$
declare
  changed number_claims := coalesce(new, old);
begin
  update applications a
  set reported = exists (select from number_claims c where c.programme = a.programme and c.number = a.number and c.state = 'open')
  where a.programme = changed.programme and a.number = changed.number and a.status not in ('draft', 'refused', 'withdrawn');
  return null;
end
$$;

create trigger number_claims_mark after insert or update of state or delete on number_claims for each row execute function mark_reported();

-- A person's filters of the queue, by name.
create table saved_filters (
  id uuid primary key,
  user_id uuid not null references users (id),
  name text not null,
  -- As it stands in the address, without a question mark and a position.
  query text not null,
  saved_at timestamptz not null,
  constraint saved_filters_name_once unique (user_id, name),
  constraint saved_filters_name check (length(name) between 1 and 40),
  constraint saved_filters_query check (length(query) <= 1000)
);

-- migrate:down
