using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>What pages have in common that mail a link and are what it leads to.</summary>
public abstract class MailedLinkController(RateLimits limits, IOptions<LimitOptions> options) : PortalController
{
    protected LimitOptions Limits => options.Value;

    /// <summary>Takes one mail of a kind, from the caller's address and from whom it goes to: nobody's mailbox is flooded.</summary>
    /// <param name="kind">As in <c>register</c>.</param>
    /// <returns>Null: it may be sent. Otherwise how long to wait.</returns>
    protected Task<TimeSpan?> TakeMailAsync(string kind, string email) => limits.TakeAsync(
        new Bucket($"{kind}:address:{RateLimits.Address(HttpContext)}", Limits.MailByAddress), new Bucket($"{kind}:account:{RateLimits.Account(email)}", Limits.MailByAccount));

    /// <inheritdoc cref="RateLimits.GuessAsync"/>
    protected Task<Proof> GuessAsync(Bucket bucket, Func<bool> isRight) => limits.GuessAsync(bucket, () => Task.FromResult(isRight()));

    /// <summary>
    /// Asks the worker to mail a link to the address typed, whoever's it is, and says so on the page <paramref name="sent"/>. What is wrong is said on
    /// <paramref name="asked"/>.
    /// </summary>
    /// <param name="kind">As in <c>reset</c>: of the limits, and in the audit with <c>-asked</c>.</param>
    protected async Task<IActionResult> AskForLinkAsync(NpgsqlConnection connection, MailForm form, string kind, LinkPurpose purpose, string asked, string sent, DateTimeOffset now)
    {
        if (MailProblems(nameof(form.Email), form.Email) is { Count: > 0 } problems) return Invalid(asked, form, problems);
        var email = MailAddressText.Read(form.Email)!;
        if (await TakeMailAsync(kind, email) is { } wait) return TooOften(asked, form, wait, LimitWords.MailsTooOften(wait));
        await using var transaction = await connection.BeginTransactionAsync();
        await JobQueue.EnqueueAsync(connection, [new LinkMail(purpose, email, ReturnUrl: Url.IsLocalUrl(form.ReturnUrl) ? form.ReturnUrl : null).ToJob(now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(null, $"{kind}-asked", Address: HttpContext.Address(), Detail: new { email }), now);
        await transaction.CommitAsync();
        return View(sent, form);
    }

    /// <summary>What is wrong with an address of mail; empty when it can be sent to.</summary>
    protected static IReadOnlyList<Problem> MailProblems(string field, string? typed) => MailAddressText.Read(typed) is not null
        ? []
        : [new Problem(field, string.IsNullOrWhiteSpace(typed) ? "メールアドレスを入力してください。" : MailAddressText.Wrong)];

    /// <summary>400: the link was used, is too old or not ours, and where to get another.</summary>
    protected ViewResult LinkVoid(VoidLink link)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return View("LinkVoid", link);
    }
}
