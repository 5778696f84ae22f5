-- migrate:up

-- One programme in one fiscal year: its period and every figure the rules use (要綱 §4, §13, §15, 別表, 別添).
create table programme_years (
  id text primary key,
  programme text not null,
  year text not null,
  opens date not null,
  closes date not null,
  earliest_work_date date,
  budget_yen bigint,
  stopped_because text,
  cap_basis text not null default 'category',
  number_scope text not null default 'all-years',
  categories jsonb not null default '[]',
  rates jsonb not null default '[]',
  documents jsonb not null,
  version integer not null default 1,
  constraint programme_years_once unique (programme, year),
  constraint programme_years_programme_known check (programme in ('care', 'medical')),
  constraint programme_years_period check (closes >= opens),
  constraint programme_years_budget check (budget_yen >= 0),
  constraint programme_years_cap_basis_known check (cap_basis in ('category', 'service-code')),
  constraint programme_years_number_scope_known check (number_scope in ('all-years', 'one-year'))
);

-- Sums of what is applied for and what is granted, in stripes so that simultaneous submissions do not queue on one row (docs/adr/0005).
create table programme_year_totals (
  year_id text not null references programme_years (id),
  stripe integer not null,
  open_yen bigint not null default 0,
  committed_yen bigint not null default 0,
  primary key (year_id, stripe)
);

-- A year has its stripes from its first moment, so that nothing applied for or granted goes uncounted.
create function add_stripes() returns trigger language plpgsql as $$
begin
  insert into programme_year_totals (year_id, stripe) select new.id, generate_series(0, 15);
  return null;
end
$$;

create trigger programme_years_stripes after insert on programme_years for each row execute function add_stripes();

insert into programme_years (id, programme, year, opens, closes, earliest_work_date, categories, documents)
select y.id, 'care', y.year, y.opens, y.closes, y.earliest, c.categories, y.documents
from (values
  ('R7-care', 'R7', date '2025-10-17', date '2026-03-13', null::date, '[{"kind": "passbook", "min": 1, "max": 1}, {"kind": "service-proof", "min": 1, "max": 5}, {"kind": "receipt", "min": 1, "max": 5}]'::jsonb),
  ('R8-care', 'R8', date '2026-05-07', date '2027-03-12', date '2026-04-01', '[{"kind": "passbook", "min": 1, "max": 1}, {"kind": "service-proof", "min": 1, "max": 5}, {"kind": "receipt", "min": 1, "max": 5}, {"kind": "web-service-screen", "min": 1, "max": 1}]'::jsonb)
) as y (id, year, opens, closes, earliest, documents)
cross join (select $json$[
  {"key": "visit", "name": "訪問・通所・短期滞在系", "cap": 64000, "readers": 3, "services": [
    {"code": "11", "name": "訪問介護"},
    {"code": "12", "name": "訪問入浴介護"},
    {"code": "13", "name": "訪問看護"},
    {"code": "14", "name": "訪問リハビリテーション"},
    {"code": "15", "name": "通所介護"},
    {"code": "16", "name": "通所リハビリテーション"},
    {"code": "21", "name": "短期入所生活介護"},
    {"code": "22", "name": "短期入所療養介護（介護老人保健施設）"},
    {"code": "23", "name": "短期入所療養介護（病院等）"},
    {"code": "2A", "name": "短期入所療養介護（介護医療院）"},
    {"code": "31", "name": "居宅療養管理指導"},
    {"code": "43", "name": "居宅介護支援"},
    {"code": "68", "name": "小規模多機能型居宅介護（短期利用型）"},
    {"code": "71", "name": "夜間対応型訪問介護"},
    {"code": "72", "name": "認知症対応型通所介護"},
    {"code": "73", "name": "小規模多機能型居宅介護"},
    {"code": "76", "name": "定期巡回・随時対応型訪問介護看護"},
    {"code": "77", "name": "複合型サービス（看護小規模多機能型居宅介護）"},
    {"code": "78", "name": "地域密着型通所介護"},
    {"code": "79", "name": "複合型サービス（看護小規模多機能型居宅介護・短期利用型）"}]},
  {"key": "residence", "name": "居住・入所系", "cap": 55000, "readers": 2, "services": [
    {"code": "27", "name": "特定施設入居者生活介護（短期利用型）"},
    {"code": "28", "name": "地域密着型特定施設入居者生活介護（短期利用型）"},
    {"code": "32", "name": "認知症対応型共同生活介護"},
    {"code": "33", "name": "特定施設入居者生活介護"},
    {"code": "36", "name": "地域密着型特定施設入居者生活介護"},
    {"code": "38", "name": "認知症対応型共同生活介護（短期利用型）"},
    {"code": "51", "name": "介護福祉施設サービス"},
    {"code": "52", "name": "介護保健施設サービス"},
    {"code": "54", "name": "地域密着型介護福祉施設入所者生活介護"},
    {"code": "55", "name": "介護医療院サービス"},
    {"code": "59", "name": "特定入所者介護サービス等"}]},
  {"key": "other", "name": "その他", "cap": 42000, "readers": 1, "services": [
    {"code": "17", "name": "福祉用具貸与"},
    {"code": "41", "name": "特定福祉用具販売"},
    {"code": "42", "name": "住宅改修"},
    {"code": "81", "name": "市町村特別給付"}]}
]$json$::jsonb as categories) c;

insert into programme_years (id, programme, year, opens, closes, earliest_work_date, rates, documents)
select y.id, 'medical', y.year, y.opens, y.closes, y.earliest, r.rates, '[{"kind": "passbook", "min": 1, "max": 1}, {"kind": "bed-proof", "min": 1, "max": 5}, {"kind": "receipt", "min": 1, "max": 5}, {"kind": "completion-proof", "min": 1, "max": 5}]'::jsonb
from (values
  ('R7-medical', 'R7', date '2025-10-17', date '2026-03-13', null::date),
  ('R8-medical', 'R8', date '2026-05-07', date '2027-03-12', date '2026-04-01')
) as y (id, year, opens, closes, earliest)
cross join (select $json$[
  {"kind": "hospital", "minBeds": 200, "maxBeds": null, "numerator": 1, "denominator": 2, "cap": 550000},
  {"kind": "hospital", "minBeds": 20, "maxBeds": 199, "numerator": 3, "denominator": 4, "cap": 398000},
  {"kind": "clinic", "minBeds": 0, "maxBeds": 19, "numerator": 3, "denominator": 4, "cap": 398000}
]$json$::jsonb as rates) r;

-- migrate:down
