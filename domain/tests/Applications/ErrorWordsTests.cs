using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Every error of the steps, field by field: it names its field, speaks Japanese and ends as a sentence.</summary>
public class ErrorWordsTests
{
    private static readonly string Long = new('あ', 201);

    /// <summary>Field, words that tell this error from others of the field, and how to cause it.</summary>
    private static readonly (string Field, string Words, ApplicationAnswers Answers)[] Wrong =
    [
        ("Office.Number", "介護事業所番号を入力", Office(o => o with { Number = " " })),
        ("Office.Number", "10桁で入力してください（いまは9桁", Office(o => o with { Number = "137010123" })),
        ("Office.Number", "数字（一部は英字）", Office(o => o with { Number = "137010123あ" })),
        ("Office.Number", "01から47", Office(o => o with { Number = "4870101238" })),
        ("Office.Number", "総合事業", Office(o => o with { Number = "11A2232671" })),
        ("Office.Number", "医療機関コードを入力", Hospital(o => o with { Number = "" })),
        ("Office.Number", "（いまは9文字です）", Hospital(o => o with { Number = "010112489" })),
        ("Office.Number", "01から47", Hospital(o => o with { Number = "0010112489" })),
        ("Office.Number", "薬局", Hospital(o => o with { Number = "0140112489" })),
        ("Office.Number", "3桁目（点数表番号）", Hospital(o => o with { Number = "0120112489" })),
        ("Office.Name", "事業所名を入力", Office(o => o with { Name = "　" })),
        ("Office.Name", "100文字以内で入力してください（いまは201文字", Office(o => o with { Name = Long })),
        ("Office.Name", "使えない文字", Office(o => o with { Name = "みどり\u0000" })),
        ("Office.Name", "使えない文字", Office(o => o with { Name = "みどり\ud83d" })),
        ("Office.Name", "医療機関名を入力", Hospital(o => o with { Name = null })),
        ("Office.Address", "所在地を入力", Office(o => o with { Address = null })),
        ("Office.Address", "200文字以内", Office(o => o with { Address = Long })),
        ("Office.Phone", "電話番号を入力", Office(o => o with { Phone = "-" })),
        ("Office.Phone", "10桁または11桁", Office(o => o with { Phone = "03-1234-567" })),
        ("Office.Phone", "10桁または11桁", Office(o => o with { Phone = "090-1234-56789" })),
        ("Office.Phone", "10桁または11桁", Office(o => o with { Phone = "13-1234-5678" })),
        ("Office.Phone", "10桁または11桁", Office(o => o with { Phone = "03-1234-5678 内線5" })),
        ("Office.Phone", "10桁または11桁", Office(o => o with { Phone = "03" + new string('-', 5000) + "12345678" })),
        ("Office.ContactName", "担当者名を入力", Office(o => o with { ContactName = null })),
        ("Office.ContactName", "100文字以内", Office(o => o with { ContactName = Long })),
        ("Office.Services", "1つ以上選んで", Office(o => o with { Services = [] })),
        ("Office.Services", "助成の対象ではありません", Office(o => o with { Services = ["A2"] })),
        ("Office.Kind", "「病院」か「診療所」", Hospital(o => o with { Kind = "pharmacy" })),
        ("Office.Beds", "病床数を入力", Hospital(o => o with { Beds = null })),
        ("Office.Beds", "0から9999まで", Hospital(o => o with { Beds = "10000" })),
        ("Office.Beds", "0から9999まで", Hospital(o => o with { Beds = "-1" })),
        ("Office.Beds", "病院の病床数は20床以上", Hospital(o => o with { Beds = "19" })),
        ("Office.Beds", "診療所の病床数は19床以下", Hospital(o => o with { Kind = "clinic", Beds = "20" })),
        ("Amount.Readers", "0から9999まで", Amount(m => m with { Readers = "10000" })),
        ("Amount.Readers", "助成の対象は3台まで", Amount(m => m with { Readers = "4" })),
        ("Amount.Readers", "台数（1台以上）", Amount(m => m with { Readers = "0" })),
        ("Amount.ReaderCost", "購入費用も入力", Amount(m => m with { ReaderCost = null })),
        ("Amount.ReaderCost", "円単位の整数", Amount(m => m with { ReaderCost = "39000.5" })),
        ("Amount.SupportCost", "円単位の整数", Amount(m => m with { SupportCost = "-1" })),
        ("Amount.SupportCost", "0円", Amount(m => m with { Donation = "69000" })),
        ("Amount.SupportCost", "①で提供しているサービス", Office(o => o with { Services = [] })),
        ("Amount.CompatibleReaders", "マイナ資格確認アプリ", Amount(m => m with { CompatibleReaders = false })),
        ("Amount.NoExcludedGoods", "リース品", Amount(m => m with { NoExcludedGoods = false })),
        ("Amount.Donation", "円単位の整数", Amount(m => m with { Donation = "一万" })),
        ("Amount.OtherIncome", "円単位の整数", Amount(m => m with { OtherIncome = "10000000000" })),
        ("Amount.CompletedOn", "完了日を入力", Amount(m => m with { CompletedOn = "　" })),
        ("Amount.CompletedOn", "実在する日付", Amount(m => m with { CompletedOn = "2026-02-29" })),
        ("Amount.CompletedOn", "未来の日付", Amount(m => m with { CompletedOn = "2026-06-16" })),
        ("Amount.CompletedOn", "2026年4月1日以降", Amount(m => m with { CompletedOn = "2026-03-31" })),
        ("Amount.Note", "1,000文字以内", Amount(m => m with { Note = new string('あ', 1001) })),
        ("Amount.Note", "使えない文字", Amount(m => m with { Note = "備考\u0007" })),
        ("Amount.Cost", "円単位の整数", Answers.Medical(a => a.With((AmountAnswers m) => m with { Cost = "1.1e6" }))),
        ("Amount.Cost", "0円", Answers.Medical(a => a.With((AmountAnswers m) => m with { Cost = "1999" }))),
        ("Amount.Cost", "①で病院・診療所の別", Hospital(o => o with { Beds = null })),
        ("Account.BankCode", "銀行コードを入力", Account(c => c with { BankCode = null })),
        ("Account.BankCode", "数字4桁", Account(c => c with { BankCode = "001" })),
        ("Account.BankCode", "記号と番号", Account(c => c with { BankCode = "9900" })),
        ("Account.BranchCode", "支店コードを入力", Account(c => c with { BranchCode = null })),
        ("Account.BranchCode", "数字3桁", Account(c => c with { BranchCode = "0001" })),
        ("Account.Number", "口座番号を入力", Account(c => c with { Number = null })),
        ("Account.Number", "数字7桁以内", Account(c => c with { Number = "12345678" })),
        ("Account.Kind", "普通・当座", Account(c => c with { Kind = "savings" })),
        ("Account.Holder", "カタカナで入力", Account(c => c with { Holder = null })),
        ("Account.Holder", "漢字は使えません", Account(c => c with { Holder = "緑" })),
        ("Account.Holder", "60文字以内", Account(c => c with { Holder = new string('ア', 61) })),
        ("Account.Symbol", "記号を入力", Yucho(c => c with { Symbol = null })),
        ("Account.Symbol", "数字5桁", Yucho(c => c with { Symbol = "20530" })),
        ("Account.YuchoNumber", "番号を入力", Yucho(c => c with { YuchoNumber = null })),
        ("Account.YuchoNumber", "2桁から8桁", Yucho(c => c with { YuchoNumber = "1" })),
        ("Account.YuchoNumber", "7桁以内", Yucho(c => c with { Symbol = "00120", YuchoNumber = "12345678" })),
        ("Receipts.Items[0].Date", "領収日を入力", Receipt(r => r with { Date = null })),
        ("Receipts.Items[0].Date", "実在する日付", Receipt(r => r with { Date = "6月" })),
        ("Receipts.Items[0].Date", "未来の日付", Receipt(r => r with { Date = "2026-06-16" })),
        ("Receipts.Items[0].Issuer", "発行者を入力", Receipt(r => r with { Issuer = null })),
        ("Receipts.Items[0].Issuer", "100文字以内", Receipt(r => r with { Issuer = Long })),
        ("Receipts.Items[0].Amount", "円単位の整数", Receipt(r => r with { Amount = "六万" })),
        ("Receipts.Items[0].Amount", "1円以上", Receipt(r => r with { Amount = "0" })),
        ("Receipts.Items[0].Amount", "少なくなっています", Receipt(r => r with { Amount = "68999" })),
    ];

