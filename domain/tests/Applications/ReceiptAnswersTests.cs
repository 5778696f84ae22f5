using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Step ④: documents per kind (要綱 §6) and the receipts (rules 6 and 8).</summary>
public class ReceiptAnswersTests
{
    [Theory]
    [InlineData(new[] { "69000" }, true)]
    [InlineData(new[] { "39000", "30000" }, true)]
    [InlineData(new[] { "69001" }, true)]
    [InlineData(new[] { "68999" }, false)]
    [InlineData(new[] { "39000", "29999" }, false)]
    public void The_claimed_cost_may_not_exceed_the_sum_of_the_receipts(string[] amounts, bool good)
    {
        var reading = Answers.Care(a => a.Receipts(amounts)).Read();
        if (good) Assert.Equal(amounts.Length, reading.Good.Receipts.Count);
        else Assert.Contains("69,000円", reading.OnlyErrorAt("Receipts.Items[0].Amount"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1099999", false)]
    [InlineData("1100000", true)]
    public void The_medical_cost_may_not_exceed_the_sum_of_the_receipts(string amount, bool good)
    {
        var reading = Answers.Medical(a => a.Receipts(amount)).Read();
        if (good) Assert.NotNull(reading.Good);
        else Assert.NotNull(reading.OnlyErrorAt("Receipts.Items[0].Amount"));
    }

    [Theory]
    [InlineData("R7-care", "Passbook 1-1, ServiceProof 1-5, Receipt 1-5")]
    [InlineData("R8-care", "Passbook 1-1, ServiceProof 1-5, Receipt 1-5, WebServiceScreen 1-1")]
    [InlineData("R7-medical", "Passbook 1-1, BedProof 1-5, Receipt 1-5, CompletionProof 1-5")]
    [InlineData("R8-medical", "Passbook 1-1, BedProof 1-5, Receipt 1-5, CompletionProof 1-5")]
    public void Each_kind_of_document_is_taken_as_often_as_the_table_says(string id, string table)
    {
        var year = Years.All.Single(y => y.Id == id);
        var today = year.Opens.AddDays(40);
        var answers = year.Programme == Programme.Care ? Answers.Care() : Answers.Medical();
        answers = answers.With((AmountAnswers m) => m with { CompletedOn = $"{today:yyyy-MM-dd}" })
            .Receipts([.. Enumerable.Repeat(Answers.Receipt("1100000") with { Date = $"{today:yyyy-MM-dd}" }, 5)]);
        var all = Answers.Documents(year, 5);
        Assert.NotNull(answers.Read(year, all, today: today).Good);
        Assert.Equal(table, string.Join(", ", year.Documents.Select(d => $"{d.Kind} {d.Min}-{d.Max}")));
        foreach (var (kind, min, max) in year.Documents.Where(d => d.Kind != DocumentKind.Receipt).Select(d => (d.Kind, d.Min, d.Max)))
        {
            Reading With(int count) => answers.Read(year, [.. all.Where(d => d.Kind != kind), .. Answers.Files(kind, count)], today: today);
            Assert.NotNull(With(max).Good);
            Assert.Contains($"「{kind.Name()}」のファイルを選んで", With(min - 1).OnlyErrorAt($"Documents.{kind}"), StringComparison.Ordinal);
            Assert.Contains($"{max}ファイルまで", With(max + 1).OnlyErrorAt($"Documents.{kind}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void There_are_one_to_five_receipts()
    {
        var none = Answers.Care(a => a.Receipts(Array.Empty<ReceiptAnswers>())).Read(documents: Answers.Documents(Years.R8Care, 0));
        Assert.Contains("Documents.Receipt[0]", none.Fields);
        Assert.Equal(5, Answers.Care(a => a.Receipts("20000", "20000", "20000", "20000", "20000")).Read().Good.Receipts.Count);
        var six = Answers.Care(a => a.Receipts("20000", "20000", "20000", "20000", "20000", "20000")).Read();
        Assert.Contains("5ファイルまで", six.OnlyErrorAt("Documents.Receipt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_receipt_has_a_file_a_date_an_issuer_and_an_amount()
    {
        var answers = Answers.Care(a => a.Receipts(Answers.Receipt("69000"), new ReceiptAnswers()));
        Assert.Equal(["Receipts.Items[1].Date", "Receipts.Items[1].Issuer", "Receipts.Items[1].Amount"], answers.Read().Fields);
        var undescribed = Answers.Care(a => a.Receipts("69000", "1000")).Read(documents: Answers.Documents(Years.R8Care, 1));
        Assert.Contains("領収書 2", undescribed.OnlyErrorAt("Documents.Receipt[1]"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_file_in_a_slot_beyond_the_answers_is_asked_about_too()
    {
        var documents = Answers.Documents(Years.R8Care).Append(Answers.File(DocumentKind.Receipt, 7)).ToList();
        Assert.Equal(["Receipts.Items[7].Date", "Receipts.Items[7].Issuer", "Receipts.Items[7].Amount"], Answers.Care().Read(documents: documents).Fields);
    }

    [Fact]
    public void Blank_receipts_between_are_no_receipts()
    {
        var answers = Answers.Care(a => a.Receipts(new ReceiptAnswers(), Answers.Receipt("69000"), new ReceiptAnswers { Issuer = "  " }));
        var documents = Answers.Documents(Years.R8Care, 0).Append(Answers.File(DocumentKind.Receipt, 1)).ToList();
        Assert.Equal(1, Assert.Single(answers.Read(documents: documents).Good.Receipts).Slot);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    public void A_receipt_over_nothing_is_refused(string amount) =>
        Assert.Contains("1円以上", Answers.Care(a => a.Receipts("69000", amount)).Read().OnlyErrorAt("Receipts.Items[1].Amount"), StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-06-15", null, 0)]
    [InlineData("2026-06-16", "Receipts.Items[0].Date", 0)]
    [InlineData("2026-04-01", null, 0)]
    [InlineData("2026-03-31", null, 1)]
    public void A_receipt_is_not_from_the_future_and_one_before_the_earliest_date_is_to_look_at(string date, string? field, int warnings)
    {
        var reading = Answers.Care(a => a.Receipts(Answers.Receipt("69000") with { Date = date })).Read();
        Assert.Equal(warnings, reading.Problems.Warnings.Count(w => w.Field == "Receipts.Items[0].Date"));
        if (field is null) Assert.NotNull(reading.Good);
        else Assert.Contains("未来", reading.OnlyErrorAt(field), StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_receipts_do_not_overflow() =>
        Assert.Equal(5, Answers.Care(a => a.Receipts([.. Enumerable.Repeat("9999999999", 5)])).Read().Good.Receipts.Count);
}
