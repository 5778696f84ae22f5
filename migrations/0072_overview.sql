-- migrate:up

-- The dashboard's figures as last counted: one row, made by the job 'figures', so that looking costs nothing however large the tables are.
create table figures (
  single boolean primary key default true,
  at timestamptz not null,
  cells jsonb not null,
  constraint figures_single check (single)
);

-- Who looked at, exported or was denied one object; and the mails about an application.
create index audit_object on audit (object_id, id) where object_id is not null;
create index jobs_of_application on jobs (split_part(key, ':', 3)) where key like 'mail:application:%';

-- migrate:down
