using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Offices;

namespace GrantPortal.Web.Features.Offices;

/// <summary>The operator's command <c>import PATH…</c>: the master of institutions from the public lists.</summary>
public static class ImportCommand
{
    /// <returns>Exit code: 0 imported, rejected rows included; 1 nothing was changed.</returns>
    public static async Task<int> RunAsync(string[] paths, Database database, TimeProvider clock, TextWriter output, CancellationToken cancel)
    {
        try
        {
            Write(await new OfficeImport(database, clock).RunAsync(paths, cancel), output);
            return 0;
        }
        catch (ImportException e)
        {
            await output.WriteLineAsync($"{e.Message}\n取り込みを中止しました。データは変更していません。");
            return 1;
        }
    }

    private static void Write(ImportReport report, TextWriter output)
    {
        foreach (var file in report.Files)
            output.WriteLine(Say($"{file.Path}（{(file.Service is { } code ? $"サービス {code}" : "医療機関")}）：{file.Rows:N0}行、{Counts(file.Offices)}、取り込めない行 {file.Rejected:N0}行"));
        if (report.Files.Count > 1) output.WriteLine("（複数のファイルにある事業所は、それぞれのファイルで数えています）");
        foreach (var row in report.FirstRejected) output.WriteLine(Say($"取り込めない行：{row.Path} {row.Line}行目：{row.Reason}"));
        if (report.Rejected > report.FirstRejected.Count) output.WriteLine(Say($"取り込めない行：ほか{report.Rejected - report.FirstRejected.Count:N0}行"));
        output.WriteLine(Say($"合計：{Counts(report.Offices)}、取り込めない行 {report.Rejected:N0}行（{report.Took.TotalSeconds:0.0}秒）"));
    }

    private static string Counts(OfficeCounts counts) => Say($"新規 {counts.New:N0}件、変更 {counts.Changed:N0}件、変更なし {counts.Unchanged:N0}件");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The operator's command <c>import-banks PATH</c>: banks and branches.</summary>
public static class ImportBanksCommand
{
    /// <inheritdoc cref="ImportCommand.RunAsync"/>
    public static async Task<int> RunAsync(string[] paths, Database database, TimeProvider clock, TextWriter output, CancellationToken cancel)
    {
        if (paths is not [var path])
        {
            await output.WriteLineAsync("銀行と支店の一覧のファイルを1つ指定してください。");
            return 1;
        }
        try
        {
            var report = await new BankImport(database).RunAsync(path, cancel);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"銀行 {report.Banks:N0}行、支店 {report.Branches:N0}店、変更 {report.Changed:N0}件"));
            return 0;
        }
        catch (ImportException e)
        {
            await output.WriteLineAsync($"{e.Message}\n取り込みを中止しました。データは変更していません。");
            return 1;
        }
    }
}
