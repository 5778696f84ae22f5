-- migrate:up

-- Why an item goes back to the applicant (差戻し). Data, so that the desk can change its own words; codes stand in events for good.
create table return_reasons (
  code text primary key,
  -- The item it is meant for, as in Account.Holder; the beginning of several, as in Documents; or empty: any.
  fits text not null default '',
  -- What the clerk chooses by, and what statistics are headed with.
  label text not null,
  -- What the applicant reads at the item; empty: the clerk's own words are asked for.
  words text not null default '',
  active boolean not null default true,
  position integer not null,
  version integer not null default 1,
  updated_at timestamptz not null,
  updated_by uuid references users (id),
  constraint return_reasons_code_form check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
  constraint return_reasons_fits_form check (fits ~ '^([A-Za-z]{1,20}([.][A-Za-z]{1,20})?)?$'),
  constraint return_reasons_label check (length(label) between 1 and 60),
  constraint return_reasons_words check (length(words) <= 500),
  -- その他: what no other reason says. Always there, for any item, in the clerk's own words.
  constraint return_reasons_other check (code <> 'other' or (fits = '' and words = '' and active))
);

create unique index return_reasons_label_once on return_reasons (fits, label);

insert into return_reasons (code, fits, label, words, position, updated_at)
select r.code, r.fits, r.label, r.words, 10 * row_number() over (), timestamptz '2026-04-01 00:00+09'
from (values
  ('receipt-lump-sum', 'Documents.Receipt', '領収書が「一式」表記', '領収書の内訳が「一式」となっています。品名（型番）、数量、内訳がわかる領収書に差し替えるか、内訳のわかる書類を付けて提出してください。'),
  ('receipt-item-unclear', 'Documents.Receipt', '品名・型番・数量がわからない', '領収書で品名（型番）または数量が確認できません。確認できる領収書に差し替えてください。'),
  ('receipt-differs', 'Documents.Receipt', '入力した日付・発行者・金額が領収書と異なる', '入力された領収日、発行者または金額が、添付の領収書と異なります。領収書のとおりに直してください。'),
  ('receipt-sum-short', 'Documents.Receipt', '領収書の合計が費用に足りない', '領収書の合計が、申請された費用に足りません。不足している分の領収書を追加してください。'),
  ('receipt-addressee', 'Documents.Receipt', '宛名が申請者と異なる', '領収書の宛名が申請者と異なります。申請者が支払ったことがわかる領収書に差し替えてください。'),
  ('receipt-not-payable', 'Documents.Receipt', '対象外の物品が含まれている', '領収書に、助成の対象外の物品（パソコン、タブレット、中古品、リース品など）が含まれています。対象となる分の内訳がわかる書類を付けてください。'),
  ('passbook-no-kana', 'Documents.Passbook', '名義（カナ）のページがない', '口座名義（カナ）、金融機関名、支店名、口座番号、預金種目がわかるページ（通帳の見開きなど）を提出してください。'),
  ('service-not-shown', 'Documents.ServiceProof', '申請したサービスが確認できない', '申請されたサービスの一部が、添付の書類で確認できません。すべてのサービスが確認できる指定通知書などを追加してください。'),
  ('service-proof-expired', 'Documents.ServiceProof', '指定の有効期間が過ぎている', '添付の書類の有効期間が過ぎています。申請時点で有効なものを提出してください。'),
  ('beds-not-shown', 'Documents.BedProof', '種別・病床数が確認できない', '添付の書類で、病院・診療所の別または病床数が確認できません。開設許可証など、確認できる書類を提出してください。'),
  ('screen-no-number', 'Documents.WebServiceScreen', '番号・名称が表示されていない', '画面に事業所番号と事業所名が表示されていません。管理者または一般ユーザーでログインし、両方が表示された画面を提出してください。'),
  ('completion-not-shown', 'Documents.CompletionProof', '送信機能の導入が確認できない', '添付の書類で、主治医意見書の電子的送信機能が導入されたことを確認できません。納品書など、確認できる書類を提出してください。'),
  ('document-unreadable', 'Documents', '文字が読み取れない', '添付のファイルが不鮮明で、文字を読み取れません。読み取れるものを提出してください。'),
  ('document-wrong', 'Documents', '別の書類が添付されている', '求めているものと別の書類が添付されています。正しい書類を提出してください。'),
  ('document-incomplete', 'Documents', 'ページが足りない', '書類の一部のページが足りません。すべてのページを提出してください。'),
  ('account-holder-differs', 'Account.Holder', '口座名義が通帳と異なる', '口座名義が、通帳の写しと異なります。通帳に書かれているとおりにカタカナで入力してください。'),
  ('account-holder-other', 'Account.Holder', '口座名義が申請者と異なる', '口座の名義が申請者と異なります。申請者名義の口座を入力してください。'),
  ('account-bank-differs', 'Account', '金融機関・支店が通帳と異なる', '金融機関または支店が、通帳の写しと異なります。通帳のとおりに直してください。'),
  ('account-number-differs', 'Account', '種目・口座番号が通帳と異なる', '預金種目または口座番号が、通帳の写しと異なります。通帳のとおりに直してください。'),
  ('number-differs', 'Office.Number', '番号が書類と異なる', '入力された番号が、添付の書類と異なります。指定通知書などのとおりに直してください。'),
  ('services-differ', 'Office.Services', '指定を受けたサービスと異なる', '選ばれたサービスが、指定通知書などで確認できるサービスと異なります。指定を受けているサービスを選び直してください。'),
  ('beds-differ', 'Office.Beds', '種別・病床数が書類と異なる', '病院・診療所の別または病床数が、添付の書類と異なります。書類のとおりに直してください。'),
  ('office-differs', 'Office', '書類の記載と異なる', '入力された内容が、添付の書類と異なります。書類のとおりに直してください。'),
  ('phone-unreachable', 'Office.Phone', '電話がつながらない', '入力された電話番号につながりません。日中に連絡のつく番号を入力してください。'),
  ('readers-differ', 'Amount.Readers', '台数・費用が領収書と異なる', 'カードリーダーの台数または費用が、領収書と異なります。助成の対象となる分を領収書のとおりに入力してください。'),
  ('readers-model', 'Amount.Readers', '対応機種か確認できない', 'マイナ資格確認アプリに対応した機種か確認できません。対応機種の台数と費用だけを入力してください。'),
  ('support-differs', 'Amount.SupportCost', '対象外の費用が含まれている', '接続サポート費用に、対象外の費用が含まれています。対象となる費用だけを入力してください。'),
  ('cost-differs', 'Amount.Cost', '対象外の費用が含まれている', '対象経費に、対象外の費用が含まれています。送信機能の追加にかかった費用だけを入力してください。'),
  ('income-missing', 'Amount.OtherIncome', 'ほかの補助金などが入力されていない', 'この費用に充てたほかの補助金などの収入があれば、その額を入力してください。'),
  ('completed-differs', 'Amount.CompletedOn', '完了日が書類と異なる', '完了日が、領収書などの書類と合いません。事業が完了した日を入力してください。'),
  ('other', '', 'その他', '')
) as r (code, fits, label, words);

