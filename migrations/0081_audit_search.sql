-- migrate:up

-- The audit's filters: each leads into the list in its order (at, id), so that a page reads little whatever is asked for.
create index audit_action on audit (action, at, id);
create index audit_address on audit (address, at, id) where address is not null;
create index audit_kind on audit (object_kind, at, id) where object_kind is not null;
create index audit_object_at on audit (object_id, at, id) where object_id is not null;
-- Served by the one before.
drop index audit_object;

-- When an account signed in last.
create index audit_login on audit (actor_id, at) where action = 'login';

-- People by a part of their name or address.
create index users_search on users using gin (name_grams(search_key(name || chr(10) || email)));

-- migrate:down
