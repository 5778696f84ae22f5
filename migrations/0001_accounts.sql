-- migrate:up

-- Append-only tables call this before every update and delete (docs/adr/0004).
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;

create table users (
  id uuid primary key,
  email text not null,
  normalized_email text not null,
  name text not null,
  password_hash text,
  security_stamp text not null,
  email_confirmed boolean not null default false,
  access_failed_count integer not null default 0,
  lockout_end timestamptz,
  created_at timestamptz not null,
  constraint users_email_once unique (normalized_email),
  constraint users_email_length check (length(email) between 3 and 254)
);

-- Staff roles; an account without any is an applicant's.
create table user_roles (
  user_id uuid not null references users (id),
  role text not null,
  given_at timestamptz not null,
  primary key (user_id, role),
  constraint user_roles_known check (role in ('reviewer', 'approver', 'finance', 'admin', 'auditor'))
);

-- 申請者: an application belongs to an applicant, never to a user.
create table applicants (
  id uuid primary key,
  kind text not null,
  name text not null,
  corporate_number text,
  representative text not null,
  non_profit boolean not null,
  contact_name text not null,
  phone text not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint applicants_kind_known check (kind in ('corporation', 'sole-proprietor')),
  constraint applicants_corporate_number check ((kind = 'corporation') = (corporate_number is not null) and corporate_number ~ '^[0-9]{13}$')
);

create index applicants_corporate_number on applicants (corporate_number);

create table memberships (
  user_id uuid not null references users (id),
  applicant_id uuid not null references applicants (id),
  role text not null,
  since timestamptz not null,
  primary key (user_id, applicant_id),
  constraint memberships_role_known check (role in ('owner', 'clerk', 'viewer'))
);

create index memberships_applicant on memberships (applicant_id);

-- Who signed in, looked, exported, was denied. Append-only.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  object_kind text,
  object_id text,
  address text,
  detail jsonb
);

create index audit_at on audit (at);
create index audit_actor on audit (actor_id, at);
create trigger audit_append_only before update or delete or truncate on audit for each statement execute function refuse_change();

-- Keys that protect cookies and form tokens, shared by all instances.
create table data_protection_keys (
  name text primary key,
  xml text not null,
  created_at timestamptz not null
);

-- What a signed-out person posted, kept until signed in again, so that an expired session loses nothing.
create table parked_posts (
  id uuid primary key,
  path text not null,
  fields jsonb not null,
  created_at timestamptz not null,
  constraint parked_posts_small check (pg_column_size(fields) <= 131072)
);

create index parked_posts_age on parked_posts (created_at);

-- migrate:down
