using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>差戻しの理由: the list clerks choose from. Reasons are never deleted, for events name them.</summary>
[Route("admin/reasons")]
[Permit(Permission.ManageReasons)]
public sealed class ReasonsController(Database database, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index()
    {
        await using var connection = await database.OpenAsync();
        return View("Reasons", await ReturnReasons.AllAsync(connection));
    }

    [HttpGet("new")]
    public IActionResult New() => View("Reason", new ReasonPage(null, new ReasonForm { Active = true }));

    [HttpPost("new")]
    public async Task<IActionResult> Add(ReasonForm form)
    {
        var problems = new Problems();
        if (form.Read(code: null, problems) is not { } reason) return Invalid("Reason", new ReasonPage(null, form), problems.Errors);
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var saved = await ReturnReasons.AddAsync(connection, reason, Actor, clock.GetUtcNow());
        if (saved is ReasonSaved.CodeTaken) return Invalid("Reason", new ReasonPage(null, form), [new Problem(nameof(form.Code), "このコードは使われています。別のコードを入力してください。")]);
        if (saved is ReasonSaved.LabelTaken) return Invalid("Reason", new ReasonPage(null, form), [LabelTaken]);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "reason-added", "return-reason", reason.Code, HttpContext.Address(), reason), clock.GetUtcNow());
        await transaction.CommitAsync();
        Banner($"差戻しの理由「{reason.Label}」を追加しました。");
        return Redirect("/admin/reasons");
    }

    [HttpGet("{code:regex(^[[a-z]][[a-z0-9-]]{{1,39}}$)}")]
    public async Task<IActionResult> Edit(string code)
    {
        await using var connection = await database.OpenAsync();
        return await FindAsync(connection, code) is { } row ? View("Reason", new ReasonPage(row, ReasonForm.Of(row))) : NotFound();
    }

    [HttpPost("{code:regex(^[[a-z]][[a-z0-9-]]{{1,39}}$)}")]
    public async Task<IActionResult> Change(string code, ReasonForm form)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await FindAsync(connection, code) is not { } row) return NotFound();
        var problems = new Problems();
        if (form.Read(code, problems) is not { } reason) return Invalid("Reason", new ReasonPage(row, form), problems.Errors);
        switch (await ReturnReasons.ChangeAsync(connection, reason, form.Seen, Actor, clock.GetUtcNow()))
        {
            case ReasonSaved.Stale:
                return Refused("Reason", new ReasonPage(row, form), new Refusal(RefusalCode.Stale,
                    "この理由は、画面を開いたあとにほかの方が変更しました。保存されている内容を下に表示しています。もう一度保存すると、あなたの入力内容になります。"));
            case ReasonSaved.LabelTaken:
                return Invalid("Reason", new ReasonPage(row, form), [LabelTaken]);
            default:
                await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "reason-changed", "return-reason", code, HttpContext.Address(), new { before = row.Reason, after = reason }), clock.GetUtcNow());
                await transaction.CommitAsync();
                Banner($"差戻しの理由「{reason.Label}」を保存しました。");
                return Redirect("/admin/reasons");
        }
    }

    private static Problem LabelTaken { get; } = new(nameof(ReasonForm.Label), "同じ項目に、同じ名前の理由があります。別の名前を入力してください。");

    private static async Task<ReturnReasonRow?> FindAsync(Npgsql.NpgsqlConnection connection, string code) =>
        (await ReturnReasons.AllAsync(connection)).FirstOrDefault(r => r.Code == code);
}
