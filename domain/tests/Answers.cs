using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests;

/// <summary>Answers that satisfy every rule, to be spoilt one at a time: <c>Answers.Care(a => a.Readers("4"))</c>.</summary>
internal static class Answers
{
    public static DateOnly Today { get; } = new(2026, 6, 15);

    /// <summary>Service 11, A 39,000 yen for 3 readers, B 30,000 yen: a grant of 64,000 yen.</summary>
    public static ApplicationAnswers Care(Func<ApplicationAnswers, ApplicationAnswers>? change = null)
    {
        var answers = new ApplicationAnswers
        {
            Office = new OfficeAnswers
            {
                Number = "1370101238",
                Name = "みどり訪問介護",
                Address = "東京都千代田区霞が関1-2-3",
                Phone = "03-1234-5678",
                ContactName = "担当 花子",
                Services = ["11"],
            },
            Amount = new AmountAnswers
            {
                Readers = "3",
                ReaderCost = "39000",
                SupportCost = "30000",
                CompatibleReaders = true,
                NoExcludedGoods = true,
                CompletedOn = "2026-05-20",
            },
            Account = Bank,
            Receipts = new ReceiptsAnswers { Items = [Receipt("69000")] },
        };
        return change is null ? answers : change(answers);
    }

    /// <summary>A hospital of 200 beds, cost 1,100,000 yen: a grant of 550,000 yen.</summary>
    public static ApplicationAnswers Medical(Func<ApplicationAnswers, ApplicationAnswers>? change = null)
    {
        var answers = new ApplicationAnswers
        {
            Office = new OfficeAnswers
            {
                Number = "0110112489",
                Name = "みどり病院",
                Address = "北海道札幌市中央区1-2-3",
                Phone = "011-123-4567",
                ContactName = "担当 花子",
                Kind = "hospital",
                Beds = "200",
            },
            Amount = new AmountAnswers { Cost = "1100000", CompletedOn = "2026-05-20" },
            Account = Bank,
            Receipts = new ReceiptsAnswers { Items = [Receipt("1100000")] },
        };
        return change is null ? answers : change(answers);
    }

    public static AccountAnswers Bank { get; } =
        new() { Institution = "bank", BankCode = "0001", BranchCode = "001", Kind = "ordinary", Number = "1234567", Holder = "カ）ミドリ" };

    public static AccountAnswers Yucho { get; } = new() { Institution = "yucho", Symbol = "10530", YuchoNumber = "12345671", Holder = "カ）ミドリ" };

    public static ReceiptAnswers Receipt(string amount) => new() { Date = "2026-05-10", Issuer = "株式会社リーダー商会", Amount = amount };

    public static ApplicationAnswers With(this ApplicationAnswers a, Func<OfficeAnswers, OfficeAnswers> office) => a with { Office = office(a.Office) };

    public static ApplicationAnswers With(this ApplicationAnswers a, Func<AmountAnswers, AmountAnswers> amount) => a with { Amount = amount(a.Amount) };

    public static ApplicationAnswers With(this ApplicationAnswers a, Func<AccountAnswers, AccountAnswers> account) => a with { Account = account(a.Account) };

    public static ApplicationAnswers Receipts(this ApplicationAnswers a, params ReceiptAnswers[] items) =>
        a with { Receipts = new ReceiptsAnswers { Items = items } };

    public static ApplicationAnswers Receipts(this ApplicationAnswers a, params string[] amounts) => a.Receipts([.. amounts.Select(Receipt)]);

    /// <summary>The year's documents, each as often as it must be at least, and receipts in the slots of the answers.</summary>
    public static IReadOnlyList<AttachedDocument> Documents(ProgrammeYear year, int receipts = 1) =>
        [.. year.Documents.SelectMany(rule => Files(rule.Kind, rule.Kind == DocumentKind.Receipt ? receipts : rule.Min))];

    public static IEnumerable<AttachedDocument> Files(DocumentKind kind, int count) => Enumerable.Range(0, count).Select(slot => File(kind, slot));

    public static AttachedDocument File(DocumentKind kind, int slot) =>
        new(Guid.NewGuid(), kind, slot, $"{kind.Code()}-{slot}.pdf", FileType.Pdf, 1000, new string('0', 64));

    public static Reading Read(
        this ApplicationAnswers answers, ProgrammeYear? year = null, IReadOnlyList<AttachedDocument>? documents = null, ApplicantProfile? applicant = null,
        DateOnly? today = null)
    {
        var problems = new Problems();
        var of = year ?? (answers.Office.Kind is null ? Years.R8Care : Years.R8Medical);
        var context = new ReadingContext(
            of, applicant ?? People.Corporation, documents ?? Documents(of, Math.Max(1, answers.Receipts.Items.Count)), today ?? Today);
        return new Reading(ApplicationReader.Read(answers, context, problems), problems);
    }
}

/// <summary>What the reader made of answers.</summary>
internal sealed record Reading(ApplicationContent? Content, Problems Problems)
{
    /// <summary>The content of answers that must be good.</summary>
    public ApplicationContent Good
    {
        get
        {
            Assert.Empty(Problems.Errors);
            return Content ?? throw new InvalidOperationException("No content in spite of no errors.");
        }
    }

    public IEnumerable<string> Fields => Problems.Errors.Select(e => e.Field);

    /// <summary>The only error, which stands at this field.</summary>
    public string OnlyErrorAt(string field)
    {
        Assert.Null(Content);
        Assert.Equal([field], Fields);
        return Problems.Errors[0].Message;
    }
}
