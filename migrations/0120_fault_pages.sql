-- migrate:up

-- The state page shows the first faults nobody wrote off, then the first of the others: a lost container leaves millions of either.
create index file_faults_accepted on file_faults (id) where resolved_at is null and accepted_at is not null;

-- migrate:down
