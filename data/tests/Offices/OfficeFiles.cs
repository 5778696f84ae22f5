using System.Text;

namespace GrantPortal.Data.Tests.Offices;

/// <summary>One row of a list of care offices; only what the import reads can be set.</summary>
internal sealed record CareRow(string Number, string Name = "やさしい手")
{
    public string Kana { get; init; } = "ヤサシイテ";
    public string Prefecture { get; init; } = "北海道";
    public string City { get; init; } = "札幌市北区";
    public string Address { get; init; } = "北海道札幌市北区北25条西6丁目3番23号";
    public string Building { get; init; } = "";
    public string Phone { get; init; } = "011-700-3366";
    public string CorporateNumber { get; init; } = "2011001027780";
    public string Corporation { get; init; } = "株式会社やさしい手";
    public string Note { get; init; } = "";

    public override string ToString() => string.Join(',', new[]
    {
        "011029", Number, Prefecture, City, Name, Kana, "訪問介護", Address, Building, "43.1", "141.3", Phone, "", CorporateNumber, Corporation, Number, "平日", Note, "0", "",
        "", "", "", "",
    }.Select(field => field.AsSpan().IndexOfAny(",\"\n\r") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
}

/// <summary>Lists in the ministry's and the bureaus' formats, in a folder that goes with the test.</summary>
internal sealed class OfficeFiles : IDisposable
{
    public const string CareHeading =
        "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,方書（ビル名等）,緯度,経度,電話番号,FAX番号,法人番号,法人の名称,事業所番号,利用可能曜日," +
        "利用可能曜日特記事項,定員,URL,高齢者の方と障害者の方が同時一体的に利用できるサービス,介護保険の通常の指定基準を満たしている,障害福祉の通常の指定基準を満たしている,備考";

    public const string MedicalHeading = "医療機関コード(9桁),医療機関コード(7桁),医療機関名称,郵便番号,住所";

    public string Folder { get; } = Directory.CreateTempSubdirectory("offices").FullName;

    /// <summary>As the ministry writes it: UTF-8 with BOM, LF.</summary>
    public string Care(string name, params object[] rows) => Write(name, string.Join('\n', rows.Prepend(CareHeading)) + "\n");

    public string Medical(string name, params string[] rows) => Write(name, string.Join('\n', rows.Prepend(MedicalHeading)) + "\n");

    public string Write(string name, string text, Encoding? encoding = null)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text, encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
