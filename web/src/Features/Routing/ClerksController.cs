using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Routing;

/// <summary>審査担当の不在・利害関係, for the administrators.</summary>
[Route("admin/clerks")]
[Permit(Permission.ManageRouting)]
public sealed class ClerksController(Database database, TimeProvider clock, HandBack handBack) : PortalController
{
    private DateOnly Today => JapanTime.DateOf(clock.GetUtcNow());

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View("Clerks", await PageAsync(new AbsenceForm(), cancel));

    [HttpPost("absences")]
    public async Task<IActionResult> Absent(AbsenceForm form, CancellationToken cancel)
    {
        var page = await PageAsync(form, cancel);
        var problems = new Problems();
        var clerk = page.Clerks.FirstOrDefault(c => c.Id.ToString() == form.Person);
        if (clerk is null) problems.Add(nameof(form.Person), "審査担当を選んでください。");
        if (form.Read(Today, problems) is not { } days) return Invalid("Clerks", page, problems.Errors);
        await handBack.AbsentAsync(clerk!.Id, days.From, days.To, Actor, HttpContext.Address(), cancel);
        Banner($"{clerk.Name}さんの不在（{days.From:M月d日}から{days.To:M月d日}まで）を登録しました。初日に、担当している案件はほかの方に回ります。");
        return Redirect("/admin/clerks");
    }

    [HttpPost("absences/{id:guid}/remove")]
    public Task<IActionResult> Present(Guid id, CancellationToken cancel) =>
        EndAsync(connection => ClerkStore.RemoveAbsenceAsync(connection, id, of: null), "absence-removed", "不在を取り消しました。", cancel);

    [HttpPost("conflicts/{id:guid}/end")]
    public Task<IActionResult> EndConflict(Guid id, CancellationToken cancel) =>
        EndAsync(connection => ClerkStore.EndConflictAsync(connection, id, clock.GetUtcNow()), "conflict-ended", "利害関係の届出を終了しました。", cancel);

    private async Task<IActionResult> EndAsync(Func<Npgsql.NpgsqlConnection, Task<Guid?>> end, string action, string banner, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await end(connection) is not { } person) return NotFound();
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, action, "user", person.ToString(), HttpContext.Address()), clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        Banner(banner);
        return Redirect("/admin/clerks");
    }

    private async Task<ClerksPage> PageAsync(AbsenceForm form, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return new ClerksPage(await ClerkStore.WorkAsync(connection), await ClerkStore.AbsencesAsync(connection, Today), await ClerkStore.ConflictsAsync(connection), form, Today);
    }
}
