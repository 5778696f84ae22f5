using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Web.Features.Applications;

/// <summary>A difference between what was typed here and what somebody else saved meanwhile.</summary>
public sealed record Difference(string Label, string Theirs, string Yours);

/// <summary>What somebody else saved while this page was open.</summary>
public sealed record EditConflict(string By, DateTimeOffset At, IReadOnlyList<Difference> Differences);

/// <summary>A step's page.</summary>
/// <param name="Answers">What its fields show: stored, or as typed.</param>
/// <param name="Revision">What the next save is compared with.</param>
/// <param name="BankName">Names of the bank and branch typed in ③, where they are known.</param>
public sealed record StepView(Step Step, Dossier Dossier, ApplicationAnswers Answers, int Revision, Guid Editor, DateOnly Today)
{
    public EditConflict? Conflict { get; init; }

    /// <summary>What was read of attached receipts, by document.</summary>
    public IReadOnlyDictionary<Guid, ReceiptFindings> Readings { get; init; } = new Dictionary<Guid, ReceiptFindings>();

    /// <summary>Attached receipts that are still to be read, where this portal can.</summary>
    public IReadOnlySet<Guid> Unread { get; init; } = new HashSet<Guid>();

    /// <summary>Receipts declared as split, with what other applications of the applicant declared of them.</summary>
    public IReadOnlyList<SplitReceipt> Splits { get; init; } = [];

    /// <summary>分割の申告 is for corporations; where it was typed it is shown to be taken back.</summary>
    public bool MaySplit(int slot) => Dossier.Applicant.Kind == ApplicantKind.Corporation || Typed(slot) is { Split: true } or { Part.Length: > 0 };

    public ReceiptAnswers Typed(int slot) => slot < Answers.Receipts.Items.Count ? Answers.Receipts.Items[slot] : new ReceiptAnswers();

    /// <summary>④: what a receipt's fields show. Where nothing was typed what was read stands, for the applicant to confirm.</summary>
    public ReceiptPrefill Prefill(int slot)
    {
        var document = Of(DocumentKind.Receipt, slot) is [var attached, ..] ? attached : null;
        var read = document is null || Locked("Documents.Receipt") ? null : Readings.GetValueOrDefault(document.Id);
        return ReceiptPrefill.Of(Typed(slot), read) with { IsAwaited = document is not null && Unread.Contains(document.Id) };
    }

    public string? BankName { get; init; }
    public string? BranchName { get; init; }

    /// <summary>It can no longer be edited; what was typed is shown to look at.</summary>
    public bool Overtaken => !Dossier.Application.IsEditable;
    public Guid Id => Dossier.Application.Id;
    public ProgrammeYear Year => Dossier.Year;
    public bool IsCare => Year.Programme == Programme.Care;
    public GrantCalculation? Calculation => ApplicationReader.Preview(Answers, Year, Dossier.Applicant);
    public ReadingContext Context => Dossier.ReadingOn(Today);

    /// <summary>差戻し: an item that is not open is shown but not changeable.</summary>
    public bool Locked(string item) => Overtaken || (Dossier.OpenItems is { } open && !open.Contains(item));

    /// <summary>差戻し: why the item was opened.</summary>
    public string? Returned(string item) => Dossier.Application.Returned?.FirstOrDefault(i => i.Key == item)?.Reason;

    public IReadOnlyList<AttachedDocument> Of(DocumentKind kind, int? slot = null) =>
        [.. Dossier.Attached.Where(d => d.Kind == kind && (slot is null || d.Slot == slot))];

    /// <summary>What is still missing or wrong, step by step.</summary>
    public IReadOnlyDictionary<Step, IReadOnlyList<Problem>> Missing { get; } = Enum.GetValues<Step>().Where(s => s != Step.Confirm).ToDictionary(
        s => s,
        IReadOnlyList<Problem> (s) =>
        {
            var problems = new Problems();
            ApplicationReader.Check(Steps.SectionOf(s), Dossier.Answers, Dossier.ReadingOn(Today), problems);
            return problems.Errors;
        });

    /// <summary>Things to look at that refuse nothing, over all steps.</summary>
    public IReadOnlyList<Problem> Warnings
    {
        get
        {
            var problems = new Problems();
            foreach (var section in Enum.GetValues<Section>()) ApplicationReader.Check(section, Answers, Context, problems);
            return problems.Warnings;
        }
    }

    public string? WarningAt(string field) => Warnings.FirstOrDefault(w => w.Field == field)?.Message;
}
