-- migrate:up

-- 1日1回まとめて受け取る: what happens to the account's applications is told once a day.
alter table user_settings add column daily_mail boolean not null default false;

-- What waits for the day's mail, by person: jobs that no worker claims and the digest ends (docs/adr/0026).
create index jobs_digest on jobs ((payload ->> 'user'), id) where state = 'ready' and kind = 'digest-item';

-- migrate:down
