using GrantPortal.Data.Applications;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Reviews;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One application on the desk.</summary>
/// <param name="Version">The submitted version shown: the latest, or an earlier one to look at.</param>
/// <param name="Previous">The version before it; null for the first.</param>
/// <param name="Known">What the master of institutions says about the number.</param>
/// <param name="Form">As typed, or with what a fresh form begins with.</param>
/// <param name="AccountShown">The account number was asked for and stands on this page unmasked; the audit knows.</param>
public sealed record CasePage(
    Dossier Dossier, SubmittedVersion Version, SubmittedVersion? Previous, CaseFacts Facts, IReadOnlyList<HistoryLine> History, KnownInstitution? Known, BankNames? Bank,
    ReviewForm Form, Actor Actor, DateTimeOffset Now, bool AccountShown = false)
{
    /// <summary>Reasons a return can name.</summary>
    public IReadOnlyList<ReturnReason> Reasons { get; init; } = [];

    /// <summary>Open claims to the number (rule 2).</summary>
    public IReadOnlyList<ClaimNote> Claims { get; init; } = [];

    /// <summary>Other applicants of the same 法人番号.</summary>
    public IReadOnlyList<string> SameCorporation { get; init; } = [];

    public Application Application => Dossier.Application;
    public bool IsLatest => Version.Version == Application.Submissions;
    public DateOnly Today => JapanTime.DateOf(Now);

    /// <summary>An earlier version is only looked at.</summary>
    public CaseActs Acts { get; } = CaseActs.For(Dossier.Application, Actor, Now);

    public IReadOnlyList<FactGroup> Groups { get; } = CaseContent.Of(Version.Content, Previous?.Content, Dossier.Year, Bank, AccountShown);

    public IReadOnlyList<Change> Changes { get; } = CaseContent.Changes(Version.Content, Previous?.Content, Dossier.Year, AccountShown);

    /// <summary>What needs a look first.</summary>
    public IReadOnlyList<Check> Checks { get; } =
    [
        .. Domain.Reviews.Checks.Run(
            Version.Content, Version.Documents, Dossier.Year,
            Known is null ? null : new KnownOffice(Known.Name, Known.Address, Known.Phone, Known.CorporateNumber, Known.Services),
            JapanTime.DateOf(Version.SubmittedAt), Facts.Others.Count).OrderByDescending(c => c.Result),
    ];

    /// <summary>The first review's recommendation, while a decision is awaited.</summary>
    public HistoryLine? Recommendation => Application.Status == Status.AwaitingDecision ? History.LastOrDefault(e => e.Kind == EventKind.Reviewed) : null;

    /// <summary>Why the approver gave it back, while the clerk works on it again.</summary>
    public HistoryLine? HandedBack => Application.Status == Status.Reviewing && History.LastOrDefault(e => e.Kind is EventKind.HandedBack or EventKind.Claimed) is { Kind: EventKind.HandedBack } last ? last : null;

    public bool IsNew(AttachedDocument document) => Previous is not null && Previous.Documents.All(d => d.Id != document.Id);

    /// <summary>Receipts by their place in the application, 「領収書 2」; others are counted where there are several of a kind.</summary>
    public string NameOf(AttachedDocument document)
    {
        if (document.Kind == DocumentKind.Receipt) return $"{document.Kind.Name()} {document.Slot + 1}";
        var same = Version.Documents.Where(d => d.Kind == document.Kind).ToList();
        return same.Count > 1 ? $"{document.Kind.Name()} {same.IndexOf(document) + 1}" : document.Kind.Name();
    }

    /// <summary>The reasons an item can be returned for; その他 first, for it asks for words.</summary>
    public IReadOnlyList<Choice> ReasonsFor(string item) =>
    [
        .. Reasons.Where(r => r.FitsItem(item)).OrderBy(r => r.Code != ReturnReason.Other)
            .Select(r => r.Code == ReturnReason.Other ? new Choice("", "その他（言葉で伝える）") : new Choice(r.Code, r.Label)),
    ];

    /// <summary>What an item of a return is called.</summary>
    public string NameOf(ReturnedItem item) => ApplicationItems.For(Dossier.Year).FirstOrDefault(i => i.Key == item.Key)?.Name ?? item.Key;
}
