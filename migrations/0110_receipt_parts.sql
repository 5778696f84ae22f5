-- migrate:up

-- 分割の申告: of a receipt that several applications of one corporation share, the part that a submitted version uses (docs/adr/0039). Only the latest version
-- of a live application counts; that the parts of one receipt stay within its whole is checked under a lock on the applicant (ReceiptParts).
create table receipt_parts (
  application_id uuid not null,
  version integer not null,
  slot integer not null,
  applicant_id uuid not null references applicants (id),
  document_id uuid not null,
  sha256 text not null,
  -- As compared: without width, case, blanks and the form of the company.
  issuer_key text not null,
  issued_on date not null,
  whole_yen bigint not null,
  part_yen bigint not null,
  primary key (application_id, version, slot),
  foreign key (application_id, version, document_id) references version_documents (application_id, version, document_id),
  constraint receipt_parts_within check (part_yen between 1 and whole_yen)
);

create index receipt_parts_file on receipt_parts (applicant_id, sha256);
create index receipt_parts_facts on receipt_parts (applicant_id, issuer_key, issued_on, whole_yen);
create index receipt_parts_document on receipt_parts (document_id);

create trigger receipt_parts_append_only before update or truncate on receipt_parts for each statement execute function refuse_change();
create trigger receipt_parts_kept before delete on receipt_parts for each row execute function refuse_deletion('application_id');

-- migrate:down
