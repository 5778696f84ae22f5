-- migrate:up

-- パスキー (WebAuthn credentials), as ASP.NET Core Identity hands them over.
create table passkeys (
  credential_id bytea primary key,
  user_id uuid not null references users (id),
  name text not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  user_verified boolean not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  attestation_object bytea not null,
  client_data_json bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  constraint passkeys_credential_length check (length(credential_id) between 1 and 1023),
  constraint passkeys_name_length check (length(name) between 1 and 50)
);

create index passkeys_user on passkeys (user_id, created_at);

-- 認証アプリ (TOTP). Secrets are protected by the portal's keys; a pending one becomes the secret when a code has confirmed it.
create table authenticators (
  user_id uuid primary key references users (id),
  secret bytea,
  confirmed_at timestamptz,
  -- The time step of the last code that was taken: neither it nor an earlier one is taken again.
  last_step bigint,
  pending_secret bytea,
  constraint authenticators_confirmed check ((secret is null) = (confirmed_at is null))
);

-- 回復コード: hashed, each works once.
create table recovery_codes (
  user_id uuid not null references users (id),
  hash bytea not null,
  -- One for the whole set, so that a guess costs one slow hash.
  salt bytea not null,
  used_at timestamptz,
  primary key (user_id, hash)
);

-- migrate:down
