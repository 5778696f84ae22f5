using GrantPortal.Data;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Bench.Seed;

internal sealed record SubmittedVersion(int Number, string Answers, string Content, Yen Applied, DateTimeOffset At, Guid[] Documents);

internal sealed record StoredDocument(AttachedDocument Document, Guid UploadId, bool Attached, DateTimeOffset At);

/// <summary>What stands in the tables of one application.</summary>
internal sealed record Case(
    Application Application, Owner Owner, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Name, IReadOnlyList<SubmittedVersion> Versions,
    IReadOnlyList<StoredDocument> Documents, IReadOnlyList<ApplicationEvent> Events, IReadOnlyList<(Section Section, string Answers)> Working, Guid Editor);

/// <summary>Tells the life of one application by the domain's own acts, so that every row is one the portal itself would have written.</summary>
internal sealed class Story
{
    private readonly Planned planned;
    private readonly ProgrammeYear year;
    private readonly Staff staff;
    private readonly Dice dice;
    private readonly Protection protection;
    private readonly DateTimeOffset created;
    private readonly List<SubmittedVersion> versions = [];
    private readonly List<StoredDocument> documents = [];
    private readonly List<ApplicationEvent> events = [];
    private readonly Actor reviewer, approver;
    private Application application;
    private Form form;
    private DateTimeOffset now;

    private Story(Planned planned, ProgrammeYear year, Staff staff, IReadOnlyList<(string Bank, string Branch)> banks, Protection protection, Dice dice)
    {
        (this.planned, this.year, this.staff, this.protection, this.dice, now) = (planned, year, staff, protection, dice, planned.Submission);
        created = now.AddMinutes(-dice.Between(20, 72 * 60));
        application = new Application
        {
            Id = dice.TimedId(created),
            ApplicantId = Owner.Id,
            Programme = year.Programme,
            Status = Status.Draft,
            Version = 1,
        };
        form = Form.Fill(planned.Institution, year, banks, JapanTime.DateOf(now), dice);
        (reviewer, approver) = (dice.Pick(staff.Reviewers), dice.Pick(staff.Approvers));
    }

    private Owner Owner => planned.Institution.Owner;

    public static Case Tell(Planned planned, ProgrammeYear year, Staff staff, IReadOnlyList<(string Bank, string Branch)> banks, Protection protection, Dice dice)
    {
        var story = new Story(planned, year, staff, banks, protection, dice);
        if (planned.Ending == Status.Draft) return story.Draft();
        story.Submitted();
        return new Case(
            story.application, story.Owner, story.created, story.now, planned.Institution.Name, story.versions, story.documents, story.events, [], Guid.Empty);
    }

    /// <summary>A draft got as far as it got.</summary>
    private Case Draft()
    {
        var steps = dice.Between(1, 4);
        var all = new (Section, string)[]
        {
            (Section.Office, protection.Write(form.Answers.Office)),
            (Section.Amount, protection.Write(form.Answers.Amount)),
            (Section.Account, protection.Write(form.Answers.Account)),
            (Section.Receipts, protection.Write(form.Answers.Receipts)),
        };
        if (steps == 4) documents.AddRange(form.Documents.Select(d => new StoredDocument(d, dice.RandomId(), Attached: true, now)));
        return new Case(application, Owner, created, now, null, [], documents, [], all[..steps], dice.RandomId());
    }

    private void Submitted()
    {
        documents.AddRange(form.Documents.Select(d => new StoredDocument(d, dice.RandomId(), Attached: true, now.AddMinutes(-dice.Between(1, 19)))));
        Submit();
        if (dice.Chance(5))
        {
            After(1);
            form = form with { Answers = form.Answers with { Office = form.Answers.Office with { ContactName = Words.Person(dice).Name } } };
            Submit();
        }
        switch (planned.Ending)
        {
            case Status.Received:
                break;
            case Status.Withdrawn:
                After(5);
                var own = dice.Chance(80);
                Do(application.Withdraw(own ? null : "同じ事業所の別の申請を審査するため", own ? Owner.Actor : reviewer, now));
                break;
            case Status.Returned:
                Claim();
                Return();
                break;
            default:
                Claim();
                if (dice.Chance(10)) AnswerReturn();
                Decide();
                break;
        }
    }

    private void Decide()
    {
        if (planned.Ending == Status.Reviewing) return;
        var refuse = planned.Ending == Status.Refused;
        After(10);
        Review(refuse);
        if (planned.Ending == Status.AwaitingDecision) return;
        After(10);
        if (dice.Chance(2))
        {
            Do(application.HandBack("完了日と領収日の関係をもう一度確認してください。", approver, now));
            After(3);
            Review(refuse);
            After(3);
        }
        Do(refuse
            ? application.Refuse("対象となる事業であることが確認できません。", approver, now)
            : application.Grant(application.Recommended!.Value, null, year, default, approver, now));
    }

    private void Review(bool refuse)
    {
        var cut = !refuse && dice.Chance(3) && application.Applied.Amount > 5_000;
        Do(refuse
            ? application.Review(Verdict.Refuse, null, "対象となる事業であることが確認できません。", reviewer, now)
            : application.Review(Verdict.Grant, cut ? new Yen(application.Applied.Amount - 2_000) : application.Applied, cut ? "対象外の費用を除きました。" : null, reviewer, now));
    }

    private void Claim()
    {
        After(15);
        Do(application.Claim(reviewer, now));
    }

    private void Return()
    {
        After(5);
        Do(application.Return(
            [new ReturnedItem("Documents.Passbook", "口座名義（カナ）が読み取れません。見開きのページを添付してください。")], JapanTime.DateOf(now).AddDays(14), reviewer, now));
    }

    /// <summary>Returned, answered with another file, claimed again.</summary>
    private void AnswerReturn()
    {
        Return();
        After(10);
        var old = form.Documents.First(d => d.Kind == DocumentKind.Passbook);
        var fresh = Form.File(old.Kind, old.Slot, dice);
        documents[documents.FindIndex(d => d.Document.Id == old.Id)] = documents.First(d => d.Document.Id == old.Id) with { Attached = false };
        documents.Add(new StoredDocument(fresh, dice.RandomId(), Attached: true, now.AddMinutes(-3)));
        form = form.Replace(old, fresh);
        Submit();
        Claim();
    }

    private void Submit()
    {
        var content = form.Read(Owner, year, JapanTime.DateOf(now));
        Do(application.Submit(content, year, default, ReceiptNumbers.Format(year, planned.Serial), Owner.Actor, now));
        versions.Add(new SubmittedVersion(
            application.Submissions, protection.Write(form.Answers), protection.Write(content), content.Applied, now, [.. form.Documents.Select(d => d.Id)]));
    }

    private void Do(Outcome outcome)
    {
        if (outcome is not Outcome.Done done) throw new InvalidOperationException($"The rules refuse what the seed tells: {outcome}");
        application = done.Next;
        events.Add(done.Event);
    }

    /// <summary>Some days later, in whole minutes, but never after the end.</summary>
    private void After(int days)
    {
        var later = now.AddMinutes(dice.Between(60, days * 24 * 60));
        now = later < Calendar.End ? later : Calendar.End;
    }
}
