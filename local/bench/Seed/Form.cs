using System.Globalization;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Bench.Seed;

/// <summary>A filled-in application: what a person types and attaches, valid by the rules.</summary>
internal sealed record Form(ApplicationAnswers Answers, IReadOnlyList<AttachedDocument> Documents)
{
    /// <param name="banks">Bank and branch codes to choose from.</param>
    /// <param name="today">Japan date of submission.</param>
    public static Form Fill(Institution institution, ProgrammeYear year, IReadOnlyList<(string Bank, string Branch)> banks, DateOnly today, Dice dice)
    {
        var earliest = year.EarliestWorkDate ?? today.AddDays(-90);
        var completed = earliest.AddDays(dice.Below(Math.Max(1, today.DayNumber - earliest.DayNumber)));
        var office = Office(institution, year, dice);
        var amount = Amount(office, year, completed, dice);
        var cost = ApplicationReader.ClaimedCost(amount, year.Programme).Amount;
        var answers = new ApplicationAnswers
        {
            Office = office,
            Amount = amount,
            Account = Account(institution.Owner, banks, dice),
            Receipts = Receipts(cost, completed, today, dice),
        };
        return new Form(answers, [.. year.Documents.SelectMany(rule => Files(rule, answers.Receipts.Items.Count, dice))]);
    }

    /// <summary>What the rules read in it.</summary>
    public ApplicationContent Read(Owner owner, ProgrammeYear year, DateOnly today)
    {
        var problems = new Problems();
        return ApplicationReader.Read(Answers, new ReadingContext(year, owner.Profile, Documents, today), problems)
            ?? throw new InvalidOperationException($"The seed filled in a form badly: {string.Join(" ", problems.Errors)}");
    }

    /// <summary>The same with another file in place of one.</summary>
    public Form Replace(AttachedDocument old, AttachedDocument fresh) => this with { Documents = [.. Documents.Select(d => d == old ? fresh : d)] };

    public static AttachedDocument File(DocumentKind kind, int slot, Dice dice)
    {
        var (type, extension) = dice.Below(100) switch { < 55 => (FileType.Pdf, "pdf"), < 90 => (FileType.Jpeg, "jpg"), _ => (FileType.Png, "png") };
        return new AttachedDocument(dice.RandomId(), kind, slot, $"{kind.Name()}{slot + 1}.{extension}", type, dice.Between(60_000, 4_000_000), dice.Sha256());
    }

    private static OfficeAnswers Office(Institution institution, ProgrammeYear year, Dice dice)
    {
        var medical = year.Programme == Programme.Medical;
        var services = institution.Services.Where(code => year.Service(code) is not null).ToList();
        return new OfficeAnswers
        {
            Number = institution.Number,
            Name = institution.Name,
            Address = institution.Address,
            Phone = institution.Phone,
            ContactName = dice.Chance(70) ? institution.Owner.Profile.ContactName : Words.Person(dice).Name,
            Services = medical ? [] : services.Count > 0 ? services : ["11"],
            Kind = !medical ? null : institution.Kind == InstitutionKind.Hospital ? "hospital" : "clinic",
            Beds = !medical ? null : Text(institution.Kind == InstitutionKind.Hospital ? dice.Between(20, 600) : dice.Chance(75) ? 0 : dice.Between(1, 19)),
        };
    }

    private static AmountAnswers Amount(OfficeAnswers office, ProgrammeYear year, DateOnly completed, Dice dice)
    {
        var amount = new AmountAnswers
        {
            Donation = dice.Chance(3) ? Text(dice.Between(1_000, 5_000)) : "",
            OtherIncome = dice.Chance(2) ? "1,000" : "",
            CompletedOn = Text(completed),
            Note = dice.Chance(10) ? "カードリーダーは事務室と相談室に設置しました。" : "",
        };
        if (year.Programme == Programme.Medical) return amount with { Cost = Typed(dice.Between(200, 1_500) * 1_000 + dice.Below(1_000), dice) };
        var readers = dice.Between(0, year.ReaderLimit(office.Services));
        var support = readers == 0 || dice.Chance(75) ? dice.Between(15_000, 70_000) : 0;
        return amount with
        {
            Readers = Text(readers),
            ReaderCost = readers == 0 ? "" : Typed(readers * dice.Between(9_000, 14_500), dice),
            SupportCost = support == 0 ? "" : Typed(support, dice),
            CompatibleReaders = readers > 0,
            NoExcludedGoods = true,
        };
    }

    private static AccountAnswers Account(Owner owner, IReadOnlyList<(string Bank, string Branch)> banks, Dice dice)
    {
        if (dice.Chance(15))
            return new AccountAnswers { Institution = "yucho", Symbol = $"1{dice.Below(1_000):D3}0", YuchoNumber = $"{dice.Between(1, 9_999_999)}1", Holder = owner.Holder };
        var (bank, branch) = dice.Pick(banks);
        return new AccountAnswers { BankCode = bank, BranchCode = branch, Kind = dice.Chance(88) ? "ordinary" : "current", Number = Text(dice.Between(1_000, 9_999_999)), Holder = owner.Holder };
    }

    private static ReceiptsAnswers Receipts(long cost, DateOnly completed, DateOnly today, Dice dice)
    {
        var paid = dice.Chance(10) ? cost + dice.Between(100, 20_000) : cost;
        long[] amounts = dice.Chance(70) || paid < 2 ? [paid] : [paid / 3, paid - (paid / 3)];
        return new ReceiptsAnswers
        {
            Items = [.. amounts.Select(amount => new ReceiptAnswers
            {
                Date = Text(completed.AddDays(dice.Below(Math.Max(1, today.DayNumber - completed.DayNumber)))),
                Issuer = dice.Pick(Words.Issuers),
                Amount = Typed(amount, dice),
            })],
        };
    }

    private static IEnumerable<AttachedDocument> Files(DocumentRule rule, int receipts, Dice dice)
    {
        var count = rule.Kind == DocumentKind.Receipt ? receipts : rule.Max > 1 && dice.Chance(20) ? 2 : rule.Min;
        for (var slot = 0; slot < count; slot++) yield return File(rule.Kind, slot, dice);
    }

    /// <summary>Some people type commas.</summary>
    private static string Typed(long yen, Dice dice) => dice.Chance(30) ? yen.ToString("#,0", CultureInfo.InvariantCulture) : Text(yen);

    private static string Text(IFormattable value) => value.ToString(value is DateOnly ? "yyyy-MM-dd" : null, CultureInfo.InvariantCulture);
}
