using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Reviews;

/// <summary>How an automatic check came out.</summary>
public enum CheckResult
{
    /// <summary>合</summary>
    Pass,

    /// <summary>要確認: a person looks</summary>
    Look,

    /// <summary>否</summary>
    Fail,
}

/// <param name="Clause">Where the rule stands, as in 要綱 §4.</param>
/// <param name="Detail">What was found, with the figures.</param>
public sealed record Check(string Title, CheckResult Result, string Clause, string Detail);

/// <summary>What the portal's master knows of the institution, for comparing.</summary>
public sealed record KnownOffice(string Name, string Address, string? Phone, string? CorporateNumber, IReadOnlyList<string> Services);

/// <summary>The automatic checks of a submitted version, computed anew whenever it is looked at. They help a person; they decide nothing.</summary>
public static class Checks
{
    /// <summary>Yen for one card reader above which a person looks: about twice what the models in use cost [choice].</summary>
    private const long DearReader = 30_000;

    /// <param name="known">The master's entry for the number; null when it has none.</param>
    /// <param name="receivedOn">Japan date of reception.</param>
    /// <param name="otherLive">Other live applications with the same number (the database allows none).</param>
    public static IReadOnlyList<Check> Run(
        ApplicationContent content, IReadOnlyList<AttachedDocument> documents, ProgrammeYear year, KnownOffice? known, DateOnly receivedOn, int otherLive)
    {
        var checks = new List<Check>
        {
            Number(content),
            new("1番号1申請", otherLive == 0 ? CheckResult.Pass : CheckResult.Fail, "要綱 §6-3",
                otherLive == 0 ? "同じ番号の申請はほかにありません。" : $"同じ番号の申請がほかに{otherLive}件あります。"),
            Master(content, known),
        };
        if (content.Care is { } care) checks.AddRange(CareChecks(content, care, year, known));
        if (content.Medical is { } medical) checks.Add(Beds(medical));
        checks.Add(Amount(content, year));
        checks.Add(Completed(content, year, receivedOn));
        checks.AddRange(ReceiptChecks(content, year));
        checks.AddRange(year.Documents.Select(rule => Documents(rule, documents)));
        checks.Add(Files(documents));
        checks.Add(Holder(content));
        return checks;
    }

    private static Check Number(ApplicationContent content)
    {
        _ = InstitutionNumber.TryParse(content.Programme, content.Number, out var number, out var wrong);
        var detail = wrong.Length > 0 ? wrong : number.Warning ?? $"{number}：桁数・都道府県番号・検査数字が正しい形です。";
        return new Check("番号の形式", wrong.Length > 0 ? CheckResult.Fail : number.Warning is null ? CheckResult.Pass : CheckResult.Look, "手引き", detail);
    }

    private static Check Master(ApplicationContent content, KnownOffice? known)
    {
        if (known is null) return new Check("公開情報との一致", CheckResult.Look, "要綱 §2", "この番号は公開情報の一覧にありません。添付書類で確認してください。");
        var differs = JapaneseText.SearchKey(known.Name) != JapaneseText.SearchKey(content.Name);
        return differs
            ? new Check("公開情報との一致", CheckResult.Look, "要綱 §2", $"名称が公開情報と異なります（公開情報：{known.Name}）。")
            : new Check("公開情報との一致", CheckResult.Pass, "要綱 §2", "名称が公開情報と一致しています。");
    }

    private static IEnumerable<Check> CareChecks(ApplicationContent content, CareCosts care, ProgrammeYear year, KnownOffice? known)
    {
        var outside = care.Services.Where(s => year.Service(s) is null).ToList();
        yield return outside.Count > 0
            ? new Check("対象サービス", CheckResult.Fail, "要綱 別添", $"対象外のサービスがあります：{string.Join("、", outside)}")
            : new Check("対象サービス", CheckResult.Pass, "要綱 別添", $"申請した{care.Services.Count}種類はすべて対象サービスです。");
        if (known is { Services.Count: > 0 } && care.Services.Except(known.Services, StringComparer.Ordinal).ToList() is { Count: > 0 } extra)
            yield return new Check("サービスと公開情報", CheckResult.Look, "要綱 §4", $"公開情報にないサービスがあります：{string.Join("、", extra)}。指定通知書で確認してください。");
        var limit = year.ReaderLimit(care.Services);
        yield return new Check("カードリーダーの台数", care.Readers <= limit ? CheckResult.Pass : CheckResult.Fail, "要綱 別表", $"申請{care.Readers}台、限度{limit}台");
        if (care.Readers > 0 && care.ReaderCost.Amount > DearReader * care.Readers)
            yield return new Check("カードリーダーの単価", CheckResult.Look, "要綱 §3-1", $"1台あたり{new Yen(care.ReaderCost.Amount / care.Readers)}円です。対応機種の価格か確認してください。");
    }

