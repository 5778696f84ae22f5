-- migrate:up

-- A registration waits here until its mail address is confirmed: only then is there an account. Several may wait for one address.
create table registrations (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  return_url text,
  created_at timestamptz not null,
  until timestamptz not null,
  constraint registrations_email_length check (length(email) between 3 and 254)
);

create index registrations_until on registrations (until);

-- A change of an account's mail address, made once both the old and the new one have agreed.
create table mail_changes (
  id uuid primary key,
  user_id uuid not null references users (id),
  email text not null,
  old_agreed_at timestamptz,
  new_agreed_at timestamptz,
  created_at timestamptz not null,
  until timestamptz not null,
  constraint mail_changes_one_at_a_time unique (user_id),
  constraint mail_changes_email_length check (length(email) between 3 and 254)
);

create index mail_changes_until on mail_changes (until);

-- Links sent by mail, each good once (docs/adr/0013). Only the token's hash is kept: who reads the database cannot follow them.
create table account_links (
  token_hash bytea primary key,
  purpose text not null,
  user_id uuid references users (id),
  registration_id uuid references registrations (id) on delete cascade,
  mail_change_id uuid references mail_changes (id) on delete cascade,
  -- The account's security stamp when the link was made: a changed credential voids it.
  stamp text,
  until timestamptz not null,
  constraint account_links_purpose_known check (purpose in ('register', 'reset', 'sign-in', 'mail-change-old', 'mail-change-new')),
  constraint account_links_one_subject check (num_nonnulls(user_id, registration_id, mail_change_id) = 1),
  constraint account_links_stamped check ((user_id is null) = (stamp is null))
);

create index account_links_until on account_links (until);
create index account_links_user on account_links (user_id);
create index account_links_registration on account_links (registration_id);
create index account_links_mail_change on account_links (mail_change_id);

-- Rate limits (docs/adr/0014): one row a key while its bucket is not full. Unlogged: after a crash all buckets are full, which is no loss.
create unlogged table rate_limits (
  key text primary key,
  full_at timestamptz not null
) with (fillfactor = 50);

-- migrate:down
