using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using GrantPortal.Domain;

namespace GrantPortal.Data.Offices.Files;

/// <summary>One office as one row of a list says it, normalised; empty text where the list says nothing.</summary>
/// <param name="Service">Service code; empty for medical institutions.</param>
internal sealed record ListedOffice(
    string Programme, string Number, string Name, string Kana, string Postcode, string Address, string Phone, string CorporateNumber, string CorporateName, string Service);

/// <summary>A row of a file: an office, or the reason why not.</summary>
/// <param name="Line">Where the row begins in the file, from 1; quoted fields may hold line breaks.</param>
internal readonly record struct OfficeLine(int Line, ListedOffice? Office, string Reason);

/// <summary>A CSV file recognised by its heading: UTF-8 with or without BOM, quoted fields.</summary>
internal abstract class OfficeFile(string path, int columns)
{
    /// <summary>In bytes. No honest row comes near; a quotation mark that is never closed does.</summary>
    private const int LongestRow = 1 << 20;

    public string Path { get; } = path;

    /// <summary>Service code of every row; null for medical institutions.</summary>
    public virtual string? Service => null;

    /// <exception cref="ImportException">No list of offices, or not UTF-8.</exception>
    public static OfficeFile Recognise(string path) => Guarded(path, () =>
    {
        using var csv = Open(path);
        csv.ReadHeader();
        var heading = csv.Headers.Select(JapaneseText.Narrow).ToList();
        return (OfficeFile?)CareOfficeFile.TryRecognise(path, heading)
            ?? MedicalFile.TryRecognise(path, heading)
            ?? throw new ImportException(
                $"「{path}」は取り込めるファイルではありません。介護サービス情報公表システムのCSV（jigyosho_110.csvなど、24列）か、" +
                $"医療機関の一覧（見出しに「医療機関コード」「医療機関名称」「郵便番号」「住所」があるCSV）を指定してください。");
    });

    /// <summary>Every row below the heading, one at a time; never the whole file in memory.</summary>
    public async IAsyncEnumerable<OfficeLine> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var csv = Guarded(Path, () => Open(Path));
        while (await NextAsync(csv, cancel))
        {
            var line = (int)csv.LineNumber;
            if (csv.FieldCount == columns)
            {
                var office = Read(csv, out var reason);
                yield return new OfficeLine(line, office, reason);
                continue;
            }
            var advice = csv.RawRecord.Contains((byte)'\n') ? "複数の行が1件として読まれました。引用符（\"）が閉じているか確認してください。" : "";
            yield return new OfficeLine(line, null, $"列の数が{csv.FieldCount}です（正しくは{columns}）。{advice}");
        }
    }

    /// <summary>The office of the row the reader stands on; null with a reason in Japanese.</summary>
    protected abstract ListedOffice? Read(CsvReader row, out string reason);

    private async ValueTask<bool> NextAsync(CsvReader csv, CancellationToken cancel)
    {
        try
        {
            return await csv.ReadAsync(cancel);
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw Explained(Path, e);
        }
    }

    private static CsvReader Open(string path)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
        return CsvReader.Create(new StreamReader(path, strict, detectEncodingFromByteOrderMarks: false, 1 << 16), new CsvReaderOptions
        {
            Separator = ',',
            MaxRecordSize = LongestRow,
            TrackLineNumbers = true,
            OnMalformedRecord = bad =>
            {
                // Everything after it would be lost without a word.
                if (bad.Reason == CsvMalformedReason.UnterminatedQuote)
                    throw new ImportException($"「{path}」の{bad.LineNumber}行目から始まる行で、引用符（\"）が閉じていません。ファイルが途中で切れていないか確認してください。");
            },
        });
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw Explained(path, e);
        }
    }

    private static bool IsOfFile(Exception e) => e is DecoderFallbackException or CsvFormatException or IOException or UnauthorizedAccessException;

    /// <summary>What the operator can do about it.</summary>
    private static ImportException Explained(string path, Exception e) => new(
        e switch
        {
            DecoderFallbackException => $"「{path}」の文字コードがUTF-8ではありません（Shift_JISなどの可能性があります）。UTF-8で保存し直してください。",
            CsvFormatException => $"「{path}」に1MiBを超える行があります。引用符（\"）が閉じていない可能性があります。",
            _ => $"「{path}」を読み込めません：{e.Message}",
        },
        e);
}
