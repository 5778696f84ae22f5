-- migrate:up

-- A team of clerks (班) and what it covers. Each prefecture of a programme has at most one team (docs/adr/0022).
create table teams (
  id uuid primary key,
  name text not null,
  -- What comes in goes to the list of the member with the least open work; otherwise to the team's list.
  to_members boolean not null,
  version integer not null default 1,
  created_at timestamptz not null,
  -- Dissolved: covers nothing, has no members; its name stays with what it worked on.
  closed_at timestamptz,
  constraint teams_name check (length(name) between 1 and 40)
);

create unique index teams_name_once on teams (name) where closed_at is null;

create table team_coverage (
  programme text not null,
  prefecture text not null,
  team_id uuid not null references teams (id),
  primary key (programme, prefecture),
  constraint team_coverage_programme_known check (programme in ('care', 'medical')),
  constraint team_coverage_prefecture check (prefecture ~ '^(0[1-9]|[1-3][0-9]|4[0-7])$')
);

create index team_coverage_team on team_coverage (team_id);

create table team_members (
  team_id uuid not null references teams (id),
  user_id uuid not null references users (id),
  since timestamptz not null,
  primary key (team_id, user_id)
);

create index team_members_user on team_members (user_id);

alter table applications add constraint applications_team foreign key (team_id) references teams (id);

-- What waits on nobody's list: a team's, or what no team covers.
create index applications_waiting on applications (team_id, received_at, id) where status = 'received' and reviewer_id is null;

-- 利害関係の届出: the cases this person does not see. By corporation, by institution, or by applicant. Ended, never deleted.
create table conflicts (
  id uuid primary key,
  user_id uuid not null references users (id),
  corporate_number text,
  number text,
  applicant_id uuid references applicants (id),
  words text not null,
  declared_at timestamptz not null,
  ended_at timestamptz,
  constraint conflicts_one_kind check (num_nonnulls(corporate_number, number, applicant_id) = 1),
  constraint conflicts_corporate_number_form check (corporate_number ~ '^[0-9]{13}$'),
  constraint conflicts_number_form check (number ~ '^[0-9A-Z]{10}$'),
  constraint conflicts_words check (length(words) <= 500)
);

create unique index conflicts_once on conflicts (user_id, coalesce(corporate_number, number, applicant_id::text)) where ended_at is null;

-- Once per query: `x.number <> all ((select conflict_numbers(…))::text[])`.
create function conflict_numbers(person uuid) returns text[] language sql stable parallel safe
return (select coalesce(array_agg(c.number), '{}') from conflicts c where c.user_id = person and c.ended_at is null and c.number is not null);

create function conflict_applicants(person uuid) returns uuid[] language sql stable parallel safe
return (
  select coalesce(array_agg(coalesce(c.applicant_id, p.id)), '{}')
  from conflicts c
  left join applicants p on p.corporate_number = c.corporate_number
  where c.user_id = person and c.ended_at is null and c.number is null and coalesce(c.applicant_id, p.id) is not null);

-- 不在: days on which nothing is put on this person's list, both included.
create table absences (
  id uuid primary key,
  user_id uuid not null references users (id),
  from_day date not null,
  to_day date not null,
  noted_at timestamptz not null,
  noted_by uuid not null references users (id),
  constraint absences_order check (to_day >= from_day)
);

create index absences_user on absences (user_id, to_day);

-- Whether a case may be put on this person's list: a reviewer, not absent, no member of the applicant, no conflict declared.
create function may_take(person uuid, applicant uuid, institution text, today date) returns boolean language sql stable
return exists (select from user_roles r where r.user_id = person and r.role = 'reviewer')
  and not exists (select from absences b where b.user_id = person and today between b.from_day and b.to_day)
  and not exists (select from memberships m where m.user_id = person and m.applicant_id = applicant)
  and institution <> all (conflict_numbers(person))
  and applicant <> all (conflict_applicants(person));

-- Whoever declares a conflict or an absence holds this lock of theirs while writing it down. Routing asks without waiting: a person who is just doing
-- so is passed over, so that nothing is put on the list behind their back.
create function list_lock(person uuid) returns bigint language sql immutable
return hashtextextended(person::text, 51);

-- To which team and onto whose list a submission goes. Called where it is saved, in its transaction.
--   reviewer, team: as before this submission; comes_back: a 差戻し that was answered stays with its clerk whatever its team.
create function route_application(
  applicant uuid, program text, institution text, reviewer uuid, team uuid, comes_back boolean, today date, out team_id uuid, out reviewer_id uuid)
language plpgsql as $$
declare
  spread boolean;
begin
  select c.team_id, t.to_members into route_application.team_id, spread
  from team_coverage c join teams t on t.id = c.team_id
  where c.programme = program and c.prefecture = left(institution, 2);

  if reviewer is not null and (comes_back or route_application.team_id is not distinct from team)
    and pg_try_advisory_xact_lock_shared(list_lock(reviewer)) and may_take(reviewer, applicant, institution, today) then
    route_application.reviewer_id := reviewer;
  elsif spread then
    select m.user_id into route_application.reviewer_id
    from team_members m
    cross join lateral (
      select count(*) as cases
      from (select from applications a where a.reviewer_id = m.user_id and a.status in ('received', 'reviewing') limit 1000) a) work
    where m.team_id = route_application.team_id and may_take(m.user_id, applicant, institution, today)
    order by work.cases, m.since, m.user_id
    limit 1;
    -- Asked again under the lock: what was declared meanwhile is seen by this statement's own snapshot.
    if not coalesce(pg_try_advisory_xact_lock_shared(list_lock(route_application.reviewer_id)), false)
      or not may_take(route_application.reviewer_id, applicant, institution, today) then
      route_application.reviewer_id := null;
    end if;
  end if;
end
$$;

-- migrate:down