    private static Check Beds(MedicalCosts medical) => ApplicationReader.BedsProblem(medical.Kind, medical.Beds) is { } wrong
        ? new Check("病床数と種別", CheckResult.Fail, "医療法 §1-5", wrong)
        : new Check("病床数と種別", CheckResult.Pass, "医療法 §1-5", $"{(medical.Kind == InstitutionKind.Hospital ? "病院" : "診療所")}、{medical.Beds}床");

    private static Check Amount(ApplicationContent content, ProgrammeYear year)
    {
        var c = content.Calculation;
        var lower = c.Deducted > Yen.Zero ? $"（控除 {c.Deducted}円）" : "";
        var anew = Calculate(content, year);
        var differs = anew == c ? "" : $"。いまの規則で計算し直すと{(anew is null ? "助成率がありません" : $"助成額 {anew.Grant}円です")}";
        return new Check("助成額の計算", anew == c ? CheckResult.Pass : CheckResult.Fail, "要綱 §4",
            $"対象費用 {c.Cost}円{lower}、助成率 {c.Numerator}/{c.Denominator}、限度額 {c.Cap}円 → 助成額 {c.Grant}円{differs}");
    }

    /// <summary>The amount once more, from what was submitted and the year's figures as they are now.</summary>
    private static GrantCalculation? Calculate(ApplicationContent content, ProgrammeYear year) => content switch
    {
        { Care: { } care } => GrantCalculation.ForCare(year, care.Services, care.ReaderCost, care.SupportCost, content.Income),
        { Medical: { } m } when year.RateFor(m.Kind, m.Beds) is { } rate => GrantCalculation.ForMedical(rate, m.Cost, content.Income),
        _ => null,
    };

    private static Check Completed(ApplicationContent content, ProgrammeYear year, DateOnly receivedOn)
    {
        var good = content.CompletedOn <= receivedOn && !(content.CompletedOn < year.EarliestWorkDate);
        return new Check("完了日", good ? CheckResult.Pass : CheckResult.Fail, "要綱 §6-2", $"完了日 {content.CompletedOn:yyyy年M月d日}、受付日 {receivedOn:yyyy年M月d日}");
    }

    private static IEnumerable<Check> ReceiptChecks(ApplicationContent content, ProgrammeYear year)
    {
        var sum = new Yen(content.Receipts.Sum(r => r.Amount.Amount));
        var cost = content.Calculation.Cost;
        yield return new Check("領収書の合計", sum < cost ? CheckResult.Fail : sum > cost ? CheckResult.Look : CheckResult.Pass, "要綱 §6-2",
            $"領収書の合計 {sum}円、申請した費用 {cost}円{(sum > cost ? "（申請額は領収書の合計より少なくなっています）" : "")}");
        foreach (var receipt in content.Receipts.Where(r => r.Date < year.EarliestWorkDate))
            yield return new Check("領収日", CheckResult.Look, "要綱 §6-2", $"{receipt.Issuer}の領収日 {receipt.Date:yyyy年M月d日}が{year.EarliestWorkDate:yyyy年M月d日}より前です。");
    }

    private static Check Documents(DocumentRule rule, IReadOnlyList<AttachedDocument> documents)
    {
        var count = documents.Count(d => d.Kind == rule.Kind);
        return new Check($"書類：{rule.Kind.Name()}", count >= rule.Min && count <= rule.Max ? CheckResult.Pass : CheckResult.Fail, "要綱 §6-2", $"{count}ファイル");
    }

    /// <summary>Whether every file could be opened and is free of malware.</summary>
    private static Check Files(IReadOnlyList<AttachedDocument> documents)
    {
        var bad = documents.Where(d => d.State is DocumentState.Unusable or DocumentState.Quarantined).ToList();
        var checking = documents.Count(d => d.State == DocumentState.Checking);
        return bad.Count > 0 ? new Check("ファイルの検査", CheckResult.Fail, "要綱 §6-2", string.Join("、", bad.Select(d => $"{d.FileName}（{d.State.Name()}）")) + "。差し戻して、差し替えるよう伝えてください。")
            : checking > 0 ? new Check("ファイルの検査", CheckResult.Look, "要綱 §6-2", $"{checking}ファイルが検査中です。")
            : new Check("ファイルの検査", CheckResult.Pass, "要綱 §6-2", "すべてのファイルが安全です。");
    }

    private static Check Holder(ApplicationContent content) =>
        new("口座名義", CheckResult.Look, "要綱 §8", $"「{content.Account.Holder}」が通帳の写しと一致するか確認してください。");
}
