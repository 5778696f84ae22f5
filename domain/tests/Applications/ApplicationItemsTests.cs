using FsCheck.Fluent;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>差戻し: only the named items open; what is locked stays as it was, whatever is posted.</summary>
public class ApplicationItemsTests
{
    /// <summary>Which item opens which answer; null: none does.</summary>
    private static readonly (string Field, string? Item, Func<ApplicationAnswers, object?> Of)[] Fields =
    [
        ("Office.Number", "Office.Number", a => a.Office.Number),
        ("Office.Name", "Office.Name", a => a.Office.Name),
        ("Office.Address", "Office.Address", a => a.Office.Address),
        ("Office.Phone", "Office.Phone", a => a.Office.Phone),
        ("Office.ContactName", "Office.ContactName", a => a.Office.ContactName),
        ("Office.Services", "Office.Services", a => string.Join('|', a.Office.Services)),
        ("Office.Kind", "Office.Beds", a => a.Office.Kind),
        ("Office.Beds", "Office.Beds", a => a.Office.Beds),
        ("Amount.Readers", "Amount.Readers", a => a.Amount.Readers),
        ("Amount.ReaderCost", "Amount.Readers", a => a.Amount.ReaderCost),
        ("Amount.CompatibleReaders", "Amount.Readers", a => a.Amount.CompatibleReaders),
        ("Amount.SupportCost", "Amount.SupportCost", a => a.Amount.SupportCost),
        ("Amount.NoExcludedGoods", null, a => a.Amount.NoExcludedGoods),
        ("Amount.Cost", "Amount.Cost", a => a.Amount.Cost),
        ("Amount.Donation", "Amount.Donation", a => a.Amount.Donation),
        ("Amount.OtherIncome", "Amount.OtherIncome", a => a.Amount.OtherIncome),
        ("Amount.CompletedOn", "Amount.CompletedOn", a => a.Amount.CompletedOn),
        ("Amount.Note", "Amount.Note", a => a.Amount.Note),
        ("Account.Institution", "Account", a => a.Account.Institution),
        ("Account.BankCode", "Account", a => a.Account.BankCode),
        ("Account.BranchCode", "Account", a => a.Account.BranchCode),
        ("Account.Kind", "Account", a => a.Account.Kind),
        ("Account.Number", "Account", a => a.Account.Number),
        ("Account.Symbol", "Account", a => a.Account.Symbol),
        ("Account.YuchoNumber", "Account", a => a.Account.YuchoNumber),
        ("Account.Holder", "Account.Holder", a => a.Account.Holder),
        ("Receipts.Items", "Documents.Receipt", a => string.Join('|', a.Receipts.Items)),
    ];

    private static readonly string[] Keys =
        [.. Years.All.SelectMany(ApplicationItems.For).Select(i => i.Key).Distinct(), "Amount.NoExcludedGoods", "Office", "Amount", "Receipts", "", "account.holder"];

    [Fact]
    public void A_locked_answer_never_changes_and_an_open_one_is_always_taken() => Properties.Hold(
        from stored in AnyAnswers.All from posted in AnyAnswers.All from open in Gen.SubListOf(Keys) select (stored, posted, open: open.ToHashSet()),
        x =>
        {
            var merged = ApplicationItems.Merge(x.stored, x.posted, x.open);
            return Fields.All(f => Equals(f.Of(merged), f.Of(f.Item is { } item && x.open.Contains(item) ? x.posted : x.stored)));
        }, 300);

    [Fact]
    public void With_nothing_open_nothing_changes_and_without_a_return_everything_does() => Properties.Hold(
        from stored in AnyAnswers.All from posted in AnyAnswers.All select (stored, posted),
        x => ApplicationItems.Merge(x.stored, x.posted, new HashSet<string>()) == x.stored && ApplicationItems.Merge(x.stored, x.posted, null) == x.posted, 200);

    [Fact]
    public void No_answer_is_forgotten_by_the_table_above()
    {
        var sections = new[] { typeof(OfficeAnswers), typeof(AmountAnswers), typeof(AccountAnswers), typeof(ReceiptsAnswers) };
        var all = sections.SelectMany(t => t.GetProperties().Select(p => $"{t.Name.Replace("Answers", "", StringComparison.Ordinal)}.{p.Name}"));
        Assert.Equal(all.Order(StringComparer.Ordinal), Fields.Select(f => f.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_answer_can_be_sent_back_but_the_declaration_on_goods()
    {
        var keys = Years.All.SelectMany(ApplicationItems.For).Select(i => i.Key).ToHashSet();
        Assert.Equal(["Amount.NoExcludedGoods"], Fields.Where(f => f.Item is null || !keys.Contains(f.Item)).Select(f => f.Field));
    }

    [Fact]
    public void Items_of_a_care_office_stand_in_the_order_of_the_steps() => Assert.Equal(
        ["Office.Number", "Office.Name", "Office.Address", "Office.Phone", "Office.ContactName", "Office.Services",
            "Amount.Donation", "Amount.OtherIncome", "Amount.CompletedOn", "Amount.Note", "Amount.Readers", "Amount.SupportCost",
            "Account", "Account.Holder", "Documents.Passbook", "Documents.ServiceProof", "Documents.Receipt", "Documents.WebServiceScreen"],
        ApplicationItems.For(Years.R8Care).Select(i => i.Key));

    [Fact]
    public void Items_follow_the_programme_and_the_year()
    {
        Assert.DoesNotContain(ApplicationItems.For(Years.R7Care), i => i.Key == "Documents.WebServiceScreen");
        var medical = ApplicationItems.For(Years.R8Medical);
        Assert.All(new[] { "Office.Beds", "Amount.Cost", "Documents.BedProof", "Documents.CompletionProof" }, key => Assert.Contains(medical, i => i.Key == key));
        Assert.DoesNotContain(medical, i => i.Key is "Office.Services" or "Amount.Readers" or "Documents.ServiceProof");
        Assert.Equal("医療機関コード", medical[0].Name);
    }

    [Fact]
    public void Items_have_names_of_their_own() => Assert.All(Years.All, year =>
    {
        var items = ApplicationItems.For(year);
        Assert.Equal(items.Count, items.Select(i => i.Name).Distinct().Count());
        Assert.Equal(items.Count, items.Select(i => i.Key).Distinct().Count());
        Assert.All(items, i => Assert.True(i.Section is not null || i.Document is not null));
    });
}
