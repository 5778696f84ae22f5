using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Letters;

/// <summary>The conditions every grant carries (要綱 §5), word for word.</summary>
public static class GrantConditions
{
    /// <summary>The edition in force: 令和８年度 要綱. A letter keeps the edition it was issued under.</summary>
    public const string Edition = "R8";

    private const string Office = "介護事業所";

    private static readonly string[] R8 =
    [
        "介護事業所は、事業の内容を変更（軽微な変更を除く。）する場合には、速やかに国保中央会理事長の承認を受けなければならない。",
        "介護事業所は、事業を中止し、又は廃止する場合には、速やかに国保中央会理事長の承認を受けなければならない。",
        "介護事業所は、事業の遂行が困難となった場合には、速やかに国保中央会理事長に報告してその指示を受けなければならない。",
        "介護事業所は、当該事業により取得し、又は効用の増加した価格が単価30万円以上の機械、器具及びその他の財産については、補助金等に係る予算の執行の適正化に関する法律施行令（昭和30年政令第255号）第14条第１項第２号の規定により厚生労働大臣が別に定める期間を経過するまで、国保中央会理事長の承認を受けないで、この補助金の交付の目的に反して使用し、譲渡し、交換し、貸し付け、担保に供し、又は廃棄してはならない。",
        "国保中央会理事長の承認を受けて財産を処分することにより収入があった場合には、その収入の全部又は一部を国保中央会に納付させることがある。",
        "事業により取得し、又は効用の増加した財産については、事業完了後においても善良な管理者の注意をもって管理するとともに、その効率的な運営を図らなければならない。",
        "事業に係る収入及び支出を明らかにした帳簿を備え、当該収入及び支出について証拠書類を整理し、かつ、当該帳簿及び証拠書類を補助金等の額の確定の日（事業の中止又は廃止の承認を受けた場合には、その承認を受けた日）の属する年度の終了後５年間保管しておかなければならない。ただし、事業により取得し、又は効用の増加した財産がある場合は、前記の期間を経過後、当該財産の財産処分が完了する日、又は補助金等に係る予算の執行の適正化に関する法律施行令第14条第１項第２号の規定により厚生労働大臣が別に定める期間を経過する日のいずれか遅い日まで保管しておかなければならない。",
    ];

    /// <summary>The seven conditions in their order. Medical institutions carry those of care offices [choice: no text of their own is published].</summary>
    /// <param name="edition">As kept in the letter.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such edition.</exception>
    public static IReadOnlyList<string> Of(string edition, Programme programme)
    {
        if (edition != Edition) throw new ArgumentOutOfRangeException(nameof(edition), edition, "No such edition of the conditions.");
        return programme == Programme.Care ? R8 : [.. R8.Select(c => c.Replace(Office, "医療機関", StringComparison.Ordinal))];
    }
}
