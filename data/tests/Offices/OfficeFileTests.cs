using System.Text;
using Dapper;
using GrantPortal.Data.Offices;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Offices;

/// <summary>Files and paths that cannot be imported: a clear message, and nothing is changed.</summary>
public sealed class OfficeFileTests(PortalServices services) : DatabaseTest(services)
{
    private readonly OfficeFiles files = new();

    protected override Task PrepareAsync()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"));
        return Task.CompletedTask;
    }

    protected override Task EndAsync()
    {
        files.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused()
    {
        files.Write("z.csv", "番号,名前\n1,あ\n");
        Assert.Contains("z.csv」は取り込めるファイルではありません", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_whose_name_does_not_say_the_service_is_refused()
    {
        files.Care("offices.csv", new CareRow("1370101238"));
        Assert.Contains("サービスの種類がわかりません", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF8_is_refused_even_where_only_its_last_row_shows_it()
    {
        var path = files.Care("jigyosho_120.csv", [.. Enumerable.Range(0, 3000).Select(i => new CareRow("1370101238"))]);
        await File.AppendAllBytesAsync(path, [0x8E, 0x96, 0x8B, 0x0A], Cancel); // 事業 in Shift_JIS
        Assert.Contains("UTF-8ではありません", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_UTF16_is_refused()
    {
        files.Write("jigyosho_120.csv", OfficeFiles.CareHeading, Encoding.Unicode);
        Assert.Contains("UTF-8ではありません", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_cut_off_inside_quotation_marks_is_refused()
    {
        files.Care("jigyosho_120.csv", new CareRow("1370101238"), "011029,\"0170201115,北海道");
        Assert.Contains("3行目", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quotation_mark_that_swallows_a_large_file_is_refused()
    {
        files.Care("jigyosho_120.csv", [.. Enumerable.Range(0, 30_000).Select(i => (object)new CareRow("1370101238")).Prepend("\"")]);
        Assert.Contains("引用符", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_paths_and_empty_folders_are_told()
    {
        Assert.Contains("見つかりません", await RefusalAsync(files.Folder, "/nowhere/x.csv"), StringComparison.Ordinal);
        var empty = Directory.CreateDirectory(Path.Combine(files.Folder, "empty")).FullName;
        Assert.Contains("CSVファイルがありません", await RefusalAsync(files.Folder, empty), StringComparison.Ordinal);
        Assert.Contains("指定してください", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        files.Write("jigyosho_120.csv", "");
        Assert.Contains("取り込めるファイルではありません", await RefusalAsync(files.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_BOM_and_with_CRLF_reads_the_same()
    {
        var path = files.Write("jigyosho_2A0.csv", $"{OfficeFiles.CareHeading}\r\n{new CareRow("1370101238")}\r\n{new CareRow("x")}\r\n", new UTF8Encoding(false));

        var report = await new OfficeImport(Database, TimeProvider.System).RunAsync([path], Cancel);

        Assert.Equal((1, 3, "2A"), (report.Offices.New, Assert.Single(report.FirstRejected).Line, report.Files[0].Service));
    }

    private async Task<string> RefusalAsync(params string[] paths)
    {
        var problem = await Assert.ThrowsAsync<ImportException>(() => new OfficeImport(Database, TimeProvider.System).RunAsync(paths, Cancel));
        await using var connection = await Database.OpenAsync(Cancel);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from institutions"));
        return problem.Message;
    }
}
