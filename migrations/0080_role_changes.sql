-- migrate:up

-- A role of the staff to be given or taken: asked for by one 管理者, confirmed by a second, neither of them the person concerned. What has ended stays.
create table role_changes (
  id uuid primary key,
  user_id uuid not null references users (id),
  role text not null,
  kind text not null,
  reason text not null,
  state text not null default 'open',
  asked_by uuid not null references users (id),
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  ended_by uuid references users (id),
  ended_at timestamptz,
  constraint role_changes_role_known check (role in ('reviewer', 'approver', 'finance', 'admin', 'auditor')),
  constraint role_changes_kind_known check (kind in ('give', 'take')),
  constraint role_changes_state_known check (state in ('open', 'confirmed', 'declined', 'withdrawn', 'expired')),
  constraint role_changes_reason_length check (length(reason) between 1 and 500),
  constraint role_changes_not_own check (asked_by <> user_id),
  constraint role_changes_ended check ((state = 'open') = (ended_at is null) and (state in ('confirmed', 'declined', 'withdrawn')) = (ended_by is not null)),
  constraint role_changes_two_people check (state not in ('confirmed', 'declined') or ended_by <> asked_by and ended_by <> user_id),
  constraint role_changes_withdrawn_by_asker check (state <> 'withdrawn' or ended_by = asked_by)
);

create unique index role_changes_open_once on role_changes (user_id, role) where state = 'open';
create index role_changes_user on role_changes (user_id, asked_at);
create index role_changes_open on role_changes (expires_at) where state = 'open';

-- migrate:down
