using GrantPortal.Data;
using GrantPortal.Data.Mails;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Mails;

/// <summary>お知らせメールの受け取り方.</summary>
/// <param name="When"><c>at-once</c> or <c>daily</c>.</param>
public sealed record MailChoice(string? When);

/// <summary>Applicants choose: each thing at once, or one mail a day.</summary>
[Route("account/notices")]
[Permit(Permission.ChooseMail)]
public sealed class MailChoiceController(Database database, TimeProvider clock) : PortalController
{
    private const string AtOnce = "at-once";
    private const string Daily = "daily";

    [HttpGet("")]
    public async Task<IActionResult> Choose(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return View("Choose", new MailChoice(await Digests.WantsDailyAsync(connection, Actor.UserId) ? Daily : AtOnce));
    }

    [HttpPost("")]
    public async Task<IActionResult> Save(MailChoice form, CancellationToken cancel)
    {
        if (form.When is not (AtOnce or Daily)) return Invalid("Choose", form, [new Problem(nameof(MailChoice.When), "「すぐに受け取る」か「1日1回まとめて受け取る」のどちらかを選んでください。")]);
        await using var connection = await database.OpenAsync(cancel);
        await Digests.ChooseAsync(connection, Actor.UserId, form.When == Daily, clock.GetUtcNow());
        Banner("お知らせメールの受け取り方を保存しました。");
        return Redirect("/account/notices");
    }
}
