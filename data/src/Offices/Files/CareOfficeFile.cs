using System.Text.RegularExpressions;
using CsvHelper;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Offices.Files;

/// <summary>
/// 介護サービス情報公表システム, open data: <c>jigyosho_332.csv</c>, 24 columns. The first two characters of the file's number are the service
/// code, whatever the column サービスの種類 says.
/// </summary>
internal sealed partial class CareOfficeFile(string path, string service) : OfficeFile(path, Columns)
{
    private const int Columns = 24;

    // 0-based places of what is read.
    private const int PrefectureName = 2, City = 3, OfficeName = 4, Kana = 5, Street = 7, Building = 8, Phone = 11, Corporation = 13, CorporationName = 14, Number = 15;

    public override string Service => service;

    /// <returns>Null for other kinds of files.</returns>
    /// <exception cref="ImportException">The heading is right, but the name does not say which service.</exception>
    public static CareOfficeFile? TryRecognise(string path, IReadOnlyList<string> heading)
    {
        if (heading.Count != Columns || heading[Number] != "事業所番号" || heading[OfficeName] != "事業所名" || heading[Corporation] != "法人番号") return null;
        var name = FileNumber().Match(System.IO.Path.GetFileName(path));
        return name.Success
            ? new CareOfficeFile(path, name.Groups["service"].Value.ToUpperInvariant())
            : throw new ImportException($"「{path}」はファイル名からサービスの種類がわかりません。公表されたときの名前（jigyosho_110.csvなど）のまま指定してください。");
    }

    protected override ListedOffice? Read(CsvReader row, out string reason)
    {
        if (!InstitutionNumber.TryParse(Programme.Care, row.GetString(Number), out var number, out reason)) return null;
        var name = OfficeText.Line(row.GetString(OfficeName));
        if (name.Length == 0)
        {
            reason = $"事業所名がありません（{number}）。";
            return null;
        }
        return new ListedOffice(
            Codes.Of(Programme.Care), number.Value, name, OfficeText.Line(row.GetString(Kana)), "",
            OfficeText.Address(row.GetString(PrefectureName), row.GetString(City), row.GetString(Street), row.GetString(Building)), OfficeText.Phone(row.GetString(Phone)),
            CorporateNumber.TryParse(row.GetString(Corporation), out var corporation) ? corporation.Value : "", OfficeText.Line(row.GetString(CorporationName)), service);
    }

    [GeneratedRegex(@"^jigyosho_(?<service>[0-9][0-9A-Z])[0-9]*[^0-9A-Z]*\.csv$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileNumber();
}
