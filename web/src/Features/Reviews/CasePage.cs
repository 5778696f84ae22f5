using GrantPortal.Data.Applications;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Receipts;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Receipts;
using GrantPortal.Domain.Reviews;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One application on the desk.</summary>
/// <param name="Version">The submitted version shown: the latest, or an earlier one to look at.</param>
/// <param name="Previous">The version it is compared with: the one before it, or one that was asked for; null for the first.</param>
/// <param name="Known">What the master of institutions says about the number.</param>
/// <param name="Form">As typed, or with what a fresh form begins with.</param>
/// <param name="AccountShown">The account number was asked for and stands on this page unmasked; the audit knows.</param>
public sealed record CasePage(
    Dossier Dossier, SubmittedVersion Version, SubmittedVersion? Previous, CaseFacts Facts, IReadOnlyList<HistoryLine> History, KnownInstitution? Known, BankNames? Bank,
    ReviewForm Form, Actor Actor, DateTimeOffset Now, bool AccountShown = false)
{
    /// <summary>Reasons a return can name.</summary>
    public IReadOnlyList<ReturnReason> Reasons { get; init; } = [];

    /// <summary>書類の確認 of every version, the oldest first.</summary>
    public IReadOnlyList<Confirmation> Confirmations { get; init; } = [];

    /// <summary>Contents of this version and of earlier ones in which its documents were confirmed.</summary>
    public IReadOnlyDictionary<int, ApplicationContent> Contents { get; init; } = new Dictionary<int, ApplicationContent>();

    /// <summary>内部メモ, the latest first.</summary>
    public IReadOnlyList<CaseNote> Notes { get; init; } = [];

    /// <summary>Whether single-letter keys act while the case has the focus.</summary>
    public bool LetterKeys { get; init; } = true;

    /// <summary>Documents that are not checked yet may be opened (the operator's setting).</summary>
    public bool OpenUnchecked { get; init; }

    public bool MayOpen(AttachedDocument document) => document.State.MayBeOpened(OpenUnchecked);

    /// <summary>An act is being asked for once more; null: the forms stand.</summary>
    public Question? Question { get; init; }

    /// <summary>通知書 about it.</summary>
    public LetterSection? Letters { get; init; }

    /// <summary>法的保全; null: none holds, and this person sets none.</summary>
    public HoldSection? Hold { get; init; }

    /// <summary>Open claims to the number (rule 2).</summary>
    public IReadOnlyList<ClaimNote> Claims { get; init; } = [];

    /// <summary>Other applicants of the same 法人番号.</summary>
    public IReadOnlyList<string> SameCorporation { get; init; } = [];

    /// <summary>What was read of receipts, by document.</summary>
    public IReadOnlyDictionary<Guid, ReceiptFindings> Readings { get; init; } = new Dictionary<Guid, ReceiptFindings>();

    /// <summary>Receipts of this version that another live application has too.</summary>
    public IReadOnlyList<ReusedReceipt> Reused { get; init; } = [];

    /// <summary>What others declared of the receipts that this version declares as split.</summary>
    public IReadOnlyList<OtherPart> OtherParts { get; init; } = [];

    /// <summary>分割の申告, by receipt.</summary>
    public IReadOnlyList<SplitReceipt> Splits => SplitReceipt.Of(ReceiptPart.Of(Version.Content.Receipts, Version.Documents), OtherParts);

    /// <summary>The parts of this version are among those that count.</summary>
    public bool SplitsCount => IsLatest && Application.Status.IsLive();

    private Dictionary<int, ReceiptFindings> ReadBySlot => Version.Documents.Where(d => d.Kind == DocumentKind.Receipt && Readings.ContainsKey(d.Id))
        .DistinctBy(d => d.Slot).ToDictionary(d => d.Slot, d => Readings[d.Id]);

    private IEnumerable<Check> ReuseChecks => Reused.GroupBy(r => r.DocumentId).Select(g => new Check(
        "領収書の重複", CheckResult.Look, "要綱 §3", $"{NameOf(Version.Documents.First(d => d.Id == g.Key))}：ほかの申請{g.Select(r => r.ApplicationId).Distinct().Count()}件に同じとみられる領収書があります。「領収書の重複」で見比べてください。"));

    public Application Application => Dossier.Application;
    public bool IsLatest => Version.Version == Application.Submissions;
    public DateOnly Today => JapanTime.DateOf(Now);

    /// <summary>An earlier version is only looked at.</summary>
    public CaseActs Acts { get; } = CaseActs.For(Dossier.Application, Actor, Now);

    public IReadOnlyList<FactGroup> Groups { get; } = CaseContent.Of(Version.Content, Previous?.Content, Dossier.Year, Bank, AccountShown);

    public IReadOnlyList<Change> Changes { get; } = CaseContent.Changes(Version.Content, Previous?.Content, Dossier.Year, AccountShown);

    /// <summary>What needs a look first.</summary>
    public IReadOnlyList<Check> Checks =>
    [
        .. Domain.Reviews.Checks.Run(
            Version.Content, Version.Documents, Dossier.Year,
            Known is null ? null : new KnownOffice(Known.Name, Known.Address, Known.Phone, Known.CorporateNumber, Known.Services),
            JapanTime.DateOf(Version.SubmittedAt), Facts.Others.Count)
            .Concat(ReceiptChecks.Of(Version.Content.Receipts, ReadBySlot)).Concat(ReuseChecks).Concat(SplitsCount ? SplitChecks.Of(Splits) : []).OrderByDescending(c => c.Result),
    ];

    /// <summary>The first review's recommendation, while a decision is awaited.</summary>
    public HistoryLine? Recommendation => Application.Status == Status.AwaitingDecision ? History.LastOrDefault(e => e.Kind == EventKind.Reviewed) : null;

    /// <summary>Why the approver gave it back, while the clerk works on it again.</summary>
    public HistoryLine? HandedBack => Application.Status == Status.Reviewing && History.LastOrDefault(e => e.Kind is EventKind.HandedBack or EventKind.Claimed) is { Kind: EventKind.HandedBack } last ? last : null;

    public bool IsNew(AttachedDocument document) => Previous is not null && Previous.Documents.All(d => d.Id != document.Id);

    /// <summary>
    /// Documents that differ from the version compared with: what stood in a place before and what stands there now, either of them null. Where more than one came or went, each is told by itself.
    /// </summary>
    public IReadOnlyList<(AttachedDocument? Before, AttachedDocument? After)> ChangedDocuments
    {
        get
        {
            var come = Version.Documents.Where(IsNew).ToLookup(d => (d.Kind, d.Slot));
            var gone = (Previous?.Documents ?? []).ExceptBy(Version.Documents.Select(d => d.Id), d => d.Id).ToLookup(d => (d.Kind, d.Slot));
            return [.. come.Concat(gone).Select(place => place.Key).Distinct().SelectMany(place => Changed([.. gone[place]], [.. come[place]]))];

            static IEnumerable<(AttachedDocument?, AttachedDocument?)> Changed(AttachedDocument[] gone, AttachedDocument[] come) => (gone, come) is ([var before], [var after])
                ? [(before, after)]
                : [.. come.Select(d => ((AttachedDocument?)null, (AttachedDocument?)d)), .. gone.Select(d => ((AttachedDocument?)d, (AttachedDocument?)null))];
        }
    }

    /// <summary>What a document must show, beside what the application says of it.</summary>
    public IEnumerable<ChecklistPoint> PointsOf(AttachedDocument document) =>
        DocumentChecklist.Points(document, Version.Content, Dossier.Year).Where(p => p.Shown).Select(p => p.Label == DocumentChecklist.Bank && BankWords is { } words ? p with { Claimed = words } : p);

    /// <summary>As a passbook says it: names first. Null where the list does not have the bank.</summary>
    private string? BankWords => Bank is { } names
        ? $"{names.Bank}（{Version.Content.Account.BankCode}）{names.Branch ?? "一覧にない支店"}（{Version.Content.Account.BranchCode}）"
        : null;

    /// <summary>
    /// Who confirmed the document, in this version or in an earlier one that said the same of it; null: nobody, or it was taken back.
    /// </summary>
    public Confirmation? ConfirmedOf(AttachedDocument document) =>
        Confirmations.LastOrDefault(c => c.DocumentId == document.Id && c.Version <= Version.Version) is { Confirmed: true } last
        && (last.Version == Version.Version || (Contents.TryGetValue(last.Version, out var then) && DocumentChecklist.CarriesOver(document, then, Version.Content, Dossier.Year)))
            ? last
            : null;

    /// <summary>Names of the documents that are not confirmed.</summary>
    public IReadOnlyList<string> Unconfirmed => [.. Version.Documents.Where(d => ConfirmedOf(d) is null).Select(NameOf)];

    /// <summary>Who holds the case confirms its documents.</summary>
    public bool MayConfirm => IsLatest && Acts.Review;

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
