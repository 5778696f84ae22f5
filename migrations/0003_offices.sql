-- migrate:up

-- The master of institutions: the ministry's open data of care offices and the regional bureaus' lists of medical institutions.
create table institutions (
  programme text not null,
  number text not null,
  name text not null,
  name_kana text not null default '',
  postcode text not null default '',
  address text not null,
  phone text not null default '',
  corporate_number text,
  corporate_name text not null default '',
  services text[] not null default '{}',
  updated_at timestamptz not null,
  primary key (programme, number),
  constraint institutions_programme_known check (programme in ('care', 'medical')),
  constraint institutions_number_form check (number ~ '^[0-9A-Z]{10}$'),
  constraint institutions_corporate_number_form check (corporate_number ~ '^[0-9]{13}$')
);

create index institutions_corporation on institutions (corporate_number, programme, number) where corporate_number is not null;

create table banks (
  code text primary key,
  name text not null,
  kana text not null,
  constraint banks_code_form check (code ~ '^[0-9]{4}$')
);

create table bank_branches (
  bank_code text not null references banks (code),
  code text not null,
  name text not null,
  kana text not null,
  primary key (bank_code, code),
  constraint bank_branches_code_form check (code ~ '^[0-9]{3}$')
);

-- migrate:down
