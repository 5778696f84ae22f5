-- migrate:up

-- GビズID: which account the provider's subject belongs to. Linked by somebody signed in, or with the account's making; never by mail address.
create table gbiz_ids (
  subject text primary key,
  user_id uuid not null references users (id),
  linked_at timestamptz not null,
  constraint gbiz_ids_account_once unique (user_id),
  constraint gbiz_ids_subject_length check (length(subject) between 1 and 255)
);

-- migrate:down
