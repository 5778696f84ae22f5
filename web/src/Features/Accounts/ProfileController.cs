using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>The applicant's profile as a form.</summary>
/// <param name="Applicant">Null: the first one is being made.</param>
/// <param name="Version">The version the page was made from.</param>
public sealed record ProfilePage(OwnApplicant? Applicant, IReadOnlyList<OwnApplicant> All, ProfileAnswers Answers, int Version);

/// <summary>申請者情報: asked once, prefilled in every application.</summary>
[Permit(Permission.ReadProfile)]
[Route("profile")]
public sealed class ProfileController(Database database, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Edit(Guid? applicant, CancellationToken cancel) =>
        await PageAsync(applicant, null, cancel) is { } page ? View(page) : NotFound();

    [HttpPost("")]
    [Permit(Permission.EditProfile)]
    public async Task<IActionResult> Save(Guid? applicant, ProfileAnswers form, int version, CancellationToken cancel)
    {
        if (await PageAsync(applicant, form, cancel) is not { } page) return NotFound();
        if (page.Applicant is { Role: MemberRole.Viewer }) return Forbid();
        var problems = new Problems();
        if (form.Read(problems) is not { } profile) return Invalid(nameof(Edit), page with { Version = version }, problems.Errors);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        if (page.Applicant is not { } own) await ApplicantStore.CreateAsync(connection, profile, Actor.UserId, now);
        else if (!await ApplicantStore.UpdateAsync(connection, own.Id, profile, version, now))
            return Refused(nameof(Edit), page, new Refusal(RefusalCode.Stale,
                "この画面を開いたあとに、ほかの方が申請者情報を変更しました。入力した内容は残っています。ご確認のうえ、もう一度「保存する」を押すと、この内容になります。"));
        await transaction.CommitAsync(cancel);
        Banner(string.Join("", ["申請者情報を保存しました。", .. problems.Warnings.Select(w => w.Message)]));
        return Redirect(page.Applicant is null ? "/applications" : "/profile");
    }

    private async Task<ProfilePage?> PageAsync(Guid? applicant, ProfileAnswers? typed, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var own = await ApplicantStore.OfUserAsync(connection, Actor.UserId);
        if (own.Count == 0) return applicant is null ? new ProfilePage(null, own, typed ?? new ProfileAnswers { ContactName = Actor.Name }, 0) : null;
        if ((applicant is { } id ? own.FirstOrDefault(a => a.Id == id) : own[0]) is not { } chosen) return null;
        return new ProfilePage(chosen, own, typed ?? ProfileAnswers.From(chosen.Profile), chosen.Version);
    }
}
