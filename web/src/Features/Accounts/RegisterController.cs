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

/// <summary>The registration form.</summary>
public sealed class RegisterForm
{
    public string? Email { get; set; }

    /// <summary>Shown in histories and to colleagues; blank: what stands before the @.</summary>
    public string? Name { get; set; }

    public string? Password { get; set; }

    /// <summary>Where to go once registered; used only when it is an address of the portal.</summary>
    public string? ReturnUrl { get; set; }
}

/// <summary>The form behind the link in the mail.</summary>
public sealed class ConfirmForm
{
    public string? Token { get; set; }

    public string? Password { get; set; }
}

/// <summary>What the page after the form says.</summary>
public sealed record RegisterSent(Guid Id, string Email);

/// <summary>
/// An account for whoever can read the mails of an address and knows the password chosen for it: the one alone is not enough, so nobody comes to an
/// account by confirming somebody else's registration. What is shown never depends on whether the address has an account; the mail does.
/// </summary>
[Permit(Permission.Public)]
[Route("register")]
public sealed class RegisterController(
    Database database, TimeProvider clock, PasswordPolicy policy, IPasswordHasher<PortalUser> hasher, RateLimits limits, IOptions<LimitOptions> options, SessionStart sessions)
    : MailedLinkController(limits, options)
{
    /// <summary>How long a registration waits for its confirmation.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int LongestName = 100;

    [HttpGet("")]
    public IActionResult Register(string? returnUrl) =>
        MaybeActor is { } actor ? LocalRedirect(SessionStart.Destination(returnUrl, actor)) : View("Register", new RegisterForm { ReturnUrl = returnUrl });

    [HttpPost("")]
    public async Task<IActionResult> Register(RegisterForm form)
    {
        var problems = MailProblems(nameof(form.Email), form.Email).ToList();
        var name = JapaneseText.Line(form.Name);
        if (name.Length > LongestName) problems.Add(new Problem(nameof(form.Name), $"氏名は{LongestName}文字以内で入力してください。"));
        problems.AddRange(policy.Problems(nameof(form.Password), form.Password, form.Email, name));
        if (problems.Count > 0) return Invalid("Register", form, problems);
        var email = MailAddressText.Read(form.Email)!;
        if (await TakeMailAsync("register", email) is { } wait) return TooOften("Register", form, wait, LimitWords.MailsTooOften(wait));

        var now = clock.GetUtcNow();
        var hash = hasher.HashPassword(Nobody(email), form.Password!);
        var registration = new Registration(Guid.NewGuid(), email, name.Length > 0 ? name : email.Split('@')[0], hash, Url.IsLocalUrl(form.ReturnUrl) ? form.ReturnUrl : null, now + Lifetime);
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RegistrationStore.AddAsync(connection, registration, now);
        await AskForMailAsync(connection, registration);
        await transaction.CommitAsync();
        return LocalRedirect($"/register/sent?id={registration.Id}");
    }

    /// <summary>「メールを送りました」: the same for every address.</summary>
    [HttpGet("sent")]
    public async Task<IActionResult> Sent(Guid id) => await FindAsync(id) is { } registration ? View("RegisterSent", new RegisterSent(id, registration.Email)) : LinkVoid(VoidLink.Register);

    /// <summary>The mail once more.</summary>
    [HttpPost("sent")]
    public async Task<IActionResult> SendAgain(Guid id)
    {
        if (await FindAsync(id) is not { } registration) return LinkVoid(VoidLink.Register);
        if (await TakeMailAsync("register", registration.Email) is { } wait) return TooOften("RegisterSent", new RegisterSent(id, registration.Email), wait, LimitWords.MailsTooOften(wait));
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await AskForMailAsync(connection, registration);
        await transaction.CommitAsync();
        Banner("確認のメールをもう一度送りました。");
        return LocalRedirect($"/register/sent?id={id}");
    }

    /// <summary>Where the mail's link leads. Opening it changes nothing: mail programs open links too.</summary>
    [HttpGet("confirm")]
    public async Task<IActionResult> Confirm(string? token) =>
        await FindAsync(token) is null ? LinkVoid(VoidLink.Register) : View("RegisterConfirm", new ConfirmForm { Token = token });

    [HttpPost("confirm")]
    public async Task<IActionResult> Confirm(ConfirmForm form)
    {
        if (await FindAsync(form.Token) is not { } registration) return LinkVoid(VoidLink.Register);
        if (string.IsNullOrEmpty(form.Password)) return Invalid("RegisterConfirm", form, [new Problem(nameof(form.Password), "登録のときに決めたパスワードを入力してください。")]);
        var bucket = new Bucket($"register:confirm:{registration.Id:N}", Limits.LoginByDevice);
        var proof = await GuessAsync(bucket, () => hasher.VerifyHashedPassword(Nobody(registration.Email), registration.PasswordHash, form.Password) != PasswordVerificationResult.Failed);
        if (proof.Wait is { } wait) return TooOften("RegisterConfirm", form, wait, LimitWords.PasswordsTooOften(wait));
        if (!proof.IsRight)
            return Invalid("RegisterConfirm", form, [new Problem(nameof(form.Password), "登録のときに決めたパスワードと違います。思い出せない場合は、もう一度はじめから登録してください。")]);

        if (await OpenAccountAsync(registration, form.Token) is not { } user) return LinkVoid(VoidLink.Register);
        Banner("登録が完了しました。はじめに、申請する法人または個人の情報を入力してください。");
        return await sessions.BeginAsync(HttpContext, user, SignInMethod.Password) is { } started ? LocalRedirect(started.Next(registration.ReturnUrl ?? "/profile")) : LocalRedirect("/login");
    }

    /// <returns>Null when the link was used, or the address registered, in the meantime.</returns>
    private async Task<PortalUser?> OpenAccountAsync(Registration registration, string? token)
    {
        var now = clock.GetUtcNow();
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(now),
            Email = registration.Email,
            NormalizedEmail = UserStore.Normalize(registration.Email),
            Name = registration.Name,
            PasswordHash = registration.PasswordHash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            EmailConfirmed = true,
            CreatedAt = now,
        };
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await AccountLinkStore.UseAsync(connection, LinkPurpose.Register, token, now) is null) return null;
        try
        {
            await UserStore.InsertAsync(connection, user);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "users_email_once")
        {
            return null;
        }
        await RegistrationStore.DeleteAsync(connection, registration.Id);
        await AuditLog.AppendAsync(connection, new AuditEntry(null, "registered", "user", user.Id.ToString(), HttpContext.Address(), new { email = user.Email }), now);
        await transaction.CommitAsync();
        return user;
    }

    private async Task AskForMailAsync(NpgsqlConnection connection, Registration registration)
    {
        var now = clock.GetUtcNow();
        await JobQueue.EnqueueAsync(connection, [new LinkMail(LinkPurpose.Register, registration.Email, registration.Id).ToJob(now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(null, "register-asked", "registration", registration.Id.ToString(), HttpContext.Address(), new { email = registration.Email }), now);
    }

    private async Task<Registration?> FindAsync(Guid id)
    {
        await using var connection = await database.OpenAsync();
        return await RegistrationStore.FindAsync(connection, id, clock.GetUtcNow());
    }

    private async Task<Registration?> FindAsync(string? token)
    {
        await using var connection = await database.OpenAsync();
        var now = clock.GetUtcNow();
        return await AccountLinkStore.FindAsync(connection, LinkPurpose.Register, token, now) is { } id ? await RegistrationStore.FindAsync(connection, id, now) : null;
    }

    /// <summary>Hashing does not look at the account.</summary>
    private static PortalUser Nobody(string email) => new() { Id = Guid.Empty, Email = email, Name = "", CreatedAt = default };
}
