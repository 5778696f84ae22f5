-- migrate:up

-- お知らせ: what an operator says about a year on the home page, with its date, until it is replaced or removed. Plain text.
alter table programme_years
  add column announcement text,
  add column announced_at timestamptz,
  add constraint programme_years_announcement check ((announcement is null) = (announced_at is null) and length(announcement) between 1 and 1000),
  -- 要綱 §15-3: a stop has its reason.
  add constraint programme_years_stopped_because check (length(stopped_because) between 1 and 200);

-- migrate:down
