using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Audit;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Audit;

/// <summary>監査記録: searched and exported by auditors alone.</summary>
public sealed partial class AuditTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_filter_narrows_the_list_and_wrong_ones_are_said()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, auditor) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Auditor));
        await LinesAsync(portal, clerk);
        using var browser = await portal.SignInAsync(auditor);
        async Task<int> CountAsync(string query) => (await browser.PageAsync($"/audit?{query}")).Document.QuerySelectorAll("table tbody tr").Length;

        Assert.Equal(50, await CountAsync(""));
        Assert.Equal(24, await CountAsync("from=2026-05-10&to=2026-05-10"));
        Assert.Equal(24, await CountAsync("from=令和8年5月10日&to=2026/5/10"));
        Assert.Equal(3, await CountAsync("action=view-document"));
        Assert.Equal(1, await CountAsync("action=view-document&object=d-2"));
        Assert.Equal(2, await CountAsync("ip=192.0.2.77"));
        Assert.Equal(2, await CountAsync($"who={Uri.EscapeDataString(clerk.Email)}&action=logout"));
        Assert.Equal(1, await CountAsync($"who={Uri.EscapeDataString(clerk.Name)}&action=login-failed"));
        Assert.Equal(0, await CountAsync($"who={Uri.EscapeDataString(auditor.Email)}&action=logout"));
        Assert.Equal(3, await CountAsync("kind=document"));
        var page = await browser.PageAsync("/audit?action=view-document&object=d-2");
        foreach (var said in new[] { "書類を開いた", clerk.Email, "192.0.2.77", "見本の詳細" }) Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Equal("/audit/export?action=view-document&object=d-2", page.Document.QuerySelector("a[download]")?.GetAttribute("href"));
        Assert.Contains("条件に合う記録はありません", (await browser.PageAsync("/audit?who=zz__%25")).Words, StringComparison.Ordinal);

        var wrong = await browser.PageAsync("/audit?from=2026-02-30&ip=abc&who=x");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        foreach (var said in new[] { "実在する日付", "IPアドレスは", "2文字以上" }) Assert.Contains(said, wrong.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PageAsync("/audit?from=2026-05-02&to=2026-05-01")).Status);
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended_with_the_filter_kept()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        await LinesAsync(portal, await portal.Given.Staff(StaffRole.Reviewer));
        using var browser = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Auditor));
        var seen = new List<string>();
        var address = "/audit?from=2026-05-07&to=2026-05-14&action=view-case";
        for (var pages = 0; address is not null; pages++)
        {
            Assert.True(pages < 10);
            var page = await browser.PageAsync(address);
            seen.AddRange(page.Document.QuerySelectorAll("table tbody tr td:nth-child(4) a").Select(a => a.TextContent));
            address = page.Document.QuerySelector(".pager a.button")?.GetAttribute("href");
            if (address is not null) Assert.Contains("action=view-case", address, StringComparison.Ordinal);
        }
        Assert.Equal(Enumerable.Range(1, 192).Reverse().Select(i => $"a-{i}"), seen);
    }

    [Fact]
    public async Task The_export_has_the_filtered_lines_a_bom_and_its_own_line()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, auditor) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Auditor));
        await LinesAsync(portal, clerk);
        using var browser = await portal.SignInAsync(auditor);
        using var answer = await browser.GetAsync(new Uri("/audit/export?kind=document&after=1_1", UriKind.Relative), Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("監査記録_20260601.csv", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("番号,日時,操作した方,", lines[0], StringComparison.Ordinal);
        Assert.Contains($",{clerk.Email},", lines[1], StringComparison.Ordinal);
        Assert.Contains(",書類を開いた,view-document,書類,d-3,", lines[1], StringComparison.Ordinal);
        // Whatever somebody called themselves, it is no formula.
        Assert.Contains("'=1+1", lines[2], StringComparison.Ordinal);
        var written = await browser.PageAsync("/audit?kind=audit");
        Assert.Contains("CSVの書き出しを終えた", written.Words, StringComparison.Ordinal);
        Assert.Equal("3", await portal.ScalarAsync<string>("select detail ->> 'rows' from audit where action = 'export-done' and object_kind = 'audit' and actor_id = @Id", new { auditor.Id }));
        Assert.Equal("kind=document", await portal.ScalarAsync<string>("select detail ->> 'query' from audit where action = 'export' and object_kind = 'audit'"));
        using var wrong = await browser.GetAsync(new Uri("/audit/export?ip=abc", UriKind.Relative), Cancel);
        Assert.Equal("/audit?ip=abc", wrong.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Only_auditors_read_it_and_only_they_are_shown_the_way()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            using var browser = await portal.SignInAsync(await portal.Given.Staff(role));
            var may = role == StaffRole.Auditor;
            Assert.Equal(may, (await browser.PageAsync("/review")).Document.QuerySelector("header a[href='/audit']") is not null);
            foreach (var path in new[] { "/audit", "/audit/export" }) Assert.Equal(may ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.PageAsync(path)).Status);
        }
    }

    /// <summary>A new action in the code needs its words, and words without an action are left over.</summary>
    [Fact]
    public void Every_action_the_code_writes_has_its_words()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "GrantPortal.sln"))) root = root.Parent;
        var sources = new[] { "web/src", "data/src" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root.FullName, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith("AuditWords.cs", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        var written = sources.SelectMany(text => Entries().Matches(text)).SelectMany(match => Words().Matches(match.Groups["action"].Value)).Select(m => m.Groups["word"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(written.Count > 30);
        var known = AuditWords.Actions.Select(a => a.Key).ToList();
        Assert.Equal(known.Count, known.Distinct().Count());
        Assert.Empty(written.Except(known));
        // Those whose action is handed on stand somewhere as they are, or are put together of a kind and 「-asked」.
        Assert.DoesNotContain(known, action => !sources.Any(text => text.Contains($"\"{action}\"", StringComparison.Ordinal) || text.Contains($"'{action}'", StringComparison.Ordinal))
            && !(action.EndsWith("-asked", StringComparison.Ordinal) && sources.Any(text => text.Contains($"\"{action[..^6]}\"", StringComparison.Ordinal))));
        var kinds = sources.SelectMany(text => Objects().Matches(text)).Select(m => m.Groups["kind"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(kinds.Count > 8);
        Assert.Empty(kinds.Except(AuditWords.Kinds.Select(k => k.Key)));
    }

    /// <summary>192 cases looked at, one an hour from 2026-05-07 00:00 JST; three documents, two sign-outs, one failed sign-in later.</summary>
    private static Task LinesAsync(PortalHost portal, TestUser clerk) => portal.ExecuteAsync(
        """
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id, address)
        select timestamptz '2026-05-06 15:00:00Z' + (i - 1) * interval '1 hour', @Id, @Name, 'view-case', 'application', 'a-' || i, '192.0.2.1' from generate_series(1, 192) as i;
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id, address, detail)
        select timestamptz '2026-05-20 00:00:00Z' + i * interval '1 minute', @Id, case when i = 2 then '=1+1' else @Name end, 'view-document', 'document', 'd-' || i,
          case when i < 3 then '192.0.2.77' else '2001:db8::1' end, '{"name": "見本の詳細"}' from generate_series(1, 3) as i;
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id)
        select timestamptz '2026-05-21 00:00:00Z', @Id, @Name, 'logout', 'user', @Text from generate_series(1, 2);
        insert into audit (at, actor_name, action, object_kind, object_id) values (timestamptz '2026-05-22 00:00:00Z', '', 'login-failed', 'user', @Text)
        """,
        new { clerk.Id, clerk.Name, Text = clerk.Id.ToString() });

    [GeneratedRegex(@"new AuditEntry\(\s*[^,]+,(?<action>[^,)]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entries();

    [GeneratedRegex("\"(?<word>[a-z]+(-[a-z]+)*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Words();

    [GeneratedRegex("new AuditEntry\\(\\s*[^,]+,[^,]+,\\s*\"(?<kind>[a-z-]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Objects();
}
