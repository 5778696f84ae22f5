using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>A new mail address, and the password that says who asks.</summary>
public sealed class MailAddressForm
{
    public string? Email { get; set; }

    public string? Current { get; set; }
}

/// <summary>The form behind a mail's link.</summary>
public sealed record AgreePage(string? Token, MailChange Change, bool Old);

/// <summary>
/// Changes the account's mail address once both the old and the new one have agreed by a mailed link: a stolen session cannot take the account
/// away, nor a typing error. Nothing shown says whether the new address has an account.
/// </summary>
[Route("account/mail")]
public sealed class MailAddressController(
    Database database, TimeProvider clock, PasswordProof passwords, AccountMails mails, RateLimits limits, IOptions<LimitOptions> options)
    : MailedLinkController(limits, options)
{
    /// <summary>How long a change waits for both to agree.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    [HttpGet("")]
    [Permit(Permission.SignedIn)]
    public IActionResult Edit() => View("MailEdit", new MailAddressForm());

    [HttpPost("")]
    [Permit(Permission.SignedIn)]
    public async Task<IActionResult> Ask(MailAddressForm form)
    {
        await using var connection = await database.OpenAsync();
        var user = await UserStore.FindAsync(connection, Actor.UserId) ?? throw new InvalidOperationException("Accounts are not deleted.");
        var problems = MailProblems(nameof(form.Email), form.Email).ToList();
        var email = MailAddressText.Read(form.Email);
        if (email is not null && UserStore.Normalize(email) == user.NormalizedEmail) problems.Add(new Problem(nameof(form.Email), "いまのメールアドレスと同じです。新しいメールアドレスを入力してください。"));
        if (string.IsNullOrEmpty(form.Current)) problems.Add(new Problem(nameof(form.Current), "現在のパスワードを入力してください。"));
        if (problems.Count > 0) return Invalid("MailEdit", form, problems);
        var proof = await passwords.CheckAsync(user.Id, form.Current!);
        if (proof.Wait is { } mistakes) return TooOften("MailEdit", form, mistakes, LimitWords.PasswordsTooOften(mistakes));
        if (!proof.IsRight) return Invalid("MailEdit", form, [new Problem(nameof(form.Current), "現在のパスワードが正しくありません。")]);
        if (await TakeMailAsync("mail-change", email!) is { } wait) return TooOften("MailEdit", form, wait, LimitWords.MailsTooOften(wait));

        var now = clock.GetUtcNow();
        var id = Guid.NewGuid();
        await using var transaction = await connection.BeginTransactionAsync();
        await MailChangeStore.BeginAsync(connection, id, user.Id, email!, now + Lifetime, now);
        await JobQueue.EnqueueAsync(connection, [new LinkMail(LinkPurpose.MailChangeOld, user.Email, id).ToJob(now), new LinkMail(LinkPurpose.MailChangeNew, email!, id).ToJob(now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "mail-change-asked", "user", user.Id.ToString(), HttpContext.Address(), new { email }), now);
        await transaction.CommitAsync();
        Banner("変更前と変更後のメールアドレスに、確認のメールを送りました。両方のメールで同意すると、変更されます。");
        return LocalRedirect("/account");
    }

    [HttpPost("cancel")]
    [Permit(Permission.SignedIn)]
    public async Task<IActionResult> Cancel()
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await MailChangeStore.CancelAsync(connection, Actor.UserId))
            await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "mail-change-cancelled", "user", Actor.UserId.ToString(), HttpContext.Address()), clock.GetUtcNow());
        await transaction.CommitAsync();
        Banner("メールアドレスの変更を取りやめました。");
        return LocalRedirect("/account");
    }

    /// <summary>Where the mails' links lead. Opening one changes nothing.</summary>
    [HttpGet("agree")]
    [Permit(Permission.Public)]
    public async Task<IActionResult> Agree(string? token)
    {
        await using var connection = await database.OpenAsync();
        return await FindAsync(connection, token, use: false) is { } page ? View("MailAgree", page) : LinkVoid(VoidLink.MailChange);
    }

    [HttpPost("agree")]
    [Permit(Permission.Public)]
    public async Task<IActionResult> AgreeToIt(string? token)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await FindAsync(connection, token, use: true) is not { } page) return LinkVoid(VoidLink.MailChange);
        await MailChangeStore.AgreeAsync(connection, page.Change.Id, page.Old, now);
        var change = await MailChangeStore.FindAsync(connection, page.Change.Id, now) ?? page.Change;
        if (!change.IsAgreed)
        {
            await transaction.CommitAsync();
            Banner($"同意を受け付けました。もう一方のメールアドレス（{(page.Old ? change.Email : change.OldEmail)}）でも同意すると、変更されます。");
            return LocalRedirect("/login");
        }
        try
        {
            await MailChangeStore.ApplyAsync(connection, change, Guid.NewGuid().ToString("N"));
        }
        catch (PostgresException exception) when (exception.ConstraintName == "users_email_once")
        {
            return LinkVoid(VoidLink.MailChange);
        }
        await SessionStore.EndAllAsync(connection, change.UserId, except: null, now);
        await JobQueue.EnqueueAsync(connection, [.. new[] { change.OldEmail, change.Email }.Select(to => mails.MailChanged(to, change).ToJob($"mail-changed:{change.Id:N}:{RateLimits.Account(to)}", now))]);
        await AuditLog.AppendAsync(connection, new AuditEntry(null, "mail-changed", "user", change.UserId.ToString(), HttpContext.Address(), new { from = change.OldEmail, to = change.Email }), now);
        await transaction.CommitAsync();
        Banner("メールアドレスを変更しました。新しいメールアドレスでログインしてください。");
        return LocalRedirect("/login");
    }

    private async Task<AgreePage?> FindAsync(NpgsqlConnection connection, string? token, bool use)
    {
        var now = clock.GetUtcNow();
        foreach (var purpose in new[] { LinkPurpose.MailChangeOld, LinkPurpose.MailChangeNew })
        {
            var id = use ? await AccountLinkStore.UseAsync(connection, purpose, token, now) : await AccountLinkStore.FindAsync(connection, purpose, token, now);
            if (id is { } found && await MailChangeStore.FindAsync(connection, found, now) is { } change) return new AgreePage(token, change, purpose == LinkPurpose.MailChangeOld);
        }
        return null;
    }
}
