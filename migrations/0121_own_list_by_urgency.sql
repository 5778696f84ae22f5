-- migrate:up
-- A clerk's own list in the order it is shown and taken from: within a state that waits, the date of 要綱 §7 runs with the reception, so the same index
-- serves the list, its counts and 次の案件.
create index applications_on_list on applications (reviewer_id, status, due_on, received_at, id) where reviewer_id is not null;
drop index applications_of_reviewer;

-- migrate:down
