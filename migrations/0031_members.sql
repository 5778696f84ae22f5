-- migrate:up

-- Counts changes of a membership: who saw another one is stale.
alter table memberships add column version integer not null default 1;

-- An invitation to an applicant, for one mail address, accepted once. The link in the mail carries the id and the sending it was made for; nothing
-- here opens it.
create table invitations (
  id uuid primary key,
  applicant_id uuid not null references applicants (id),
  email text not null,
  normalized_email text not null,
  role text not null,
  state text not null default 'open',
  -- How often it was sent; only the link of the last one works.
  sendings integer not null default 1,
  invited_by uuid not null references users (id),
  invited_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references users (id),
  constraint invitations_role_known check (role in ('owner', 'clerk', 'viewer')),
  constraint invitations_state_known check (state in ('open', 'accepted', 'revoked')),
  constraint invitations_ended check ((state = 'open') = (ended_at is null) and (state = 'open') = (ended_by is null)),
  constraint invitations_email_length check (length(email) between 3 and 254)
);

create unique index invitations_open_once on invitations (applicant_id, normalized_email) where state = 'open';

-- migrate:down
