-- migrate:up

-- 法的保全: the records of an application stay whatever their age. One open hold an application; what was lifted stays as history.
create table legal_holds (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete cascade,
  reason text not null,
  set_at timestamptz not null,
  set_by uuid not null references users (id),
  set_by_name text not null,
  lifted_at timestamptz,
  lifted_by uuid references users (id),
  lifted_by_name text,
  lifted_because text,
  constraint legal_holds_reason check (length(reason) between 1 and 500 and length(lifted_because) between 1 and 500),
  constraint legal_holds_lifted check (num_nulls(lifted_at, lifted_by, lifted_by_name, lifted_because) in (0, 4))
);

create unique index legal_holds_open_once on legal_holds (application_id) where lifted_at is null;
create index legal_holds_open on legal_holds (set_at, id) where lifted_at is null;
create index legal_holds_application on legal_holds (application_id, set_at);

-- The mail that tells of a draft's deletion. A draft touched since then has its 12 months anew, and another mail before the next date.
create table draft_notices (
  application_id uuid primary key references applications (id) on delete cascade,
  -- When the draft had been touched last.
  touched_at timestamptz not null,
  noticed_at timestamptz not null,
  deleted_on date not null
);

create index draft_notices_due on draft_notices (deleted_on, application_id);

-- Every deletion by the rules of retention: what, why, when; nothing about a person. Append-only. It comes first: only what has its line here, written in the
-- same transaction, can be deleted from the append-only tables (docs/adr/0032).
create table deletions (
  id bigint generated always as identity primary key,
  application_id uuid not null,
  what text not null,
  why text not null,
  receipt_number text,
  programme text not null,
  -- Of the institution.
  number text,
  year_id text,
  granted_yen bigint,
  -- The day of the decision or the end; of a draft the day it was last touched.
  ended_on date not null,
  -- The last day it had to be kept.
  kept_until date not null,
  -- The day it was deleted, by the portal's clock, in Japan.
  deleted_on date not null,
  versions integer not null,
  events integer not null,
  documents integer not null,
  letters integer not null,
  bytes bigint not null,
  at timestamptz not null,
  transaction xid8 not null default pg_current_xact_id(),
  constraint deletions_once unique (application_id),
  constraint deletions_what_known check (what in ('application', 'draft')),
  constraint deletions_why_known check (why in ('five-fiscal-years', 'untouched-draft')),
  constraint deletions_over check (kept_until < deleted_on)
);

create index deletions_receipt on deletions (receipt_number) where receipt_number is not null;
create trigger deletions_append_only before update or delete or truncate on deletions for each statement execute function refuse_change();

-- The last day the records of what ended then are kept: 5 fiscal years after its own. The same as Retention.KeptUntil; a test compares the two.
create function kept_until(ended date) returns date language sql immutable parallel safe
return make_date(extract(year from ended - interval '3 months')::integer + 6, 3, 31);

-- When an application was decided or ended; null while it lives.
create function ended_at(status text, decided_at timestamptz, updated_at timestamptz) returns timestamptz language sql immutable parallel safe
return case when status in ('granted', 'refused', 'withdrawn', 'paid') then coalesce(decided_at, updated_at) end;

create index applications_ended on applications (ended_at(status, decided_at, updated_at), id) where ended_at(status, decided_at, updated_at) is not null;

-- No line without its reason: what is deleted has ended long enough ago, or is a draft whose notice has run out, and is not held.
create function check_deletion() returns trigger language plpgsql as $$
begin
  new.transaction := pg_current_xact_id();
  if exists (select from legal_holds h where h.application_id = new.application_id and h.lifted_at is null) then
    raise exception 'application % is held', new.application_id using errcode = 'restrict_violation';
  end if;
  if not exists (
    select from applications a
    where a.id = new.application_id and case new.what
      when 'application' then new.why = 'five-fiscal-years' and new.kept_until >= kept_until((ended_at(a.status, a.decided_at, a.updated_at) at time zone 'Asia/Tokyo')::date)
      else new.why = 'untouched-draft' and a.status = 'draft'
        and exists (select from draft_notices n where n.application_id = a.id and n.deleted_on <= new.deleted_on)
    end) then
    raise exception 'application % has to be kept', new.application_id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger deletions_checked before insert on deletions for each row execute function check_deletion();

-- Append-only tables of an application call this before each row they lose. Its argument is the column that leads to the application: application_id, or
-- letter_id of a letter that goes after its files.
create function refuse_deletion() returns trigger language plpgsql as $$
declare
  owner uuid := (to_jsonb(old) ->> tg_argv[0])::uuid;
begin
  if tg_argv[0] = 'letter_id' then
    select l.application_id into owner from letters l where l.id = owner;
  end if;
  if exists (select from deletions d where d.application_id = owner and d.transaction = pg_current_xact_id()) then
    return old;
  end if;
  raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;

drop trigger application_versions_append_only on application_versions;
drop trigger version_documents_append_only on version_documents;
drop trigger events_append_only on events;
drop trigger case_notes_append_only on case_notes;
drop trigger letters_append_only on letters;
drop trigger letter_files_append_only on letter_files;

create trigger application_versions_append_only before update or truncate on application_versions for each statement execute function refuse_change();
create trigger version_documents_append_only before update or truncate on version_documents for each statement execute function refuse_change();
create trigger events_append_only before update or truncate on events for each statement execute function refuse_change();
create trigger case_notes_append_only before update or truncate on case_notes for each statement execute function refuse_change();
create trigger letters_append_only before update or truncate on letters for each statement execute function refuse_change();
create trigger letter_files_append_only before update or truncate on letter_files for each statement execute function refuse_change();

create trigger application_versions_kept before delete on application_versions for each row execute function refuse_deletion('application_id');
create trigger version_documents_kept before delete on version_documents for each row execute function refuse_deletion('application_id');
create trigger events_kept before delete on events for each row execute function refuse_deletion('application_id');
create trigger case_notes_kept before delete on case_notes for each row execute function refuse_deletion('application_id');
create trigger letters_kept before delete on letters for each row execute function refuse_deletion('application_id');
create trigger letter_files_kept before delete on letter_files for each row execute function refuse_deletion('letter_id');

-- Mails to a draft's people, and finished work that is about no application.
create index jobs_of_draft on jobs (split_part(key, ':', 3)) where key like 'mail:draft-%';
create index jobs_finished on jobs (finished_at) where state = 'done' and key not like 'mail:application:%';

-- Foreign keys that a deletion looks up.
create index document_confirmations_document on document_confirmations (document_id);
create index number_claims_application on number_claims (application_id) where application_id is not null;

-- migrate:down
