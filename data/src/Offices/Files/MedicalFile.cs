using CsvHelper;
using GrantPortal.Domain;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Offices.Files;

/// <summary>
/// The regional bureaus' list of medical institutions: code of 9 digits (without its third, 点数表) or 10, name, postcode, address. Columns
/// are found by their headings.
/// </summary>
internal sealed class MedicalFile : OfficeFile
{
    private static readonly string[] CodeHeadings = ["医療機関コード(10桁)", "医療機関コード(9桁)", "医療機関コード"];

    private readonly int code, name, postcode, address;

    private MedicalFile(string path, int columns, int code, int name, int postcode, int address)
        : base(path, columns) => (this.code, this.name, this.postcode, this.address) = (code, name, postcode, address);

    /// <returns>Null for other kinds of files.</returns>
    public static MedicalFile? TryRecognise(string path, IReadOnlyList<string> heading)
    {
        int Place(string text) => heading.Select((h, i) => (h, i)).Where(h => h.h == text).Select(h => h.i).FirstOrDefault(-1);
        int[] places = [CodeHeadings.Select(Place).FirstOrDefault(place => place >= 0, -1), Place("医療機関名称"), Place("郵便番号"), Place("住所")];
        return places.Any(place => place < 0) ? null : new MedicalFile(path, heading.Count, places[0], places[1], places[2], places[3]);
    }

    protected override ListedOffice? Read(CsvReader row, out string reason)
    {
        var listed = JapaneseText.Code(row.GetString(code));
        if (!InstitutionNumber.TryParse(Programme.Medical, listed.Length == 9 ? WholeCode(listed) : listed, out var number, out reason))
        {
            if (listed.Length is not (9 or 10)) reason = $"医療機関コードは9桁または10桁の数字です（「{OfficeText.Line(row.GetString(code))}」）。";
            return null;
        }
        var title = OfficeText.Line(row.GetString(name));
        if (title.Length == 0)
        {
            reason = $"医療機関名称がありません（{number}）。";
            return null;
        }
        return new ListedOffice(
            Codes.Of(Programme.Medical), number.Value, title, "", OfficeText.Postcode(row.GetString(postcode)),
            OfficeText.Address(Prefectures.Name(number.Prefecture), "", row.GetString(address), ""), "", "", "", "");
    }

    /// <summary>
    /// The 10-digit code: 点数表 1 (医科), unless only 3 (歯科) makes the check digit hold. Of the bureaus' 5,520 rows at hand 5,519 hold with 1
    /// (in prefectures 11–14 by the rule over the last six digits, which no 点数表 enters, so they get 1 too), one holds with 3 only.
    /// </summary>
    private static string WholeCode(string nine)
    {
        bool Holds(string code) => InstitutionNumber.TryParse(Programme.Medical, code, out var number, out _) && number.CheckDigit != CheckDigit.Wrong;
        var (medical, dental) = ($"{nine[..2]}1{nine[2..]}", $"{nine[..2]}3{nine[2..]}");
        return !Holds(medical) && Holds(dental) ? dental : medical;
    }
}
