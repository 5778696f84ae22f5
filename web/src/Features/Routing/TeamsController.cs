using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace GrantPortal.Web.Features.Routing;

/// <summary>班: who covers which prefectures of which programme.</summary>
[Route("admin/teams")]
[Permit(Permission.ManageRouting)]
public sealed class TeamsController(Database database, TimeProvider clock, JobSignal signal) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return View("Teams", new TeamsPage(await TeamStore.AllAsync(connection), await TeamStore.UncoveredAsync(connection)));
    }

    [HttpGet("new")]
    public async Task<IActionResult> New(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return View("Team", new TeamPage(null, new TeamForm(), await ClerkStore.ReviewersAsync(connection)));
    }

    [HttpPost("new")]
    public Task<IActionResult> Add(TeamForm form, CancellationToken cancel) => SaveAsync(null, form, cancel);

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await TeamStore.FindAsync(connection, id) is { } team ? View("Team", new TeamPage(team, TeamForm.Of(team), await ClerkStore.ReviewersAsync(connection))) : NotFound();
    }

    [HttpPost("{id:guid}")]
    public Task<IActionResult> Change(Guid id, TeamForm form, CancellationToken cancel) => SaveAsync(id, form, cancel);

    /// <summary>解散する.</summary>
    [HttpPost("{id:guid}/close")]
    public async Task<IActionResult> Close(Guid id, TeamForm form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await TeamStore.FindAsync(connection, id) is not { } team) return NotFound();
        if (!await TeamStore.CloseAsync(connection, id, form.Seen, now)) return Refused("Team", new TeamPage(team, TeamForm.Of(team), await ClerkStore.ReviewersAsync(connection)), Stale);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "team-closed", "team", id.ToString(), HttpContext.Address(), team), now);
        await CommitAsync(connection, transaction, id, form.Seen, now, cancel);
        Banner($"「{team.Name}」を解散しました。一覧の案件は、受け持つ班がなければ「担当班なし」になります。");
        return Redirect("/admin/teams");
    }

    private async Task<IActionResult> SaveAsync(Guid? id, TeamForm form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        Team? before = null;
        if (id is { } known && (before = await TeamStore.FindAsync(connection, known)) is null) return NotFound();
        var page = new TeamPage(before, form, await ClerkStore.ReviewersAsync(connection));
        var problems = new Problems();
        if (form.Read(id ?? Guid.CreateVersion7(now), before is null ? 0 : form.Seen, page.Reviewers, problems) is not { } team) return Invalid("Team", page, problems.Errors);
        foreach (var taken in (await TeamStore.TakenAsync(connection, team)).GroupBy(t => (t.Programme, t.TeamName)))
            problems.Add(taken.Key.Programme == Programme.Care ? nameof(form.Care) : nameof(form.Medical), $"{string.Join('、', taken.Select(t => Prefectures.NameOf(t.Prefecture)))}は「{taken.Key.TeamName}」が受け持っています。先にその班から外してください。");
        if (problems.Any) return Invalid("Team", page, problems.Errors);
        switch (await TeamStore.SaveAsync(connection, team, now))
        {
            case TeamSaved.Stale:
                return Refused("Team", page, Stale);
            case TeamSaved.NameTaken:
                return Invalid("Team", page, [new Problem(nameof(form.Name), "この名前の班があります。別の名前を入力してください。")]);
            case TeamSaved.CoverageTaken:
                return Refused("Team", page, Stale);
            default:
                await AuditLog.AppendAsync(connection, new AuditEntry(Actor, before is null ? "team-added" : "team-changed", "team", team.Id.ToString(), HttpContext.Address(), new { before, after = team }), now);
                await CommitAsync(connection, transaction, team.Id, team.Version, now, cancel);
                Banner($"「{team.Name}」を保存しました。");
                return Redirect("/admin/teams");
        }
    }

    /// <summary>What waits goes to the team that covers it now, by a job: it may be very many.</summary>
    private async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, int version, DateTimeOffset now, CancellationToken cancel)
    {
        await JobQueue.EnqueueAsync(connection, [new Job(CoverJob.JobKind, $"{CoverJob.JobKind}:{id}:{version}", "{}", now)]);
        await transaction.CommitAsync(cancel);
        signal.Wake();
    }

    private static Refusal Stale { get; } = new(RefusalCode.Stale, "この班は、画面を開いたあとにほかの方が変更しました。内容をご確認のうえ、もう一度保存してください。");
}
