-- migrate:up

-- Everything that happens later, written in the transaction that causes it; claimed by any instance, retried with backoff.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,
  -- Says the work once: enqueuing the same key again does nothing.
  key text not null,
  payload jsonb not null,
  state text not null default 'ready',
  run_at timestamptz not null,
  attempts integer not null default 0,
  locked_until timestamptz,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  constraint jobs_key_once unique (key),
  constraint jobs_state_known check (state in ('ready', 'done', 'dead'))
);

create index jobs_due on jobs (run_at, id) where state = 'ready';
create index jobs_dead on jobs (id) where state = 'dead';

-- migrate:down
