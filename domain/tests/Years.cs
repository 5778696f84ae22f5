using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests;

/// <summary>The programme years, written from the tables of the scheme and independent of the migration that seeds them.</summary>
internal static class Years
{
    private const string Visit =
        "11 訪問介護 · 12 訪問入浴介護 · 13 訪問看護 · 14 訪問リハビリテーション · 15 通所介護 · 16 通所リハビリテーション · 21 短期入所生活介護 · "
        + "22 短期入所療養介護（介護老人保健施設） · 23 短期入所療養介護（病院等） · 2A 短期入所療養介護（介護医療院） · 31 居宅療養管理指導 · "
        + "43 居宅介護支援 · 68 小規模多機能型居宅介護（短期利用型） · 71 夜間対応型訪問介護 · 72 認知症対応型通所介護 · 73 小規模多機能型居宅介護 · "
        + "76 定期巡回・随時対応型訪問介護看護 · 77 複合型サービス（看護小規模多機能型居宅介護） · 78 地域密着型通所介護 · "
        + "79 複合型サービス（看護小規模多機能型居宅介護・短期利用型）";

    private const string Residence =
        "27 特定施設入居者生活介護（短期利用型） · 28 地域密着型特定施設入居者生活介護（短期利用型） · 32 認知症対応型共同生活介護 · "
        + "33 特定施設入居者生活介護 · 36 地域密着型特定施設入居者生活介護 · 38 認知症対応型共同生活介護（短期利用型） · 51 介護福祉施設サービス · "
        + "52 介護保健施設サービス · 54 地域密着型介護福祉施設入所者生活介護 · 55 介護医療院サービス · 59 特定入所者介護サービス等";

    private const string Other = "17 福祉用具貸与 · 41 特定福祉用具販売 · 42 住宅改修 · 81 市町村特別給付";

    private static readonly ServiceCategory[] Categories =
    [
        new("visit", "訪問・通所・短期滞在系", new Yen(64_000), 3, Services(Visit)),
        new("residence", "居住・入所系", new Yen(55_000), 2, Services(Residence)),
        new("other", "その他", new Yen(42_000), 1, Services(Other)),
    ];

    private static readonly MedicalRate[] Rates =
    [
        new(InstitutionKind.Hospital, 200, null, 1, 2, new Yen(550_000)),
        new(InstitutionKind.Hospital, 20, 199, 3, 4, new Yen(398_000)),
        new(InstitutionKind.Clinic, 0, 19, 3, 4, new Yen(398_000)),
    ];

    private static readonly DocumentRule[] CareDocuments =
        [new(DocumentKind.Passbook, 1, 1), new(DocumentKind.ServiceProof, 1, 5), new(DocumentKind.Receipt, 1, 5)];

    private static readonly DocumentRule[] MedicalDocuments =
        [new(DocumentKind.Passbook, 1, 1), new(DocumentKind.BedProof, 1, 5), new(DocumentKind.Receipt, 1, 5), new(DocumentKind.CompletionProof, 1, 5)];

    public static ProgrammeYear R7Care { get; } = R7("R7-care", Programme.Care) with { Categories = Categories, Documents = CareDocuments };

    public static ProgrammeYear R8Care { get; } = R8("R8-care", Programme.Care) with
    {
        Categories = Categories,
        Documents = [.. CareDocuments, new(DocumentKind.WebServiceScreen, 1, 1)],
    };

    public static ProgrammeYear R7Medical { get; } = R7("R7-medical", Programme.Medical) with { Rates = Rates, Documents = MedicalDocuments };

    public static ProgrammeYear R8Medical { get; } = R8("R8-medical", Programme.Medical) with { Rates = Rates, Documents = MedicalDocuments };

    public static IReadOnlyList<ProgrammeYear> All { get; } = [R7Care, R8Care, R7Medical, R8Medical];

    /// <summary>The 35 codes.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Categories.SelectMany(c => c.Services).Select(s => s.Code)];

    private static ProgrammeYear R7(string id, Programme programme) => new()
    {
        Id = id,
        Programme = programme,
        Year = "R7",
        Opens = new DateOnly(2025, 10, 17),
        Closes = new DateOnly(2026, 3, 13),
    };

    private static ProgrammeYear R8(string id, Programme programme) => new()
    {
        Id = id,
        Programme = programme,
        Year = "R8",
        Opens = new DateOnly(2026, 5, 7),
        Closes = new DateOnly(2027, 3, 12),
        EarliestWorkDate = new DateOnly(2026, 4, 1),
    };

    private static Service[] Services(string line) => [.. line.Split(" · ").Select(s => new Service(s[..2], s[3..]))];
}