-- 書類の確認: a clerk has compared a document with what the application says of it, in one submitted version. Stands for later versions too
-- as long as neither the document nor what it has to show changes.
create table document_confirmations (
  application_id uuid not null,
  version integer not null,
  document_id uuid not null references documents (id),
  confirmed boolean not null,
  at timestamptz not null,
  user_id uuid not null references users (id),
  user_name text not null,
  primary key (application_id, document_id, version),
  foreign key (application_id, version, document_id) references version_documents (application_id, version, document_id)
);

-- 内部メモ: for staff only. Append-only.
create table case_notes (
  id uuid primary key,
  application_id uuid not null references applications (id),
  at timestamptz not null,
  user_id uuid not null references users (id),
  user_name text not null,
  words text not null,
  constraint case_notes_words check (length(words) between 1 and 2000)
);

create index case_notes_of_application on case_notes (application_id, at, id);
create trigger case_notes_append_only before update or delete or truncate on case_notes for each statement execute function refuse_change();

-- What a person has set for their own screens. No row: the defaults.
create table user_settings (
  user_id uuid primary key references users (id),
  -- Single-letter keys of the review desk (WCAG 2.1.4).
  letter_keys boolean not null default true,
  updated_at timestamptz not null
);

-- Returns by the day they happened (statistics of reasons) and by the day an answer is asked by (reminders).
create index events_returned on events (at) where kind = 'returned';
create index applications_answer_by on applications (answer_by, id) where status = 'returned';

-- migrate:down
