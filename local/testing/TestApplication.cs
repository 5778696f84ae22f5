using System.Globalization;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Testing;

/// <summary>An application to be: whole and valid unless the test changes it. Amounts in yen.</summary>
public sealed class TestApplication
{
    private static int last;

    /// <summary>Whose it is; null: a new applicant's.</summary>
    public TestUser? By { get; private set; }
    public Programme Programme { get; private set; } = Programme.Care;
    public ApplicationAnswers Answers { get; private set; } = Care(NewNumber("13701"));

    /// <summary>Files by kind and slot.</summary>
    public List<(DocumentKind Kind, int Slot, string Name, byte[] Bytes)> Files { get; } =
    [
        (DocumentKind.Passbook, 0, "通帳.png", TestFiles.Png()),
        (DocumentKind.ServiceProof, 0, "指定通知書.pdf", TestFiles.Pdf("指定通知書")),
        (DocumentKind.Receipt, 0, "領収書.jpg", TestFiles.Jpeg()),
        (DocumentKind.WebServiceScreen, 0, "画面.png", TestFiles.Png()),
    ];

    public TestApplication OfUser(TestUser user)
    {
        By = user;
        return this;
    }

    public TestApplication WithNumber(string number) => With(a => a with { Office = a.Office with { Number = number } });

    public TestApplication WithServices(params string[] services) => With(a => a with { Office = a.Office with { Services = services } });

    /// <summary>Costs of a care office with a receipt over their sum.</summary>
    public TestApplication WithCosts(int readers, long readerCost, long supportCost) => With(a => a with
    {
        Amount = a.Amount with { Readers = Text(readers), ReaderCost = Text(readerCost), SupportCost = Text(supportCost) },
        Receipts = new ReceiptsAnswers { Items = [a.Receipts.Items[0] with { Amount = Text(readerCost + supportCost) }] },
    });

    /// <summary>A medical institution's application instead.</summary>
    public TestApplication Medical(string kind = "hospital", int beds = 200, long cost = 1_100_000)
    {
        Programme = Programme.Medical;
        Answers = new ApplicationAnswers
        {
            Office = Answers.Office with { Number = NewNumber("13101"), Name = "見本病院", Services = [], Kind = kind, Beds = Text(beds) },
            Amount = new AmountAnswers { Cost = Text(cost), CompletedOn = "2026-05-10" },
            Account = Answers.Account,
            Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Date = "2026-05-10", Issuer = "株式会社見本システム", Amount = Text(cost) }] },
        };
        Files.RemoveAll(f => f.Kind is DocumentKind.ServiceProof or DocumentKind.WebServiceScreen);
        Files.Add((DocumentKind.BedProof, 0, "開設許可証.pdf", TestFiles.Pdf("開設許可証")));
        Files.Add((DocumentKind.CompletionProof, 0, "納品書.pdf", TestFiles.Pdf("納品書")));
        return this;
    }

    public TestApplication With(Func<ApplicationAnswers, ApplicationAnswers> change)
    {
        Answers = change(Answers);
        return this;
    }

    /// <summary>A number not used before in this process: prefecture, kind and district as given, then a serial and its check digit.</summary>
    /// <param name="beginning">Five characters.</param>
    public static string NewNumber(string beginning)
    {
        var body = beginning + (Interlocked.Increment(ref last) % 10_000).ToString("D4", CultureInfo.InvariantCulture);
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            var product = (body[8 - i] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += (product / 10) + (product % 10);
        }
        return body + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }

    private static ApplicationAnswers Care(string number) => new()
    {
        Office = new OfficeAnswers
        {
            Number = number,
            Name = "見本訪問介護事業所",
            Address = "東京都千代田区霞が関1-2-2",
            Phone = "03-5253-1111",
            ContactName = "見本 花子",
            Services = ["11"],
        },
        Amount = new AmountAnswers { Readers = "3", ReaderCost = "39000", SupportCost = "30000", CompatibleReaders = true, NoExcludedGoods = true, CompletedOn = "2026-05-10" },
        Account = new AccountAnswers { BankCode = "0001", BranchCode = "001", Number = "1234567", Holder = "カ）ミホンケア" },
        Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Date = "2026-05-10", Issuer = "株式会社見本電機", Amount = "69000" }] },
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
