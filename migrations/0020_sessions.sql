-- migrate:up

-- Who is signed in where. The cookie carries the id, protected by the portal's keys; a row that is ended or too old is no session (docs/adr/0015).
create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id),
  created_at timestamptz not null,
  -- When a request came last, to the minute.
  used_at timestamptz not null,
  address text,
  -- Browser and system in words.
  device text not null,
  method text not null,
  -- What was shown besides; null: one factor only.
  second text,
  -- When the person last proved who they are.
  verified_at timestamptz not null,
  ended_at timestamptz,
  constraint sessions_method_known check (method in ('password', 'passkey', 'mail-link', 'gbiz-id')),
  constraint sessions_second_known check (second in ('passkey', 'code', 'recovery-code')),
  constraint sessions_device_length check (length(device) <= 100)
);

create index sessions_user on sessions (user_id);
create index sessions_created on sessions (created_at);

alter table users
  -- Staff without a second factor. Set by the demo's seed and by nothing else.
  add column second_factor_exempt boolean not null default false,
  -- Passkeys are offered once.
  add column passkey_offered_at timestamptz;

-- migrate:down
