using GrantPortal.Domain.Accounts;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Limits;

/// <summary>How many files are taken from one account and from one address.</summary>
public sealed class UploadLimits(RateLimits limits, IOptions<LimitOptions> options)
{
    /// <returns>Null: one may come. Otherwise how long to wait.</returns>
    public Task<TimeSpan?> TakeAsync(HttpContext context) => limits.TakeAsync(
        new Bucket($"upload:account:{context.Features.Get<Actor>()?.UserId:N}", options.Value.UploadByAccount),
        new Bucket($"upload:address:{RateLimits.Address(context)}", options.Value.UploadByAddress));
}
