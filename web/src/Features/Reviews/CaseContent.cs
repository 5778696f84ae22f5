using GrantPortal.Data.Offices;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One thing an application says.</summary>
/// <param name="Note">What the portal adds, as a bank's name; no part of what was applied for.</param>
/// <param name="Changed">Different from the version before.</param>
/// <param name="Masked">How the value is shown to who did not ask for the account number; null: it is no secret.</param>
public sealed record Fact(string Label, string Value, string? Note = null, bool Changed = false, string? Masked = null)
{
    /// <summary>The value as the page says it: a masked one only where the account number was asked for.</summary>
    public string Said(bool accountShown) => accountShown ? Value : Masked ?? Value;
}

public sealed record FactGroup(string Heading, IReadOnlyList<Fact> Facts);

/// <summary>What a version says differently from the one before. Null: it says nothing of it.</summary>
public sealed record Change(string Heading, string Label, string? Before, string? After);

/// <summary>A submitted version as a reviewer reads it, in the order of the steps.</summary>
public static class CaseContent
{
    public const string AccountHeading = "振込先の口座";

    /// <param name="previous">The version before, to mark what changed; null for the first.</param>
    /// <param name="bank">Names for the version's own bank and branch codes; null where the list does not have them.</param>
    /// <param name="accountShown">The account number was asked for; otherwise it is masked.</param>
    public static IReadOnlyList<FactGroup> Of(ApplicationContent content, ApplicationContent? previous, ProgrammeYear year, BankNames? bank, bool accountShown)
    {
        var groups = Groups(content, year, bank);
        var changed = Changes(content, previous, year, accountShown).Select(c => (c.Heading, c.Label)).ToHashSet();
        return [.. groups.Select(g => g with { Facts = [.. g.Facts.Select(f => f with { Value = f.Said(accountShown), Masked = null, Changed = changed.Contains((g.Heading, f.Label)) })] })];
    }

    /// <summary>In the order of the steps; none for a first version. Masked values are compared by what they hide.</summary>
    public static IReadOnlyList<Change> Changes(ApplicationContent content, ApplicationContent? previous, ProgrammeYear year, bool accountShown)
    {
        if (previous is null) return [];
        var (now, before) = (Values(content, year), Values(previous, year));
        return
        [
            .. now.Keys.Union(before.Keys).Select(k => (Key: k, Before: before.GetValueOrDefault(k), After: now.GetValueOrDefault(k)))
                .Where(c => !string.Equals(c.Before?.Value, c.After?.Value, StringComparison.Ordinal))
                .Select(c => new Change(c.Key.Heading, c.Key.Label, c.Before?.Said(accountShown), c.After?.Said(accountShown))),
        ];
    }

    private static Dictionary<(string Heading, string Label), Fact> Values(ApplicationContent content, ProgrammeYear year) =>
        Groups(content, year, bank: null).SelectMany(g => g.Facts.Select(f => (Key: (g.Heading, f.Label), Fact: f))).ToDictionary(f => f.Key, f => f.Fact);

    private static List<FactGroup> Groups(ApplicationContent content, ProgrammeYear year, BankNames? bank) =>
    [
        new(content.Programme == Programme.Care ? "事業所" : "医療機関", Office(content, year)),
        new("金額", Amount(content)),
        new(AccountHeading, Account(content.Account, bank)),
        new("領収書", [.. content.Receipts.Select(r => new Fact($"領収書 {r.Slot + 1}", $"{r.Date:yyyy年M月d日}　{r.Issuer}　{r.AmountWords}"))]),
        new("申請者", Applicant(content.Applicant)),
    ];

    private static List<Fact> Office(ApplicationContent content, ProgrammeYear year)
    {
        var care = content.Programme == Programme.Care;
        var facts = new List<Fact>
        {
            new(care ? "介護事業所番号" : "医療機関コード", content.Number),
            new(care ? "事業所名" : "医療機関名", content.Name),
            new("所在地", content.Address),
            new("電話番号", content.Phone),
            new("担当者名", content.ContactName),
        };
        if (content.Care is { } costs) facts.Add(new Fact("サービスの種類", string.Join("、", costs.Services.Select(code => year.Service(code)?.Label ?? code))));
        if (content.Medical is { } medical) facts.Add(new Fact("種別・病床数", $"{(medical.Kind == InstitutionKind.Hospital ? "病院" : "診療所")}　{medical.Beds}床"));
        return facts;
    }

    private static List<Fact> Amount(ApplicationContent content)
    {
        var facts = new List<Fact>();
        if (content.Care is { } care)
        {
            facts.Add(new Fact("カードリーダーの台数", $"{care.Readers}台"));
            facts.Add(new Fact("カードリーダー購入費用", $"{care.ReaderCost}円"));
            facts.Add(new Fact("接続サポート費用", $"{care.SupportCost}円"));
        }
        if (content.Medical is { } medical) facts.Add(new Fact("対象経費", $"{medical.Cost}円"));
        facts.Add(new Fact("寄付金", $"{content.Donation}円"));
        facts.Add(new Fact("その他の収入", $"{content.OtherIncome}円"));
        facts.Add(new Fact("完了日", $"{content.CompletedOn:yyyy年M月d日}"));
        facts.Add(new Fact("備考", content.Note.Length > 0 ? content.Note : "（なし）"));
        return facts;
    }

    private static List<Fact> Account(BankAccount account, BankNames? bank)
    {
        var facts = new List<Fact>
        {
            new("銀行コード", account.BankCode, account.IsYucho ? "ゆうちょ銀行" : bank?.Bank ?? "一覧にない銀行コードです"),
            new("支店コード", account.BranchCode, bank?.Branch ?? (account.IsYucho ? null : "一覧にない支店コードです")),
            new("種目・口座番号", $"{account.KindName}　{account.Number}", Masked: $"{account.KindName}　{account.MaskedNumber}"),
        };
        if (account.IsYucho) facts.Add(new Fact("記号・番号", $"{account.Symbol}　{account.YuchoNumber}", Masked: account.MaskedYucho));
        facts.Add(new Fact("口座名義", account.Holder));
        return facts;
    }

    private static List<Fact> Applicant(ApplicantProfile applicant)
    {
        if (applicant.Kind == ApplicantKind.SoleProprietor)
            return [new("氏名", applicant.Name), new("担当者名", applicant.ContactName), new("電話番号", applicant.Phone)];
        return
        [
            new("法人名", applicant.Name),
            new("法人番号", applicant.CorporateNumber ?? ""),
            new("代表者名", applicant.Representative),
            new("営利を目的としない法人", applicant.NonProfit ? "はい（寄付金を差し引きません）" : "いいえ"),
            new("担当者名", applicant.ContactName),
            new("電話番号", applicant.Phone),
        ];
    }
}
