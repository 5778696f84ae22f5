using FsCheck;
using FsCheck.Fluent;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Answers with any text in any field.</summary>
internal static class AnyAnswers
{
    private static readonly Gen<string?> Text = Gen.Frequency((1, Gen.Constant<string?>(null)), (5, Properties.HostileText.Select(t => (string?)t)));

    private static readonly Gen<bool> Tick = Gen.Elements(true, false);

    private static readonly Gen<OfficeAnswers> Office =
        from number in Text
        from name in Text
        from address in Text
        from phone in Text
        from contact in Text
        from services in Gen.OneOf(Properties.HostileText, Gen.Elements(Years.Codes.ToArray())).ArrayOf()
        from kind in Gen.OneOf(Text, Gen.Elements<string?>("hospital", "clinic"))
        from beds in Gen.OneOf(Text, Gen.Choose(0, 300).Select(n => (string?)$"{n}"))
        select new OfficeAnswers { Number = number, Name = name, Address = address, Phone = phone, ContactName = contact, Services = services, Kind = kind, Beds = beds };

    private static readonly Gen<AmountAnswers> Amount =
        from readers in Text
        from readerCost in Text
        from support in Text
        from cost in Text
        from donation in Text
        from other in Text
        from compatible in Tick
        from goods in Tick
        from completed in Text
        from note in Text
        select new AmountAnswers
        {
            Readers = readers,
            ReaderCost = readerCost,
            SupportCost = support,
            Cost = cost,
            Donation = donation,
            OtherIncome = other,
            CompatibleReaders = compatible,
            NoExcludedGoods = goods,
            CompletedOn = completed,
            Note = note,
        };

    private static readonly Gen<AccountAnswers> Account =
        from institution in Gen.OneOf(Text, Gen.Elements<string?>("bank", "yucho"))
        from bank in Text
        from branch in Text
        from kind in Gen.OneOf(Text, Gen.Elements<string?>("ordinary", "current"))
        from number in Text
        from holder in Text
        from symbol in Text
        from yucho in Text
        select new AccountAnswers
        {
            Institution = institution,
            BankCode = bank,
            BranchCode = branch,
            Kind = kind,
            Number = number,
            Holder = holder,
            Symbol = symbol,
            YuchoNumber = yucho,
        };

    private static readonly Gen<ReceiptAnswers> Receipt =
        from date in Text
        from issuer in Text
        from amount in Text
        from split in Tick
        from part in Text
        select new ReceiptAnswers { Date = date, Issuer = issuer, Amount = amount, Split = split, Part = part };

    public static Gen<ApplicationAnswers> All { get; } =
        from office in Office
        from amount in Amount
        from account in Account
        from receipts in Receipt.ArrayOf()
        select new ApplicationAnswers { Office = office, Amount = amount, Account = account, Receipts = new ReceiptsAnswers { Items = receipts } };
}
