using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Signing in with mail address and password, and out again.</summary>
[Permit(Permission.Public)]
public sealed class LoginController(SignIn signIn, SignInManager<PortalUser> identity, IAntiforgery antiforgery, ParkedPosts parked, AuditLog audit) : PortalController
{
    [HttpGet("/login")]
    public IActionResult Login(string? returnUrl) =>
        MaybeActor is { } actor ? LocalRedirect(Destination(returnUrl, actor.IsStaff)) : View("Login", new LoginForm { ReturnUrl = returnUrl });

    [HttpPost("/login")]
    public async Task<IActionResult> Login(LoginForm form)
    {
        var email = JapaneseText.Narrow(form.Email);
        var problems = new List<Problem>();
        if (email.Length == 0) problems.Add(new Problem(nameof(form.Email), "メールアドレスを入力してください。"));
        if (string.IsNullOrEmpty(form.Password)) problems.Add(new Problem(nameof(form.Password), "パスワードを入力してください。"));
        if (problems.Count > 0) return Invalid("Login", form, problems);

        return await signIn.RunAsync(email, form.Password!, HttpContext.Address()) is { } actor
            ? LocalRedirect(Destination(form.ReturnUrl, actor.IsStaff))
            : Invalid("Login", form, [new Problem(nameof(form.Email), "メールアドレスまたはパスワードが正しくありません。")]);
    }

    /// <summary>Ends the session. Works when it has expired too: then the form's token no longer holds, and there is nothing to protect.</summary>
    [HttpPost("/logout")]
    [IgnoreAntiforgeryToken]
    public async Task<IActionResult> Logout()
    {
        if (MaybeActor is { } actor)
        {
            if (!await antiforgery.IsRequestValidAsync(HttpContext)) return new AntiforgeryValidationFailedResult();
            await identity.SignOutAsync();
            await audit.AppendAsync(new AuditEntry(actor, "logout", "user", actor.UserId.ToString(), HttpContext.Address()));
        }
        parked.Forget(HttpContext);
        return LocalRedirect("/");
    }

    /// <summary>How accounts are given.</summary>
    [HttpGet("/register")]
    public IActionResult Register() => View("Register");

    private string Destination(string? returnUrl, bool staff) => Url.IsLocalUrl(returnUrl) ? returnUrl! : staff ? "/review" : "/applications";
}
