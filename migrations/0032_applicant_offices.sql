-- migrate:up

-- Offices of an applicant. A number belongs to one applicant; it never blocks a submission (rule 2 does that, by live applications alone).
create table applicant_offices (
  programme text not null,
  number text not null,
  applicant_id uuid not null references applicants (id),
  name text not null default '',
  added_at timestamptz not null,
  added_by uuid references users (id),
  primary key (programme, number),
  constraint applicant_offices_programme_known check (programme in ('care', 'medical')),
  constraint applicant_offices_number_form check (number ~ '^[0-9A-Z]{10}$')
);

create index applicant_offices_applicant on applicant_offices (applicant_id, programme, number);

-- A second claim to a number: from the list of offices, by a submission for a number another applicant holds, or by who read that the number's
-- application was received already. Staff decide it once. What happened to it stands in the audit.
create table number_claims (
  id bigint generated always as identity primary key,
  programme text not null,
  number text not null,
  source text not null,
  claimant_id uuid not null references applicants (id),
  -- Who held the number, or had the live application for it, when the claim was made.
  holder_id uuid not null references applicants (id),
  -- The claimant's application the claim came from; a draft that is deleted leaves its claim.
  application_id uuid references applications (id) on delete set null,
  words text not null default '',
  holder_words text,
  claimed_at timestamptz not null,
  claimed_by uuid not null references users (id),
  state text not null default 'open',
  reason text,
  decided_at timestamptz,
  decided_by uuid references users (id),
  version integer not null default 1,
  constraint number_claims_programme_known check (programme in ('care', 'medical')),
  constraint number_claims_source_known check (source in ('listed', 'submitted', 'reported')),
  constraint number_claims_two_parties check (claimant_id <> holder_id),
  constraint number_claims_words check (length(words) <= 1000 and length(holder_words) between 1 and 1000),
  constraint number_claims_state_known check (state in ('open', 'upheld', 'declined')),
  constraint number_claims_decided check ((state = 'open') = (decided_at is null) and (state = 'open') = (decided_by is null) and (state = 'open') = (reason is null))
);

create unique index number_claims_open_once on number_claims (programme, number, claimant_id) where state = 'open';
create index number_claims_open on number_claims (claimed_at, id) where state = 'open';
create index number_claims_decided on number_claims (decided_at desc, id desc) where state <> 'open';
create index number_claims_number on number_claims (programme, number, id);
create index number_claims_claimant on number_claims (claimant_id, id);
create index number_claims_holder on number_claims (holder_id, id) where state = 'open';

-- Who has a live application for a number holds it.
insert into applicant_offices (programme, number, applicant_id, name, added_at, added_by)
select distinct on (a.programme, a.number) a.programme, a.number, a.applicant_id, coalesce(a.name, ''), a.received_at, a.created_by
from applications a where a.status not in ('draft', 'refused', 'withdrawn')
order by a.programme, a.number, a.received_at, a.id;

-- Reports of numbers become claims.
insert into number_claims (programme, number, source, claimant_id, holder_id, application_id, words, claimed_at, claimed_by)
select distinct on (r.programme, r.number, a.applicant_id) r.programme, r.number, 'reported', a.applicant_id, o.applicant_id, r.application_id, r.words, r.reported_at, r.reported_by
from number_reports r
join applications a on a.id = r.application_id
join applicant_offices o on o.programme = r.programme and o.number = r.number and o.applicant_id <> a.applicant_id
order by r.programme, r.number, a.applicant_id, r.id;

drop table number_reports;

-- migrate:down
