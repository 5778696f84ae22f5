using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Signing in with mail address and password, and out again.</summary>
[Permit(Permission.Public)]
public sealed class LoginController(SignIn signIn, IAntiforgery antiforgery, ParkedPosts parked, Database database, TimeProvider clock) : PortalController
{
    [HttpGet("/login")]
    public IActionResult Login(string? returnUrl) =>
        MaybeActor is { } actor ? LocalRedirect(SessionStart.Destination(returnUrl, actor)) : View("Login", new LoginForm { ReturnUrl = returnUrl });

    [HttpPost("/login")]
    public async Task<IActionResult> Login(LoginForm form)
    {
        var email = JapaneseText.Narrow(form.Email);
        var problems = new List<Problem>();
        if (email.Length == 0) problems.Add(new Problem(nameof(form.Email), "メールアドレスを入力してください。"));
        if (string.IsNullOrEmpty(form.Password)) problems.Add(new Problem(nameof(form.Password), "パスワードを入力してください。"));
        if (problems.Count > 0) return Invalid("Login", form, problems);

        return await signIn.RunAsync(email, form.Password!, HttpContext) switch
        {
            Attempt.Begun begun => LocalRedirect(begun.Started.Next(form.ReturnUrl)),
            Attempt.TooOften often => TooOften("Login", form, often.Wait, LimitWords.PasswordsTooOften(often.Wait) + "「メールでログイン」なら、いますぐログインできます。"),
            _ => Invalid("Login", form, [new Problem(nameof(form.Email), "メールアドレスまたはパスワードが正しくありません。")]),
        };
    }

    /// <summary>Ends the session. Works when it has expired too: then the form's token no longer holds, and there is nothing to protect.</summary>
    [HttpPost("/logout")]
    [IgnoreAntiforgeryToken]
    public async Task<IActionResult> Logout()
    {
        if (MaybeActor is { } actor)
        {
            if (!await antiforgery.IsRequestValidAsync(HttpContext)) return new AntiforgeryValidationFailedResult();
            var now = clock.GetUtcNow();
            await using (var connection = await database.OpenAsync())
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                await SessionStore.EndAsync(connection, actor.UserId, HttpContext.Session()!.Id, now);
                await AuditLog.AppendAsync(connection, new AuditEntry(actor, "logout", "user", actor.UserId.ToString(), HttpContext.Address()), now);
                await transaction.CommitAsync();
            }
            await HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        }
        parked.Forget(HttpContext);
        return LocalRedirect("/");
    }
}
