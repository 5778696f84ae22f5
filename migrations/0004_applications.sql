-- migrate:up

create sequence receipt_serial;

create table applications (
  id uuid primary key,
  applicant_id uuid not null references applicants (id),
  programme text not null,
  status text not null,
  version integer not null,
  submissions integer not null default 0,
  receipt_number text,
  year_id text references programme_years (id),
  number text,
  -- '*' counts across years, otherwise the year itself: the setting number_scope of the programme year.
  number_scope text,
  name text,
  applied_yen bigint not null default 0,
  received_at timestamptz,
  reviewer_id uuid references users (id),
  reviewers uuid[] not null default '{}',
  recommendation text,
  recommended_yen bigint,
  granted_yen bigint,
  returned jsonb,
  answer_by date,
  decided_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null references users (id),
  updated_at timestamptz not null,
  constraint applications_receipt_number_once unique (receipt_number),
  constraint applications_programme_known check (programme in ('care', 'medical')),
  constraint applications_status_known check (status in
    ('draft', 'received', 'reviewing', 'awaiting-decision', 'returned', 'granted', 'refused', 'withdrawn', 'paying', 'paid', 'returned-transfer')),
  constraint applications_submitted_whole check (status = 'draft' or
    (submissions > 0 and receipt_number is not null and year_id is not null and number is not null and number_scope is not null
      and name is not null and received_at is not null and applied_yen > 0)),
  constraint applications_reviewed_by_someone check (status not in ('reviewing', 'awaiting-decision') or reviewer_id is not null),
  constraint applications_recommended check ((status = 'awaiting-decision') <= (recommendation is not null)),
  constraint applications_recommendation_known check (recommendation in ('grant', 'refuse')),
  constraint applications_granted_amount check ((status = 'granted') <= (granted_yen is not null)),
  constraint applications_amounts check (applied_yen % 1000 = 0 and granted_yen between 0 and applied_yen and recommended_yen between 0 and applied_yen),
  -- Two people: who decided stands in events; whoever reviewed is kept here and never empty once reviewing began.
  constraint applications_reviewers_known check (status not in ('awaiting-decision', 'granted', 'refused') or cardinality(reviewers) > 0)
);

-- 要綱 §6-3: one live application per number.
create unique index applications_one_live_per_number on applications (programme, number, number_scope)
  where status not in ('draft', 'refused', 'withdrawn');
create index applications_of_applicant on applications (applicant_id, updated_at desc, id);
create index applications_queue on applications (status, received_at, id) where status <> 'draft';
create index applications_of_reviewer on applications (reviewer_id, status, received_at, id) where reviewer_id is not null;
create index applications_drafts on applications (updated_at, id) where status = 'draft';

-- The working copy: everything typed, as typed, one row a step, so that two people on different steps never collide.
create table working_sections (
  application_id uuid not null references applications (id),
  section text not null,
  answers jsonb not null,
  revision integer not null,
  -- The page that saved last: its own repeat after a lost answer is no conflict.
  editor uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null references users (id),
  primary key (application_id, section),
  constraint working_sections_section_known check (section in ('office', 'amount', 'account', 'receipts')),
  constraint working_sections_small check (pg_column_size(answers) <= 65536)
);

-- Every submitted version, kept whole. Append-only.
create table application_versions (
  application_id uuid not null references applications (id),
  version integer not null,
  year_id text not null references programme_years (id),
  answers jsonb not null,
  content jsonb not null,
  applied_yen bigint not null,
  submitted_at timestamptz not null,
  submitted_by uuid not null references users (id),
  primary key (application_id, version)
);

create trigger application_versions_append_only before update or delete or truncate on application_versions
  for each statement execute function refuse_change();

-- A stored file. Its id is the name of its blob; the row follows the blob.
create table documents (
  id uuid primary key,
  application_id uuid not null references applications (id),
  kind text not null,
  slot integer not null,
  file_name text not null,
  type text not null,
  size bigint not null,
  sha256 text not null,
  upload_id uuid not null,
  -- Part of the working copy; a document replaced or removed keeps its row while a submitted version names it.
  attached boolean not null,
  uploaded_at timestamptz not null,
  uploaded_by uuid not null references users (id),
  constraint documents_kind_known check (kind in ('passbook', 'service-proof', 'bed-proof', 'receipt', 'web-service-screen', 'completion-proof')),
  constraint documents_slot check (slot between 0 and 9),
  constraint documents_type_known check (type in ('pdf', 'jpeg', 'png')),
  constraint documents_size check (size between 1 and 20971520),
  constraint documents_sha256_form check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint documents_upload_once unique (application_id, upload_id)
);

create unique index documents_one_per_slot on documents (application_id, kind, slot) where attached;
create index documents_detached on documents (uploaded_at, id) where not attached;

create table version_documents (
  application_id uuid not null,
  version integer not null,
  document_id uuid not null references documents (id),
  primary key (application_id, version, document_id),
  foreign key (application_id, version) references application_versions (application_id, version)
);

create index version_documents_document on version_documents (document_id);
create trigger version_documents_append_only before update or delete or truncate on version_documents
  for each statement execute function refuse_change();

-- What happened to an application. Append-only.
create table events (
  id bigint generated always as identity primary key,
  application_id uuid not null references applications (id),
  kind text not null,
  at timestamptz not null,
  actor_id uuid not null references users (id),
  actor_name text not null,
  by_staff boolean not null,
  version integer not null,
  to_status text not null,
  amount_yen bigint,
  recommendation text,
  reason text,
  items jsonb,
  answer_by date,
  constraint events_kind_known check (kind in
    ('submitted', 'edited', 'resubmitted', 'withdrawn', 'claimed', 'released', 'returned', 'reviewed', 'handed-back', 'granted', 'refused'))
);

create index events_of_application on events (application_id, id);
create trigger events_append_only before update or delete or truncate on events for each statement execute function refuse_change();

-- migrate:down
