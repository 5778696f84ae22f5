using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Documents;

/// <summary>Whether a file is a sound one of its type.</summary>
public enum Structure
{
    /// <summary>Not looked into yet.</summary>
    Waiting,
    Sound,

    /// <summary>Broken, locked, or carrying what a document must not carry.</summary>
    Unusable,
}

/// <summary>What the malware scanner says of a file.</summary>
public enum Malware
{
    /// <summary>Not scanned yet.</summary>
    Waiting,
    Clean,
    Infected,
}

/// <summary>How a stored file stands, as a person reads it.</summary>
public enum DocumentState
{
    /// <summary>検査中</summary>
    Checking,

    /// <summary>安全</summary>
    Safe,

    /// <summary>使えません: not a sound file</summary>
    Unusable,

    /// <summary>隔離: malware was found; nobody opens it</summary>
    Quarantined,
}

public static class DocumentStates
{
    /// <summary>To the applicant, of a file that was quarantined.</summary>
    public const string QuarantinedWords = "ウイルスなどの危険なプログラムが見つかったため、このファイルを隔離しました。お使いのパソコンをウイルス対策ソフトで確認し、安全なファイルに差し替えてください。";

    public static DocumentState Of(Structure structure, Malware malware) => (structure, malware) switch
    {
        (_, Malware.Infected) => DocumentState.Quarantined,
        (Structure.Unusable, _) => DocumentState.Unusable,
        (Structure.Sound, Malware.Clean) => DocumentState.Safe,
        _ => DocumentState.Checking,
    };

    /// <summary>Japanese, as on the screen.</summary>
    public static string Name(this DocumentState state) => state switch
    {
        DocumentState.Checking => "検査中",
        DocumentState.Safe => "安全",
        DocumentState.Unusable => "使えません",
        _ => "隔離",
    };

    /// <summary>As in the database and in scripts: <c>quarantined</c>.</summary>
    public static string Code(this DocumentState state) => state.ToString().ToLowerInvariant();

    /// <summary>Whether staff may open it.</summary>
    /// <param name="openUnchecked">The operator's setting: what is not checked yet may be opened and approved.</param>
    public static bool MayBeOpened(this DocumentState state, bool openUnchecked) => state == DocumentState.Safe || (state == DocumentState.Checking && openUnchecked);
}

/// <summary>How the documents of the latest submitted version stand together.</summary>
/// <param name="Checking">How many are not checked yet.</param>
/// <param name="Bad">How many are unusable or quarantined.</param>
public sealed record SubmittedDocuments(int Checking, int Bad)
{
    /// <summary>Why no grant may be recommended or decided on them; null when they can be relied on.</summary>
    /// <inheritdoc cref="DocumentStates.MayBeOpened" path="/param"/>
    public Refusal? Refusal(bool openUnchecked) =>
        Bad > 0 ? new Refusal(RefusalCode.DocumentsNotSafe, $"使えない書類、または隔離された書類が{Bad}件あります。差し戻して、安全なファイルに差し替えるよう申請者に伝えてください。")
        : Checking > 0 && !openUnchecked ? new Refusal(RefusalCode.DocumentsNotSafe, $"検査中の書類が{Checking}件あります。検査が終わってから、もう一度操作してください。")
        : null;
}
