-- migrate:up

-- Another live application seems to have one of its receipts too: found by a job, shown in the queue (docs/adr/0034).
alter table applications add column receipt_reused boolean not null default false;

-- The queue is filtered by it as by the other flags (docs/adr/0021). A generated column's expression cannot be changed: a new one in its place.
alter table applications drop column tokens;
alter table applications add column tokens text[] generated always as (case when status <> 'draft' then
  queue_tokens(status, programme, number, search_key(name) || chr(10) || search_key(name_kana), reviewer_id, team_id, returned_before, reported, check_failed)
  || case when receipt_reused then array['freused'] else '{}' end
end) stored;
create index applications_tokens on applications using gin (tokens) with (fastupdate = off);

-- To delete them with their application.
create index jobs_of_receipts on jobs (split_part(key, ':', 2)) where key like 'receipt-reuse:%';

-- migrate:down
