using GrantPortal.Domain.Offices;

namespace GrantPortal.Domain.Accounts;

/// <summary>法人 (with 法人番号) or 個人 (without).</summary>
public enum ApplicantKind
{
    Corporation,
    SoleProprietor,
}

/// <summary>
/// The applicant (申請者) an application belongs to. Asked once, prefilled everywhere, and copied into every submitted version.
/// </summary>
/// <param name="Name">法人名, or 氏名 of a sole proprietor.</param>
/// <param name="CorporateNumber">13 digits; null for a sole proprietor.</param>
/// <param name="Representative">代表者名 (a corporation's).</param>
/// <param name="NonProfit">営利を目的としない法人 (要綱 §4): donations are not deducted.</param>
/// <param name="ContactName">担当者名, prefilled in step ①.</param>
public sealed record ApplicantProfile(
    ApplicantKind Kind,
    string Name,
    string? CorporateNumber,
    string Representative,
    bool NonProfit,
    string ContactName,
    string Phone);

/// <summary>The profile as typed.</summary>
public sealed record ProfileAnswers
{
    public string? Kind { get; init; } = "corporation";
    public string? Name { get; init; }
    public string? CorporateNumber { get; init; }
    public string? Representative { get; init; }
    public bool NonProfit { get; init; }
    public string? ContactName { get; init; }
    public string? Phone { get; init; }

    public static ProfileAnswers From(ApplicantProfile profile) => new()
    {
        Kind = profile.Kind == ApplicantKind.Corporation ? "corporation" : "sole-proprietor",
        Name = profile.Name,
        CorporateNumber = profile.CorporateNumber,
        Representative = profile.Representative,
        NonProfit = profile.NonProfit,
        ContactName = profile.ContactName,
        Phone = profile.Phone,
    };

    /// <summary>The profile these answers say; null with at least one problem.</summary>
    public ApplicantProfile? Read(Problems problems)
    {
        var corporation = Kind != "sole-proprietor";
        var name = problems.Text(nameof(Name), Name, corporation ? "法人名" : "氏名", 100);
        var representative = corporation ? problems.Text(nameof(Representative), Representative, "代表者名", 100) : name;
        var contact = problems.Text(nameof(ContactName), ContactName, "担当者名", 100);
        var phone = problems.Phone(nameof(Phone), Phone);
        string? number = null;
        if (corporation)
        {
            if (Offices.CorporateNumber.TryParse(CorporateNumber, out var parsed)) number = parsed.Value;
            else problems.Add(nameof(CorporateNumber), "法人番号は数字13桁で入力してください。国税庁の法人番号公表サイトで確認できます。");
            if (number is not null && parsed.Warning is { } warning) problems.Warn(nameof(CorporateNumber), warning);
        }
        return problems.Any
            ? null
            : new ApplicantProfile(
                corporation ? ApplicantKind.Corporation : ApplicantKind.SoleProprietor, name, number, representative, corporation && NonProfit, contact, phone);
    }
}
