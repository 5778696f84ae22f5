-- migrate:up

-- What was read of a receipt, once: help for people, never a decision. No row: not read yet, or not to be read.
create table receipt_readings (
  document_id uuid primary key references documents (id) on delete cascade,
  -- read; unreadable: no tool could open it; off: this portal had no tools for it.
  status text not null,
  -- What was found, each with its place on the page.
  findings jsonb,
  -- 64 bits of how the first page looks, upright (docs/adr/0034).
  fingerprint bigint,
  registration_number text,
  issued_on date,
  total_yen bigint,
  read_at timestamptz not null,
  -- Two fingerprints that differ in at most three bits have at least one of these four quarters in common.
  band_1 integer generated always as ((fingerprint >> 48 & 65535)::integer) stored,
  band_2 integer generated always as ((fingerprint >> 32 & 65535)::integer) stored,
  band_3 integer generated always as ((fingerprint >> 16 & 65535)::integer) stored,
  band_4 integer generated always as ((fingerprint & 65535)::integer) stored,
  constraint receipt_readings_status_known check (status in ('read', 'unreadable', 'off')),
  constraint receipt_readings_whole check ((status = 'read') = (findings is not null) and (status = 'read') = (fingerprint is not null))
);

create index receipt_readings_band_1 on receipt_readings (band_1) where fingerprint is not null;
create index receipt_readings_band_2 on receipt_readings (band_2) where fingerprint is not null;
create index receipt_readings_band_3 on receipt_readings (band_3) where fingerprint is not null;
create index receipt_readings_band_4 on receipt_readings (band_4) where fingerprint is not null;
create index receipt_readings_facts on receipt_readings (registration_number, issued_on, total_yen)
  where registration_number is not null and issued_on is not null and total_yen is not null;

-- The same bytes in another application.
create index documents_receipt_bytes on documents (sha256) where kind = 'receipt';

-- migrate:down
