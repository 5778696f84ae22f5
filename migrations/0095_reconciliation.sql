-- migrate:up

-- Every blob a row names, and whether it lies in quarantine: lists an import of the office master was made from among them.
create or replace view stored_files as
  select id, size, sha256, malware = 'infected' as quarantined from documents
  union all
  select blob_id, size, sha256, false from letter_files
  union all
  select blob_id, size, sha256, false from document_views
  union all
  select id, size, sha256, false from office_import_files;

-- What comparing rows and blobs found wrong: a file that is not there, or not the one its row names. One open line a file; ended by the
-- comparison that finds it mended, or its row gone. No line is ever deleted but with its application.
create table file_faults (
  id bigint generated always as identity primary key,
  -- The blob's name.
  file_id uuid not null,
  fault text not null,
  -- Whose it is: a document, the picture shown of one, a letter, an import of the office master; or a kind of file not known here.
  owner_kind text not null,
  owner_id uuid,
  application_id uuid references applications (id) on delete cascade,
  -- Bytes, or of an altered file the hashes.
  expected text not null,
  found text,
  found_at timestamptz not null,
  seen_at timestamptz not null,
  resolved_at timestamptz,
  -- An operator has written the file off: told on, but readiness no longer waits for it.
  accepted_at timestamptz,
  constraint file_faults_fault_known check (fault in ('missing', 'resized', 'altered')),
  constraint file_faults_owner_known check (owner_kind in ('document', 'view', 'letter', 'office-import', 'file'))
);

create unique index file_faults_open_once on file_faults (file_id) where resolved_at is null;
create index file_faults_unready on file_faults (id) where resolved_at is null and accepted_at is null;
create index file_faults_application on file_faults (application_id) where application_id is not null;

-- A part of a nightly comparison: the files whose names begin with one digit, from a name on.
create table file_comparisons (
  -- Key of the day's job.
  run text not null,
  digit text not null,
  -- Where it began, empty for the digit's beginning; where the next part goes on, null at the digit's end.
  began_from text not null,
  goes_on_from text,
  files integer not null,
  blobs integer not null,
  missing integer not null,
  orphans integer not null,
  differing integer not null,
  altered integer not null,
  hashed integer not null,
  at timestamptz not null,
  primary key (run, digit, began_from),
  constraint file_comparisons_digit check (digit ~ '^[0-9a-f]$')
);

create index file_comparisons_at on file_comparisons (at);

-- How far the reading of hashes has come among the names of each first digit: each night goes on where the last one stopped.
create table file_hash_rounds (
  digit text primary key,
  -- The last name read; null: at the beginning.
  after uuid,
  began_at timestamptz not null,
  -- When every name had been read once more.
  completed_at timestamptz,
  constraint file_hash_rounds_digit check (digit ~ '^[0-9a-f]$')
);

-- migrate:down
