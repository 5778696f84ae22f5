-- migrate:up

-- Parked forms stand protected as a whole, which takes half as much again.
alter table parked_posts drop constraint parked_posts_small;
alter table parked_posts add constraint parked_posts_small check (pg_column_size(fields) <= 262144);

-- migrate:down
