-- migrate:up

-- The last number given to a decision letter of a fiscal year. Raised in the decision's own transaction: rolled back with it, so no number is
-- ever missing, and locked until it commits, so none is given twice (docs/adr/0025).
create table letter_numbers (
  fiscal_year integer primary key,
  last integer not null,
  constraint letter_numbers_positive check (last > 0)
);

-- A letter to an applicant: what it said when it was issued. Append-only.
create table letters (
  id uuid primary key,
  application_id uuid not null references applications (id),
  applicant_id uuid not null references applicants (id),
  event_id bigint not null references events (id),
  kind text not null,
  fiscal_year integer,
  serial integer,
  content jsonb not null,
  issued_at timestamptz not null,
  constraint letters_once_per_event unique (event_id),
  constraint letters_number_once unique (fiscal_year, serial),
  constraint letters_kind_known check (kind in ('grant', 'refusal', 'return')),
  -- 交付決定通知書 and 不交付決定通知書 are numbered, 差戻しのお知らせ are not.
  constraint letters_decisions_numbered check ((kind = 'return') = (serial is null) and (serial is null) = (fiscal_year is null))
);

create index letters_of_application on letters (application_id, event_id);
create index letters_of_applicant on letters (applicant_id, issued_at desc, id);
create trigger letters_append_only before update or delete or truncate on letters for each statement execute function refuse_change();

-- The PDF printed from a letter: the blob's name, its size in bytes and its hash. The row follows the blob. Append-only.
create table letter_files (
  letter_id uuid primary key references letters (id),
  blob_id uuid not null,
  size bigint not null,
  sha256 text not null,
  stored_at timestamptz not null,
  constraint letter_files_blob_once unique (blob_id),
  constraint letter_files_size check (size > 0),
  constraint letter_files_sha256_form check (sha256 ~ '^[0-9a-f]{64}$')
);

create trigger letter_files_append_only before update or delete or truncate on letter_files for each statement execute function refuse_change();

-- Every blob a row names. What is not here is an orphan; whoever stores another kind of file adds it here.
create view stored_files as
  select id, size, sha256 from documents
  union all
  select blob_id, size, sha256 from letter_files;

-- migrate:down
