using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Routing;

/// <summary>自分の不在と利害関係, by clerks and deciders themselves. A declared conflict is ended by an administrator alone.</summary>
[Route("review/own")]
[Permit(Permission.NoteOwn)]
public sealed class OwnController(Database database, TimeProvider clock, HandBack handBack) : PortalController
{
    private DateOnly Today => JapanTime.DateOf(clock.GetUtcNow());

    [HttpGet("")]
    public async Task<IActionResult> Own(CancellationToken cancel) => View("Own", await PageAsync(new AbsenceForm(), new ConflictForm(), cancel));

    [HttpPost("absences")]
    public async Task<IActionResult> Absent(AbsenceForm form, CancellationToken cancel)
    {
        var problems = new Problems();
        if (form.Read(Today, problems) is not { } days) return Invalid("Own", await PageAsync(form, new ConflictForm(), cancel), problems.Errors);
        await handBack.AbsentAsync(Actor.UserId, days.From, days.To, Actor, HttpContext.Address(), cancel);
        Banner($"{days.From:M月d日}から{days.To:M月d日}までの不在を登録しました。初日に、担当している案件はほかの方に回ります。");
        return Redirect("/review/own");
    }

    [HttpPost("absences/{id:guid}/remove")]
    public async Task<IActionResult> Present(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ClerkStore.RemoveAbsenceAsync(connection, id, Actor.UserId) is null) return NotFound();
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "absence-removed", "user", Actor.UserId.ToString(), HttpContext.Address()), clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        Banner("不在を取り消しました。");
        return Redirect("/review/own");
    }

    [HttpPost("conflicts")]
    public async Task<IActionResult> Declare(ConflictForm form, CancellationToken cancel)
    {
        var problems = new Problems();
        if (form.Read(problems) is not { } conflict) return Invalid("Own", await PageAsync(new AbsenceForm(), form, cancel), problems.Errors);
        if (!await handBack.ConflictAsync(conflict.CorporateNumber, conflict.Number, conflict.Words, Actor, HttpContext.Address(), cancel))
            return Invalid("Own", await PageAsync(new AbsenceForm(), form, cancel), [new Problem(nameof(form.About), "この番号は届出済みです。")]);
        Banner("利害関係を届け出ました。該当する案件は、あなたの画面に表示されなくなりました。");
        return Redirect("/review/own");
    }

    private async Task<OwnPage> PageAsync(AbsenceForm absence, ConflictForm conflict, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return new OwnPage(await ClerkStore.AbsencesAsync(connection, Today, Actor.UserId), await ClerkStore.ConflictsAsync(connection, Actor.UserId), absence, conflict, Today);
    }
}
