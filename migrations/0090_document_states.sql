-- migrate:up

-- What is known of a stored file. Two questions, answered by jobs independent of each other: is it a sound file of its type, and does the scanner
-- find malware in it. 検査中 until both are answered.
alter table documents
  add column structure text not null default 'waiting',
  add column malware text not null default 'waiting',
  -- To the applicant: why it cannot be used, and what to do.
  add column verdict text,
  -- What the scanner calls what it found.
  add column threat text,
  add column pages integer,
  add column inspected_at timestamptz,
  add column scanned_at timestamptz,
  add constraint documents_structure_known check (structure in ('waiting', 'sound', 'unusable')),
  add constraint documents_malware_known check (malware in ('waiting', 'clean', 'infected')),
  add constraint documents_verdict_given check ((structure = 'unusable') <= (verdict is not null)),
  add constraint documents_inspected check ((structure = 'waiting') = (inspected_at is null)),
  add constraint documents_scanned check ((malware = 'waiting') = (scanned_at is null) and (malware = 'infected') = (threat is not null));

create index documents_waiting on documents (uploaded_at, id) where structure = 'waiting' or malware = 'waiting';
create index documents_infected on documents (scanned_at, id) where malware = 'infected';

-- What is shown of a photo: upright, and without what its camera wrote into it, as the place it was taken. The original stays as it came.
create table document_views (
  document_id uuid primary key references documents (id) on delete cascade,
  blob_id uuid not null,
  type text not null,
  size bigint not null,
  sha256 text not null,
  made_at timestamptz not null,
  constraint document_views_blob_once unique (blob_id),
  constraint document_views_type_known check (type in ('jpeg', 'png')),
  constraint document_views_size check (size > 0),
  constraint document_views_sha256_form check (sha256 ~ '^[0-9a-f]{64}$')
);

-- Every blob a row names, and whether it lies in quarantine, the container of its own. What is not here is an orphan; whoever stores another
-- kind of file adds it here.
drop view stored_files;
create view stored_files as
  select id, size, sha256, malware = 'infected' as quarantined from documents
  union all
  select blob_id, size, sha256, false from letter_files
  union all
  select blob_id, size, sha256, false from document_views
  union all
  select id, size, sha256, false from office_import_files;

-- Each kind of job is claimed by itself: what waits for a scanner that is away stands in nobody's way.
create index jobs_due_by_kind on jobs (kind, run_at, id) where state = 'ready';

-- What was stored before files were looked into is looked into now.
insert into jobs (kind, key, payload, run_at, created_at)
select k.kind, k.kind || ':' || d.id, jsonb_build_object('document', d.id), now(), now()
from documents d cross join (values ('inspect-document'), ('scan-document')) as k (kind);

-- migrate:down
