using FsCheck.Fluent;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Nothing that can be posted makes the rules throw; it is read, or refused in words.</summary>
public class HostileAnswersTests
{
    [Fact]
    public void Any_text_in_any_field_is_read_or_refused_in_words() => Properties.Hold(
        from answers in AnyAnswers.All from year in Gen.Elements(Years.All.ToArray()) select (answers, year),
        x =>
        {
            var reading = x.answers.Read(x.year, Answers.Documents(x.year));
            Assert.All(reading.Problems.Errors.Concat(reading.Problems.Warnings), ErrorWordsTests.AssertGoodWords);
            return (reading.Content is null) == reading.Problems.Any;
        }, 400);

    [Fact]
    public void One_hostile_field_in_good_answers_never_yields_content_that_cannot_be_stored() => Properties.Hold(Properties.HostileText, text =>
    {
        foreach (var answers in Spoilt(text))
        {
            if (answers.Read().Content is not { } content) continue;
            var words = new[] { content.Name, content.Address, content.Phone, content.ContactName, content.Account.Holder, content.Receipts[0].Issuer };
            if (!words.All(w => JapaneseText.IsWritable(w)) || !JapaneseText.IsWritable(content.Note, lines: true)) return false;
        }
        return true;
    }, 300);

    [Fact]
    public void A_hundred_thousand_characters_are_read_or_refused_in_words()
    {
        foreach (var unit in new[] { "\u0301\u0316", "ﾞ\u0301", "\ud800", "\ufffe", "\0", " ", "9", "-", "令和", "あ" })
            foreach (var answers in Spoilt(string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length))))
                Assert.All(answers.Read().Problems.Errors, ErrorWordsTests.AssertGoodWords);
    }

    [Fact]
    public void Any_text_in_a_profile_is_read_or_refused_in_words() => Properties.Hold(
        from text in Properties.HostileText from kind in Gen.Elements<string?>("corporation", "sole-proprietor", null, "x") select (text, kind),
        x =>
        {
            var problems = new Problems();
            var answers = new ProfileAnswers { Kind = x.kind, Name = x.text, CorporateNumber = x.text, Representative = x.text, ContactName = x.text, Phone = x.text };
            return (answers.Read(problems) is null) == problems.Any && problems.Errors.All(e => e.Message.EndsWith('。'));
        }, 1000);

    /// <summary>Good answers with this text in one field after the other.</summary>
    private static IEnumerable<ApplicationAnswers> Spoilt(string text)
    {
        foreach (var change in new Func<OfficeAnswers, OfficeAnswers>[]
        {
            o => o with { Number = text }, o => o with { Name = text }, o => o with { Address = text }, o => o with { Phone = text },
            o => o with { ContactName = text }, o => o with { Services = [text, "11"] },
        })
            yield return Answers.Care(a => a.With(change));
        foreach (var change in new Func<AmountAnswers, AmountAnswers>[]
        {
            m => m with { Readers = text }, m => m with { ReaderCost = text }, m => m with { SupportCost = text }, m => m with { Donation = text },
            m => m with { OtherIncome = text }, m => m with { CompletedOn = text }, m => m with { Note = text },
        })
            yield return Answers.Care(a => a.With(change));
        foreach (var change in new Func<AccountAnswers, AccountAnswers>[]
        {
            c => c with { BankCode = text }, c => c with { BranchCode = text }, c => c with { Number = text }, c => c with { Holder = text }, c => c with { Institution = text },
        })
            yield return Answers.Care(a => a.With(change));
        yield return Answers.Care(a => a with { Account = Answers.Yucho with { Symbol = text } });
        yield return Answers.Care(a => a with { Account = Answers.Yucho with { YuchoNumber = text } });
        yield return Answers.Medical(a => a.With((OfficeAnswers o) => o with { Beds = text }));
        yield return Answers.Care(a => a.Receipts(new ReceiptAnswers { Date = text, Issuer = text, Amount = text, Split = true, Part = text }, Answers.Receipt("69000")));
        yield return Answers.Care(a => a.Receipts(Answers.Receipt("69000") with { Issuer = text }));
    }
}
