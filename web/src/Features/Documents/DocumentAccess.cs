using GrantPortal.Data.Applications;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Features.Demo;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Documents;

/// <summary>Section <c>Documents</c> of the configuration.</summary>
public sealed class DocumentOptions
{
    public const string Section = "Documents";

    /// <summary>
    /// True: staff open, and grant on, what is not checked yet; what was found bad stays closed. Null: no, except in the demo where no scanner is configured.
    /// </summary>
    public bool? OpenUnchecked { get; set; }
}

/// <summary>What may be opened, and relied on, before the checks are through.</summary>
public sealed class DocumentAccess(IOptions<DocumentOptions> documents, IOptions<ScannerOptions> scanner, IOptions<DemoOptions> demo)
{
    /// <inheritdoc cref="DocumentOptions.OpenUnchecked"/>
    public bool OpenUnchecked => documents.Value.OpenUnchecked ?? (demo.Value.Enabled && !scanner.Value.IsOn);

    /// <summary>Whether an answer of the checks is still to come. Where nothing scans files, only their structure is waited for.</summary>
    public bool IsAwaited(AttachedDocument document) => document.State == DocumentState.Checking && (document.Structure == Structure.Waiting || !OpenUnchecked);

    /// <summary>Why no grant may be recommended or decided now; null when the documents stand in no way.</summary>
    public Refusal? Against(Dossier dossier) => dossier.Submitted.Refusal(OpenUnchecked);

    /// <summary>Why this person may not open it now, in words; null when they may. Who sent it may look at it while it is checked.</summary>
    public string? Against(DownloadableDocument document, Actor actor) => document.State switch
    {
        DocumentState.Quarantined => "このファイルからは危険なプログラムが見つかったため、隔離しています。どなたも開くことはできません。",
        _ when !actor.IsStaff || document.State.MayBeOpened(OpenUnchecked) => null,
        DocumentState.Checking => "このファイルは検査中です。検査が終わるまで開くことはできません。しばらくたってから、もう一度開いてください。",
        _ => "このファイルは壊れているなどの理由で使えないため、開くことはできません。差し戻して、差し替えるよう申請者に伝えてください。",
    };
}
