using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Reviews;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>まとめて決裁する.</summary>
public sealed class BatchTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task Each_of_many_has_its_own_result_and_a_repeat_does_nothing_twice()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var good = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        var lower = await host.AnApplicationAsync("reviewing", clerk, approver);
        await host.DoneAsync(lower.Id, seen => host.Command<ReviewApplication>().RunAsync(lower.Id, seen, Verdict.Grant, new Domain.Yen(50_000), "接続サポート費用の一部が対象外です。", clerk.Actor, default));
        var refused = await host.AnApplicationAsync("reviewing", clerk, approver);
        await host.DoneAsync(refused.Id, seen => host.Command<ReviewApplication>().RunAsync(refused.Id, seen, Verdict.Refuse, null, "対象外です。", clerk.Actor, default));
        var stale = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        var received = await host.ASubmittedApplication();
        async Task<(string, string)> Key(Guid id) => ("ids", $"{id}:{await host.VersionAsync(id)}");
        var keys = new[] { await Key(good.Id), await Key(lower.Id), await Key(refused.Id), ("ids", $"{stale.Id}:1"), await Key(received.Id), ("ids", $"{Guid.NewGuid()}:3"), ("ids", "nonsense") };

        var browser = await host.SignInAsync(approver);
        var queue = await browser.PageAsync("/review?status=awaiting-decision");
        Assert.Contains(queue.Document.QuerySelectorAll("form[action='/review/batch'] input[name=ids]"), i => i.GetAttribute("value") == keys[0].Item2);
        Assert.DoesNotContain(queue.Document.QuerySelectorAll("select[name=to]"), _ => true);

        // First a look: what would be granted, and why the others would not.
        var look = await browser.PostFromAsync(queue, "/review/batch", [.. keys, ("back", "status=awaiting-decision")]);
        Assert.Equal(HttpStatusCode.OK, look.Status);
        Assert.Contains("選んだ6件のうち、交付を決定できるのは2件（合計 114,000円）", look.Words, StringComparison.Ordinal);
        foreach (var words in new[] { "減額の理由：接続サポート費用の一部が対象外です。", "1件ずつ決裁してください", "別の操作で更新された", "「受付済」のため", "この案件は見つかりません" })
            Assert.Contains(words, look.Words, StringComparison.Ordinal);
        Assert.Equal(0, await host.EventsAsync(good.Id, "granted"));
        Assert.Equal(["交付決定する"], look.Buttons);

        var result = await browser.PostFromAsync(look, "/review/batch", [.. keys, ("confirmed", "true"), ("back", "status=awaiting-decision")]);
        Assert.Equal(HttpStatusCode.Conflict, result.Status);
        Assert.Contains("6件のうち2件の交付を決定しました（合計 114,000円）", result.Words, StringComparison.Ordinal);
        Assert.Equal(("granted", "granted", "awaiting-decision", "awaiting-decision", "received"),
            (await host.StatusAsync(good.Id), await host.StatusAsync(lower.Id), await host.StatusAsync(refused.Id), await host.StatusAsync(stale.Id), await host.StatusAsync(received.Id)));
        Assert.Equal(50_000, await host.ScalarAsync<long>("select granted_yen from applications where id = @Id", new { lower.Id }));
        Assert.Equal("接続サポート費用の一部が対象外です。", await host.ScalarAsync<string>("select reason from events where application_id = @Id and kind = 'granted'", new { lower.Id }));

        // Sent again: told the same, done once.
        var again = await browser.PostFromAsync(look, "/review/batch", [.. keys, ("confirmed", "true")]);
        Assert.Contains("6件のうち2件の交付を決定しました（合計 114,000円）", again.Words, StringComparison.Ordinal);
        foreach (var id in new[] { good.Id, lower.Id })
        {
            Assert.Equal(1, await host.EventsAsync(id, "granted"));
            Assert.Equal(1, await host.ScalarAsync<long>("select count(*) from letters where application_id = @id", new { id }));
        }

        // All good: 200.
        var last = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostFromAsync(look, "/review/batch", await Key(last.Id), ("confirmed", "true"))).Status);
    }

    [Fact]
    public async Task Nothing_and_too_many_are_refused_in_words_and_ones_own_review_by_the_rules()
    {
        var both = await host.Given.Staff(StaffRole.Reviewer, StaffRole.Approver);
        var browser = await host.SignInAsync(both);
        var page = await browser.PageAsync("/review");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFromAsync(page, "/review/batch", ("ids", "x"), ("confirmed", "true"))).Status);
        var many = await browser.PostFromAsync(page, "/review/batch", [.. Enumerable.Range(0, 201).Select(_ => ("ids", $"{Guid.NewGuid()}:1")), ("confirmed", "true")]);
        Assert.Equal(HttpStatusCode.BadRequest, many.Status);
        Assert.Contains("200件まで", many.Words, StringComparison.Ordinal);

        var own = await host.AnApplicationAsync("awaiting-decision", both, both);
        var refused = await browser.PostFromAsync(page, "/review/batch", ("ids", $"{own.Id}:{await host.VersionAsync(own.Id)}"), ("confirmed", "true"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("決裁できません", refused.Words, StringComparison.Ordinal);
        Assert.Equal("awaiting-decision", await host.StatusAsync(own.Id));
    }
}
