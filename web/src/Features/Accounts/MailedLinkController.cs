using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

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

    /// <inheritdoc cref="RateLimits.TakeAsync"/>
    protected Task<TimeSpan?> TakeAsync(Bucket bucket) => limits.TakeAsync(bucket);

    /// <inheritdoc cref="RateLimits.GiveBackAsync"/>
    protected Task GiveBackAsync(Bucket bucket) => limits.GiveBackAsync(bucket);

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