    public static TheoryData<string, string> Errors() => [.. Wrong.Select(w => (w.Field, w.Words)).Distinct()];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_error_stands_at_its_field_in_words(string field, string words)
    {
        foreach (var (_, _, answers) in Wrong.Where(w => (w.Field, w.Words) == (field, words)))
        {
            var reading = answers.Read(answers.Office.Kind is null ? Years.R8Care : Years.R8Medical);
            Assert.Null(reading.Content);
            Assert.Contains(reading.Problems.Errors, e => e.Field == field && e.Message.Contains(words, StringComparison.Ordinal));
            Assert.All(reading.Problems.Errors, AssertGoodWords);
        }
    }

    [Fact]
    public void Missing_and_surplus_documents_are_said_in_words()
    {
        var none = Answers.Care().Read(documents: []);
        Assert.Equal(["Documents.Passbook", "Documents.ServiceProof", "Documents.WebServiceScreen", "Documents.Receipt[0]"], none.Fields);
        var twice = Answers.Care().Read(documents: [.. Answers.Documents(Years.R8Care), Answers.File(DocumentKind.Passbook, 1)]);
        Assert.Equal(["Documents.Passbook"], twice.Fields);
        Assert.All(none.Problems.Errors.Concat(twice.Problems.Errors), AssertGoodWords);
    }

