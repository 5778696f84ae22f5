using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Applications;

/// <summary>A whole, valid application: what one submitted version says.</summary>
/// <param name="Number">介護事業所番号 or 医療機関コード, 10 characters.</param>
/// <param name="Care">Set for care offices.</param>
/// <param name="Medical">Set for medical institutions.</param>
/// <param name="CompletedOn">完了日: when the work was finished (要綱 §6-2).</param>
/// <param name="Applicant">The applicant's profile as it was.</param>
public sealed record ApplicationContent(
    Programme Programme,
    string Number,
    string Name,
    string Address,
    string Phone,
    string ContactName,
    CareCosts? Care,
    MedicalCosts? Medical,
    Yen Donation,
    Yen OtherIncome,
    DateOnly CompletedOn,
    string Note,
    BankAccount Account,
    IReadOnlyList<Receipt> Receipts,
    ApplicantProfile Applicant,
    GrantCalculation Calculation)
{
    public Income Income => new(Donation, OtherIncome, Applicant.NonProfit);

    /// <summary>The amount applied for, yen.</summary>
    public Yen Applied => Calculation.Grant;
}

/// <summary>Costs of a care office: A card readers and B connection support (要綱 §3).</summary>
/// <param name="Services">Distinct service codes in the programme's order.</param>
/// <param name="Readers">Card readers bought and claimed.</param>
public sealed record CareCosts(IReadOnlyList<string> Services, int Readers, Yen ReaderCost, Yen SupportCost);

/// <summary>Cost of a medical institution: adding the function that sends 主治医意見書.</summary>
public sealed record MedicalCosts(InstitutionKind Kind, int Beds, Yen Cost);

/// <summary>領収書: its date, issuer and amount (tax included).</summary>
/// <param name="Amount">What counts for this application: all of it, or of a split receipt this application's part.</param>
/// <param name="Slot">0-based place among the receipts; its file is the document in the same slot.</param>
/// <param name="Whole">分割の申告: what the receipt is over, where other applications of the corporation use it too; null: it is not split.</param>
public sealed record Receipt(DateOnly Date, string Issuer, Yen Amount, int Slot = 0, Yen? Whole = null)
{
    /// <summary>領収金額, as the receipt itself says it.</summary>
    public Yen Printed => Whole ?? Amount;

    /// <summary>The amount in words, with the part of a split receipt.</summary>
    public string AmountWords => Whole is null ? $"{Amount}円" : $"{Whole}円のうち{Amount}円（分割の申告）";
}

/// <summary>A stored file of an application, as the rules see it.</summary>
/// <param name="Slot">0-based place among its kind.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Verdict">To the applicant: why it is unusable, and what to do.</param>
public sealed record AttachedDocument(
    Guid Id, DocumentKind Kind, int Slot, string FileName, FileType Type, long Size, string Sha256,
    Structure Structure = Structure.Waiting, Malware Malware = Malware.Waiting, string? Verdict = null)
{
    public DocumentState State => DocumentStates.Of(Structure, Malware);

    /// <summary>To the applicant: why it cannot be used; null while nothing stands against it.</summary>
    public string? Objection => State switch
    {
        DocumentState.Quarantined => DocumentStates.QuarantinedWords,
        DocumentState.Unusable => Verdict,
        _ => null,
    };
}
