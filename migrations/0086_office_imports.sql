-- migrate:up

-- Imports of the office master asked for on /admin/import: what was uploaded, by whom, and what came of it. A job does the work.
create table office_imports (
  id uuid primary key,
  asked_at timestamptz not null,
  asked_by uuid not null references users (id),
  asked_by_name text not null,
  finished_at timestamptz,
  -- Why nothing was changed, in Japanese; or the summary of what was.
  failure text,
  report jsonb,
  constraint office_imports_end check ((finished_at is not null) = (failure is not null or report is not null)),
  constraint office_imports_one_end check (failure is null or report is null)
);

-- An uploaded list. Its id is the name of its blob; the row follows the blob.
create table office_import_files (
  id uuid primary key,
  import_id uuid not null references office_imports (id),
  ordinal integer not null,
  name text not null,
  size bigint not null,
  sha256 text not null,
  constraint office_import_files_once unique (import_id, ordinal),
  constraint office_import_files_name check (length(name) between 1 and 200),
  constraint office_import_files_size check (size > 0),
  constraint office_import_files_sha256_form check (sha256 ~ '^[0-9a-f]{64}$')
);

-- Every blob that a row names.
create or replace view stored_files as
  select id, size, sha256 from documents
  union all
  select blob_id, size, sha256 from letter_files
  union all
  select id, size, sha256 from office_import_files;

-- migrate:down