    [Fact]
    public void An_empty_form_names_every_field_that_must_be_filled()
    {
        Assert.Equal(
            ["Account.BankCode", "Account.BranchCode", "Account.Holder", "Account.Number", "Amount.CompletedOn", "Amount.NoExcludedGoods", "Amount.SupportCost",
                "Documents.Passbook", "Documents.Receipt[0]", "Documents.ServiceProof", "Documents.WebServiceScreen",
                "Office.Address", "Office.ContactName", "Office.Name", "Office.Number", "Office.Phone", "Office.Services",
                "Receipts.Items[0].Amount", "Receipts.Items[0].Date", "Receipts.Items[0].Issuer"],
            new ApplicationAnswers().Read(Years.R8Care, []).Fields.Order(StringComparer.Ordinal));
        var medical = new ApplicationAnswers().Read(Years.R8Medical, []).Fields.ToList();
        Assert.All(new[] { "Office.Kind", "Office.Beds", "Amount.Cost", "Documents.BedProof", "Documents.CompletionProof" }, f => Assert.Contains(f, medical));
        Assert.DoesNotContain(medical, f => f is "Office.Services" or "Amount.NoExcludedGoods" or "Documents.ServiceProof" or "Documents.WebServiceScreen");
    }

    [Fact]
    public void Warnings_are_sentences_too()
    {
        var reading = Answers.Care(a => a.With((OfficeAnswers o) => o with { Number = "1370101239" }).Receipts(Answers.Receipt("69000") with { Date = "2026-03-31" })).Read();
        Assert.Equal(["Office.Number", "Receipts.Items[0].Date"], reading.Problems.Warnings.Select(w => w.Field));
        Assert.All(reading.Problems.Warnings, AssertGoodWords);
    }

    internal static void AssertGoodWords(Problem problem)
    {
        Assert.Matches(@"^((Office|Amount|Account)\.[A-Za-z]+|Receipts\.Items\[\d+\]\.(Date|Issuer|Amount|Split|Part)|Documents\.[A-Za-z]+(\[\d+\])?)$", problem.Field);
        Assert.Matches("[ぁ-ん]", problem.Message);
        Assert.EndsWith("。", problem.Message, StringComparison.Ordinal);
    }

    private static ApplicationAnswers Office(Func<OfficeAnswers, OfficeAnswers> change) => Answers.Care(a => a.With(change));

    private static ApplicationAnswers Hospital(Func<OfficeAnswers, OfficeAnswers> change) => Answers.Medical(a => a.With(change));

    private static ApplicationAnswers Amount(Func<AmountAnswers, AmountAnswers> change) => Answers.Care(a => a.With(change));

    private static ApplicationAnswers Account(Func<AccountAnswers, AccountAnswers> change) => Answers.Care(a => a.With(change));

    private static ApplicationAnswers Yucho(Func<AccountAnswers, AccountAnswers> change) => Answers.Care(a => a with { Account = change(Answers.Yucho) });

    private static ApplicationAnswers Receipt(Func<ReceiptAnswers, ReceiptAnswers> change) => Answers.Care(a => a.Receipts(change(Answers.Receipt("69000"))));
}
