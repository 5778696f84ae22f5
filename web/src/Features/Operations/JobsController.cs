using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace GrantPortal.Web.Features.Operations;

/// <summary>Work that waits, by kind, and what was given up.</summary>
/// <param name="Kind">Only dead jobs of this kind are listed; null: all.</param>
/// <param name="Before">Where this page of the list begins; null: at the latest.</param>
/// <param name="More">There are older ones.</param>
public sealed record JobsPage(IReadOnlyList<JobKindState> Kinds, IReadOnlyList<DeadJobLine> Dead, string? Kind, long? Before, bool More, DateTimeOffset Now, bool MayResend);

/// <summary>裏側の処理: what waits, what failed for good, and trying it again.</summary>
[Route("admin/jobs")]
[Permit(Permission.ManageJobs)]
public sealed class JobsController(Database database, JobSignal signal, TimeProvider clock) : PortalController
{
    private const int Size = 50;

    [HttpGet("")]
    [Permit(Permission.ReadJobs)]
    public async Task<IActionResult> Index(string? kind, long? before, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return View("Jobs", await PageAsync(connection, kind, before, cancel));
    }

    /// <summary>One job that was given up.</summary>
    [HttpPost("{id:long}/again")]
    public async Task<IActionResult> Again(long id, string? kind, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await JobOverview.KindOfAsync(connection, id) is not { } its) return NotFound();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await JobStore.ReviveAsync(connection, id, now) == 0) return Refused("Jobs", await PageAsync(connection, kind, null, cancel), Gone);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "job-again", "job", id.ToString(System.Globalization.CultureInfo.InvariantCulture), HttpContext.Address(), new { kind = its }), now);
        await transaction.CommitAsync(cancel);
        return Resent($"「{JobWords.NameOf(its)}」をもう一度実行します。", kind);
    }

    /// <summary>All of a kind that were given up.</summary>
    [HttpPost("again")]
    public async Task<IActionResult> AllAgain(string? kind, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (string.IsNullOrEmpty(kind)) return Invalid("Jobs", await PageAsync(connection, null, null, cancel), [new Domain.Problem("kind", "もう一度実行する処理の種類を、一覧から選んでください。")]);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var count = await JobStore.ReviveAsync(connection, null, now, kind);
        if (count == 0) return Refused("Jobs", await PageAsync(connection, null, null, cancel), Gone);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "jobs-again", "job", kind, HttpContext.Address(), new { count }), now);
        await transaction.CommitAsync(cancel);
        return Resent($"「{JobWords.NameOf(kind)}」{count:#,0}件をもう一度実行します。", null);
    }

    private RedirectResult Resent(string words, string? kind)
    {
        signal.Wake();
        Banner(words);
        return Redirect($"/admin/jobs{(string.IsNullOrEmpty(kind) ? "" : $"{QueryString.Create("kind", kind)}")}");
    }

    private async Task<JobsPage> PageAsync(NpgsqlConnection connection, string? kind, long? before, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var only = string.IsNullOrEmpty(kind) ? null : kind;
        var dead = await JobOverview.DeadAsync(connection, only, before, Size + 1, cancel);
        return new JobsPage(await connection.AskAsync(JobOverview.Kinds(now), cancel), [.. dead.Take(Size)], only, before, dead.Count > Size, now, Permissions.Allows(Permission.ManageJobs, Actor));
    }

    private static Refusal Gone { get; } = new(RefusalCode.Stale, "この処理は、すでにほかの方がもう一度実行したか、終わっています。最新の一覧を表示しました。");
}
