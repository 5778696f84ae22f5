-- migrate:up

-- Rule 2: who came second for a number can report it as theirs; staff see both. Never changed; gone only with the draft it was made from.
create table number_reports (
  id bigint generated always as identity primary key,
  application_id uuid not null references applications (id),
  programme text not null,
  number text not null,
  words text not null,
  reported_at timestamptz not null,
  reported_by uuid not null references users (id),
  constraint number_reports_programme_known check (programme in ('care', 'medical')),
  constraint number_reports_words check (length(words) between 1 and 1000)
);

create index number_reports_number on number_reports (programme, number, id);
create unique index number_reports_once on number_reports (application_id, number);
create trigger number_reports_append_only before update or truncate on number_reports for each statement execute function refuse_change();

-- migrate:down
